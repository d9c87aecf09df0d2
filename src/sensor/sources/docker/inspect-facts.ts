import type { JsonValue } from '#base'
import type {
  ContainerCommand,
  ContainerIdentity,
  ContainerSecurity,
  SeccompState,
} from '../../event-types/container/container-security.ts'
import { hostPathsOf, reachesEngineSocket, type BindMount } from './host-mounts.ts'
import { boundedLabels } from './identity-labels.ts'
import { parseImageReference } from './image-reference.ts'
import { flagAt, listAt, textAt, textMembersAt, textsAt, valueAt } from './json-path.ts'
import { capabilityName } from './privileged.ts'

/** What is asked of an engine once per connection: it decides what a container gets that asks for nothing. */
export interface EngineFacts {
  readonly name: string
  readonly version: string | undefined
  /** What containers get that do not say otherwise. */
  readonly seccomp: SeccompState
  /** Containers get a user namespace unless they refuse it. */
  readonly userNamespaces: boolean
  readonly socket: string
}

/** Reads the answers of `/version` and `/info`. */
export function engineFactsOf(
  version: JsonValue,
  info: JsonValue,
  { socket }: { readonly socket: string },
): EngineFacts {
  const components = listAt(version, 'Components').map((each) => textAt(each, 'Name') ?? '')
  const options = textsAt(info, 'SecurityOptions')
  return {
    name: components.some((name) => name.startsWith('Podman')) ? 'podman' : 'docker',
    version: textAt(version, 'Version'),
    seccomp: daemonSeccomp(options),
    userNamespaces: options.some((each) => /^name=(?:userns|rootless)\b/.test(each)),
    socket,
  }
}

function daemonSeccomp(options: readonly string[]): SeccompState {
  const seccomp = options.find((each) => /^name=seccomp\b/.test(each))
  if (seccomp === undefined) return 'none'
  const profile = /profile=([^,]+)/.exec(seccomp)?.[1]
  if (profile === 'unconfined') return 'unconfined'
  return profile === undefined || profile === 'default' || profile === 'builtin'
    ? 'default'
    : 'profile'
}

/** Who a container is, from the answer of `/containers/<id>/json`. */
export function identityOf(inspected: JsonValue, engine: EngineFacts): ContainerIdentity {
  const reference = textAt(inspected, 'Config', 'Image') ?? textAt(inspected, 'ImageName') ?? ''
  const image = parseImageReference(reference)
  const imageId = textAt(inspected, 'Image')
  const hashes = [
    ...(imageId === undefined ? [] : parseImageReference(imageId).digests),
    ...image.digests,
  ]
  return {
    name: textAt(inspected, 'Name')?.replace(/^\//, ''),
    imageName: image.name || undefined,
    imageTags: image.tags,
    imageHashes: [...new Set(hashes)],
    ...boundedLabels(textMembersAt(inspected, 'Config', 'Labels')),
    engine: engine.name,
    ociRuntime: textAt(inspected, 'HostConfig', 'Runtime') ?? textAt(inspected, 'OCIRuntime'),
  }
}

/** What a container was asked to be, from the answer of `/containers/<id>/json`; facts that it lacks stay unknown. */
export function securityOf(
  inspected: JsonValue,
  engine: EngineFacts,
  sockets: readonly string[] = [],
): ContainerSecurity {
  const asked = valueAt(inspected, 'HostConfig')
  const options = textsAt(asked, 'SecurityOpt')
  const privileged = flagAt(asked, 'Privileged')
  const userNamespace = engine.userNamespaces && textAt(asked, 'UsernsMode') !== 'host'
  const hostMounts = hostPathsOf(bindMountsOf(inspected))
  return {
    privileged,
    capAdd: textsAt(asked, 'CapAdd').map(capabilityName),
    capDrop: textsAt(asked, 'CapDrop').map(capabilityName),
    hostPid: textAt(asked, 'PidMode') === 'host',
    hostNetwork: textAt(asked, 'NetworkMode') === 'host',
    hostIpc: textAt(asked, 'IpcMode') === 'host',
    hostUserns: !userNamespace,
    userNamespace,
    hostMounts,
    engineSocketMounted: reachesEngineSocket(hostMounts, [engine.socket, ...sockets]),
    allDevices:
      privileged === true ||
      textsAt(asked, 'DeviceCgroupRules').some((rule) => /^a\s+\*:\*\s+rwm$/.test(rule.trim())),
    seccomp: seccompOf(options, privileged, engine),
    apparmor:
      textAt(inspected, 'AppArmorProfile') ??
      optionOf(options, 'apparmor') ??
      (privileged === true ? 'unconfined' : undefined),
    maskedPaths: maskedPathsOf(asked, privileged),
  }
}

/** What a container runs, from the answer of `/containers/<id>/json`. */
export function commandOf(inspected: JsonValue): ContainerCommand {
  const path = textAt(inspected, 'Path')
  return {
    entrypoint: textsAt(inspected, 'Config', 'Entrypoint'),
    command: [...(path === undefined ? [] : [path]), ...textsAt(inspected, 'Args')],
    user: textAt(inspected, 'Config', 'User'),
    workingDirectory: textAt(inspected, 'Config', 'WorkingDir'),
  }
}

/** What an exec is, from the answer of `/exec/<id>/json`. */
export function execOf(inspected: JsonValue): {
  readonly privileged: boolean | undefined
  readonly command: ContainerCommand
} {
  const asked = valueAt(inspected, 'ProcessConfig')
  return {
    privileged: flagAt(asked, 'privileged'),
    command: {
      command: [...textsAt(asked, 'entrypoint'), ...textsAt(asked, 'arguments')],
      user: textAt(asked, 'user'),
    },
  }
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
