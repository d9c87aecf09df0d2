/** What a cgroup path says about the container that a process is in. */
export interface ContainerPlace {
  /** The innermost container: 64 hex digits, or a machine's name for LXC and nspawn. */
  readonly id: string
  readonly runtime: ContainerRuntime
  /** Every container on the path, outermost first; longer than one for containers inside containers. */
  readonly chain: readonly string[]
  /** Kubernetes pod uid, with dashes. */
  readonly podUid: string | undefined
}

/** Which engine's manner of naming the path has; `unknown` for a bare id below an unfamiliar parent. */
export type ContainerRuntime =
  | 'docker'
  | 'containerd'
  | 'cri-o'
  | 'podman'
  | 'nerdctl'
  | 'ecs'
  | 'lxc'
  | 'nspawn'
  | 'kubernetes'
  | 'unknown'

const hexId = /(?:^|[-:])([0-9a-f]{64})(?:\.scope)?$/
const monitor = /(?:^|-)conmon-/
const machine = /^(?:lxc\.payload\.(?<lxc>.+)|machine-(?<nspawn>.+)\.scope)$/
const pod = /(?:^|-)pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12})/

/** The container of a cgroup path, undefined for a process of the host. A container's monitor (conmon) is outside of it. */
export function containerOf(cgroup: string): ContainerPlace | undefined {
  const chain: string[] = []
  let runtime: ContainerRuntime = 'unknown'
  let podUid: string | undefined
  let parent = ''
  for (const segment of cgroup.split('/')) {
    if (monitor.test(segment)) continue
    podUid = pod.exec(segment)?.[1]?.replaceAll('_', '-') ?? podUid
    const id = hexId.exec(segment)?.[1]
    const named = machine.exec(segment)?.groups
    const name = id ?? named?.['lxc'] ?? (named?.['nspawn'] && unescapeUnit(named['nspawn']))
    if (name !== undefined) {
      chain.push(name)
      runtime = id === undefined ? namedRuntime(named) : runtimeOf(segment, parent, cgroup)
    }
    parent = segment
  }
  const id = chain.at(-1)
  return id === undefined ? undefined : { id, runtime, chain, podUid }
}

function namedRuntime(named: { readonly [key: string]: string | undefined } | undefined) {
  return named?.['lxc'] === undefined ? 'nspawn' : 'lxc'
}

const prefixes: readonly (readonly [string, ContainerRuntime])[] = [
  ['docker-', 'docker'],
  ['cri-containerd-', 'containerd'],
  ['cri-containerd:', 'containerd'],
  ['crio-', 'cri-o'],
  ['libpod-', 'podman'],
  ['nerdctl-', 'nerdctl'],
]

function runtimeOf(segment: string, parent: string, cgroup: string): ContainerRuntime {
  for (const [prefix, runtime] of prefixes) {
    // cgroupfs drivers of systemd units write `<slice>:<prefix>:<id>`.
    if (segment.startsWith(prefix) || segment.includes(`:${prefix.slice(0, -1)}:`)) return runtime
  }
  if (parent === 'docker') return 'docker'
  if (parent === 'libpod_parent') return 'podman'
  if (/(?:^|\/)ecs\//.test(cgroup)) return 'ecs'
  if (parent.startsWith('pod') || cgroup.includes('kubepods')) return 'kubernetes'
  return 'unknown'
}

/** systemd writes `-` as `\x2d` in unit names. */
function unescapeUnit(name: string): string {
  return name.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}
