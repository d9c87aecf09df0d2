import { posix } from 'node:path'

/** One place of the host seen from inside a container. */
export interface BindMount {
  readonly source: string
  readonly destination: string
}

const housekeeping = new Set([
  '/etc/resolv.conf',
  '/etc/hostname',
  '/etc/hosts',
  '/dev/shm',
  '/dev/termination-log',
  '/run/.containerenv',
  '/run/secrets',
  '/var/run/secrets/kubernetes.io/serviceaccount',
])

/**
 * The host paths of mounts, normalised, each once, in order; without the files that engines themselves
 * mount into every container (`/etc/hosts` and its like, out of the container's own state folder).
 */
export function hostPathsOf(mounts: readonly BindMount[]): readonly string[] {
  const paths = mounts
    .filter((mount) => mount.source.startsWith('/') && !isHousekeeping(mount))
    .map(({ source }) => normalised(source))
  return [...new Set(paths)]
}

// State folders are named by the container's or sandbox's id, or belong to a pod: anybody's own file
// mounted over /etc/hosts is told.
function isHousekeeping({ source, destination }: BindMount): boolean {
  if (!housekeeping.has(normalised(destination))) return false
  return /\/[0-9a-f]{64}\//.test(normalised(source)) || source.startsWith('/var/lib/kubelet/pods/')
}

const wellKnownSockets: readonly string[] = [
  '/run/docker.sock',
  '/run/podman/podman.sock',
  '/run/containerd/containerd.sock',
  '/run/k3s/containerd/containerd.sock',
  '/run/crio/crio.sock',
  '/run/cri-dockerd.sock',
]

/** Whether a mounted path is, or contains, the socket of a container engine; `sockets` are further ones of this host. */
export function reachesEngineSocket(
  hostPaths: readonly string[],
  sockets: readonly string[] = [],
): boolean {
  const targets = [...wellKnownSockets, ...sockets].map(withoutVarRun)
  return hostPaths.some((path) => {
    const mounted = withoutVarRun(path)
    const below = mounted === '/' ? '/' : `${mounted}/`
    return targets.some((target) => target === mounted || target.startsWith(below))
  })
}

/** `/var/run` is a link to `/run` on every host that runs engines. */
function withoutVarRun(path: string): string {
  const plain = normalised(path)
  return plain === '/var/run' || plain.startsWith('/var/run/') ? plain.slice(4) : plain
}

function normalised(path: string): string {
  const plain = posix.normalize(path)
  return plain.length > 1 && plain.endsWith('/') ? plain.slice(0, -1) : plain
}
