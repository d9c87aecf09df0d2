import type { JsonValue } from '#base'
import type {
  ContainerSecurity,
  SeccompState,
} from '../../event-types/container/container-security.ts'
import { hostPathsOf, reachesEngineSocket, type BindMount } from './host-mounts.ts'
import type { EngineFacts } from './inspect-facts.ts'
import { flagAt, listAt, textAt, textsAt, valueAt } from './json-path.ts'
import { capabilityName, isFull, isPrivilegedByEffect } from './privileged.ts'

/** What the answer about a container is read with. */
export interface InspectContext {
  readonly engine: EngineFacts
  /** Further engine sockets of this host. */
  readonly sockets: readonly string[]
  /** See `fullCapabilities`. */
  readonly full: ReadonlySet<string>
  /** Where the container's volumes lead to, see `volumeSourceOf`. */
  readonly volumeSources: readonly string[]
}

/**
 * What a container was asked to be, from the answer of `/containers/<id>/json`; facts that it lacks stay
 * unknown. Privileged is what was asked for by that name, and what comes to the same.
 */
export function securityOf(inspected: JsonValue, context: InspectContext): ContainerSecurity {
  const { engine, sockets, volumeSources } = context
  const asked = valueAt(inspected, 'HostConfig')
  const options = textsAt(asked, 'SecurityOpt')
  const flag = flagAt(asked, 'Privileged')
  const userNamespace = engine.userNamespaces && textAt(asked, 'UsernsMode') !== 'host'
  const hostMounts = [...new Set([...hostPathsOf(bindMountsOf(inspected)), ...volumeSources])]
  const capAdd = textsAt(asked, 'CapAdd').map(capabilityName)
  const capDrop = textsAt(asked, 'CapDrop').map(capabilityName)
  const security = {
    capAdd,
    capDrop,
    allCapabilities: flag === true || addsAll({ capAdd, capDrop }, context.full),
    hostPid: textAt(asked, 'PidMode') === 'host',
    hostNetwork: textAt(asked, 'NetworkMode') === 'host',
    hostIpc: textAt(asked, 'IpcMode') === 'host',
    hostUserns: !userNamespace,
    userNamespace,
    hostMounts,
    hostDevices: listAt(asked, 'Devices')
      .map((device) => textAt(device, 'PathOnHost'))
      .filter((path) => path !== undefined),
    engineSocketMounted: reachesEngineSocket(hostMounts, [engine.socket, ...sockets]),
    allDevices:
      flag === true ||
      textsAt(asked, 'DeviceCgroupRules').some((rule) => /^a\s+\*:\*\s+rwm$/.test(rule.trim())),
    seccomp: seccompOf(options, flag, engine),
    apparmor:
      textAt(inspected, 'AppArmorProfile') ??
      optionOf(options, 'apparmor') ??
      (flag === true ? 'unconfined' : undefined),
    maskedPaths: maskedPathsOf(asked, flag),
  }
  // Without the flag the answer is no, unless it comes to the same; without either nothing is known.
  const byEffect = isPrivilegedByEffect(security) === true
  return {
    ...security,
    privileged: flag === true || byEffect || (flag === undefined ? undefined : false),
  }
}

/** Names of the volumes that an answer of `/containers/<id>/json` mounts, where their driver is the engine's own. */
export function volumeNamesOf(inspected: JsonValue): readonly string[] {
  return listAt(inspected, 'Mounts')
    .filter((mount) => textAt(mount, 'Type') === 'volume' && textAt(mount, 'Driver') === 'local')
    .map((mount) => textAt(mount, 'Name'))
    .filter((name) => name !== undefined)
}

/** The host path or device that an answer of `/volumes/<name>` leads to; undefined for a volume that is only a volume. */
export function volumeSourceOf(volume: JsonValue): string | undefined {
  const device = textAt(volume, 'Options', 'device')
  return device?.startsWith('/') === true ? device : undefined
}

const usualCapabilities =
  'CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE'
    .split(' ')
    .map(capabilityName)

function addsAll(
  { capAdd, capDrop }: { readonly capAdd: readonly string[]; readonly capDrop: readonly string[] },
  full: ReadonlySet<string>,
): boolean {
  const given = new Set(capAdd.includes('ALL') ? full : [...usualCapabilities, ...capAdd])
  if (capDrop.includes('ALL')) return isFull(capAdd, full)
  for (const dropped of capDrop) given.delete(dropped)
  return isFull([...given], full)
}

function bindMountsOf(inspected: JsonValue): readonly BindMount[] {
  const mounts = listAt(inspected, 'Mounts')
    .filter((mount) => textAt(mount, 'Type') === 'bind')
    .map((mount) => ({
      source: textAt(mount, 'Source') ?? '',
      destination: textAt(mount, 'Destination') ?? '',
    }))
  // Some engines fill Mounts only at the start; what was asked for is there from the beginning.
  const binds = textsAt(inspected, 'HostConfig', 'Binds').map((bind) => {
    const [source = '', destination = ''] = bind.split(':')
    return { source, destination }
  })
  return [...mounts, ...binds]
}

function seccompOf(
  options: readonly string[],
  privileged: boolean | undefined,
  engine: EngineFacts,
): SeccompState {
  if (privileged === true) return 'unconfined'
  const asked = optionOf(options, 'seccomp')
  if (asked === undefined) return engine.seccomp
  if (asked === 'unconfined') return 'unconfined'
  return asked === 'builtin' || asked === 'default' ? 'default' : 'profile'
}

/** Options are written `name=value`, of old `name:value`. */
function optionOf(options: readonly string[], name: string): string | undefined {
  const found = options.find((each) => each.startsWith(`${name}=`) || each.startsWith(`${name}:`))
  return found?.slice(name.length + 1)
}

function maskedPathsOf(
  asked: JsonValue | undefined,
  privileged: boolean | undefined,
): boolean | undefined {
  if (privileged === true) return false
  const masked = valueAt(asked, 'MaskedPaths')
  return Array.isArray(masked) ? masked.length > 0 : undefined
}
