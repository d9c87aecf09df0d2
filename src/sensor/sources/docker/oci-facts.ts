import { isJsonObject, type JsonValue } from '#base'
import type {
  ContainerCommand,
  ContainerIdentity,
  ContainerSecurity,
  SeccompState,
} from '../../event-types/container/container-security.ts'
import { hostPathsOf, reachesEngineSocket, type BindMount } from './host-mounts.ts'
import { boundedLabels } from './identity-labels.ts'
import { parseImageReference } from './image-reference.ts'
import { flagAt, listAt, numberAt, textAt, textMembersAt, textsAt, valueAt } from './json-path.ts'
import { capabilityName, isFull, isPrivilegedByEffect } from './privileged.ts'

/** What the host says that an OCI file is measured against. */
export interface OciContext {
  /** See `fullCapabilities`. */
  readonly fullCapabilities: ReadonlySet<string>
  /** Whether a namespace file (`/proc/1/ns/net`) is the host's own namespace of that kind. */
  readonly isHostNamespace: (path: string, kind: OciNamespace) => boolean
  /** Further engine sockets of this host. */
  readonly sockets: readonly string[]
}

/** The kinds of namespace that are looked at, as /proc names their files. */
export type OciNamespace = 'pid' | 'net' | 'ipc' | 'user'

/** Whether a JSON value has the shape of an OCI runtime configuration. */
export function isOciConfig(config: JsonValue): boolean {
  return textAt(config, 'ociVersion') !== undefined && isJsonObject(valueAt(config, 'process'))
}

/** What a container will be able to do, from its OCI runtime configuration: the effect, however it was asked for. */
export function ociSecurityOf(config: JsonValue, context: OciContext): ContainerSecurity {
  const linux = valueAt(config, 'linux')
  const capabilities = ociCapabilitiesOf(valueAt(config, 'process'))
  const userNamespace = !sharesHost(linux, 'user', context)
  const hostMounts = hostPathsOf(ociMountsOf(config))
  const security = {
    capabilities,
    allCapabilities: isFull(capabilities, context.fullCapabilities),
    hostPid: sharesHost(linux, 'pid', context),
    hostNetwork: sharesHost(linux, 'net', context),
    hostIpc: sharesHost(linux, 'ipc', context),
    hostUserns: !userNamespace,
    userNamespace,
    hostMounts,
    hostDevices: listAt(linux, 'devices')
      .map((device) => textAt(device, 'path'))
      .filter((path) => path !== undefined),
    engineSocketMounted: reachesEngineSocket(hostMounts, context.sockets),
    allDevices: allowsAllDevices(listAt(linux, 'resources', 'devices')),
    seccomp: ociSeccompOf(valueAt(linux, 'seccomp')),
    apparmor: textAt(config, 'process', 'apparmorProfile'),
    maskedPaths: listAt(linux, 'maskedPaths').length > 0,
  }
  return { ...security, privileged: isPrivilegedByEffect(security) }
}

/** Effective capabilities of an OCI process (`process` of a configuration, or the file of an exec). */
export function ociCapabilitiesOf(process: JsonValue | undefined): readonly string[] {
  return textsAt(process, 'capabilities', 'effective').map(capabilityName)
}

/** What an OCI process runs. */
export function ociCommandOf(process: JsonValue | undefined): ContainerCommand {
  const uid = numberAt(process, 'user', 'uid')
  return {
    command: textsAt(process, 'args'),
    user: uid === undefined ? undefined : String(uid),
    workingDirectory: textAt(process, 'cwd'),
  }
}

/** What the annotations say of names: Kubernetes runtimes and podman write them, Docker does not. */
export function ociIdentityOf(config: JsonValue, bundle: string): ContainerIdentity {
  const notes = textMembersAt(config, 'annotations')
  const firstOf = (...names: readonly string[]) =>
    names.map((name) => notes[name]).find((value) => value !== undefined && value !== '')
  const reference = firstOf(
    'io.kubernetes.cri.image-name',
    'io.kubernetes.cri-o.ImageName',
    'io.podman.annotations.image',
    'org.opencontainers.image.ref.name',
    'nerdctl/image',
  )
  const image = reference === undefined ? undefined : parseImageReference(reference)
  const podName = firstOf('io.kubernetes.cri.sandbox-name', 'io.kubernetes.pod.name')
  return {
    name: firstOf(
      'io.kubernetes.cri.container-name',
      'io.kubernetes.container.name',
      'nerdctl/name',
    ),
    imageName: image?.name,
    imageTags: image?.tags,
    imageHashes: image?.digests,
    ...(Object.keys(notes).length > 0 ? boundedLabels(notes) : {}),
    engine: engineOf(bundle, notes),
    pod:
      podName === undefined
        ? undefined
        : {
            name: podName,
            namespace: firstOf(
              'io.kubernetes.cri.sandbox-namespace',
              'io.kubernetes.pod.namespace',
            ),
          },
  }
}

function engineOf(bundle: string, notes: { readonly [name: string]: string }): string | undefined {
  if (Object.keys(notes).some((name) => name.startsWith('io.kubernetes.cri-o.'))) return 'cri-o'
  if (/\/io\.containerd\.runtime\.v\d\.[a-z]+\/moby\//.test(bundle)) return 'docker'
  if (/\/io\.containerd\.runtime\.v\d\.[a-z]+\//.test(bundle)) return 'containerd'
  if (/\/overlay-containers\/[0-9a-f]{64}\//.test(`${bundle}/`)) return 'podman'
  return undefined
}

function sharesHost(
  linux: JsonValue | undefined,
  kind: OciNamespace,
  context: OciContext,
): boolean {
  const type = kind === 'net' ? 'network' : kind
  const namespace = listAt(linux, 'namespaces').find((each) => textAt(each, 'type') === type)
  if (namespace === undefined) return true
  const path = textAt(namespace, 'path')
  return path !== undefined && context.isHostNamespace(path, kind)
}

function ociMountsOf(config: JsonValue): readonly BindMount[] {
  const mounts = listAt(config, 'mounts')
    .filter((mount) => isBind(mount))
    .map((mount) => ({
      source: textAt(mount, 'source') ?? '',
      destination: textAt(mount, 'destination') ?? '',
    }))
  // A container whose root is the host's root needs no mount to see it.
  const root = textAt(config, 'root', 'path')
  return root === '/' ? [{ source: '/', destination: '/' }, ...mounts] : mounts
}

function isBind(mount: JsonValue): boolean {
  if (textAt(mount, 'type') === 'bind') return true
  return textsAt(mount, 'options').some((option) => option === 'bind' || option === 'rbind')
}

/** Rules hold in order, the last that speaks of all devices wins. */
function allowsAllDevices(rules: readonly JsonValue[]): boolean {
  let all = false
  for (const rule of rules) {
    const type = textAt(rule, 'type')
    if (type !== undefined && type !== 'a') continue
    if (isNumbered(rule, 'major') || isNumbered(rule, 'minor')) continue
    const access = textAt(rule, 'access') ?? 'rwm'
    const whole = ['r', 'w', 'm'].every((right) => access.includes(right))
    if (flagAt(rule, 'allow') === true) all = all || whole
    else if (access !== '') all = false
  }
  return all
}

function isNumbered(rule: JsonValue, part: string): boolean {
  const number = numberAt(rule, part)
  return number !== undefined && number !== -1
}

/** A filter that lets everything through is none. */
function ociSeccompOf(seccomp: JsonValue | undefined): SeccompState {
  if (!isJsonObject(seccomp)) return 'none'
  const filters = listAt(seccomp, 'syscalls').some((rule) => !lets(textAt(rule, 'action')))
  return lets(textAt(seccomp, 'defaultAction')) && !filters ? 'unconfined' : 'profile'
}

function lets(action: string | undefined): boolean {
  return action === 'SCMP_ACT_ALLOW' || action === 'SCMP_ACT_LOG'
}
