import { type ContainerPlace, containerOf } from './container-id.ts'
import { sourceIpOf } from './entry-leader.ts'
import type { ExecRecord, RunningRecord, Stdio, TtyDevice, UnseenFact } from './record.ts'

/** What exec sets: shared by a process and its forks until one of them execs. Undefined = not seen. */
export interface ProcessImage {
  readonly executable: string | undefined
  /** Base name of the executable. */
  readonly name: string | undefined
  /** The path given to exec: the script for `#!` files. */
  readonly filename: string | undefined
  readonly args: readonly string[] | undefined
  readonly argsBytes: number
  readonly argsTruncated: boolean
  /** Allowed variables only, `NAME=value`. */
  readonly env: readonly string[] | undefined
  /** The client's address, where the environment is that of an SSH session. */
  readonly sourceIp: string | undefined
  readonly workingDirectory: string | undefined
  readonly pathIsBare: boolean
  readonly pathTruncated: boolean
  readonly cgroup: string | undefined
  readonly container: ContainerPlace | undefined
  readonly groups: readonly number[] | undefined
  readonly capabilities: ExecRecord['capabilities'] | undefined
  readonly stdio: ExecRecord['stdio'] | undefined
  /** The controlling terminal is both stdin and stderr. */
  readonly interactive: boolean | undefined
  readonly namespaces: ExecRecord['namespaces'] | undefined
  readonly loginUid: number | undefined
  readonly sessionId: number | undefined
  readonly seccomp: number | undefined
  readonly file: ExecRecord['file'] | undefined
  readonly unseen: readonly UnseenFact[]
}

/** Environment variables that may leave the sensor; all others can hold secrets and are dropped at once. */
const allowedEnv: readonly string[] = ['LD_PRELOAD', 'LD_LIBRARY_PATH', 'LD_AUDIT', 'PATH']

const maxEnvValue = 1023

/** The image of an exec or of a running process; facts that the source did not see become undefined. */
export function imageOf(
  record: ExecRecord | RunningRecord,
  envNames: readonly string[] = allowedEnv,
): ProcessImage {
  const unseen = record.unseen ?? []
  const seen = <T>(fact: UnseenFact, value: T): T | undefined =>
    unseen.length > 0 && unseen.includes(fact) ? undefined : value
  const executable = seen('executable', record.executable)
  const cgroup = seen('cgroup', record.cgroup)
  const stdio = seen('stdio', record.stdio)
  return {
    executable,
    name: executable === undefined ? undefined : baseName(executable),
    filename: seen('filename', record.filename),
    args: seen('args', record.args),
    argsBytes: record.argsBytes,
    argsTruncated: record.argsTruncated,
    env: seen('env', record.env)
      ?.filter((entry) => isAllowed(entry, envNames))
      .map(cutEnv),
    sourceIp: sourceIpOf(seen('env', record.env)),
    workingDirectory: seen('workingDirectory', record.workingDirectory),
    pathIsBare: record.pathIsBare,
    pathTruncated: record.pathTruncated,
    cgroup,
    container: cgroup === undefined ? undefined : containerOf(cgroup),
    groups: seen('groups', record.groups),
    capabilities: seen('capabilities', record.capabilities),
    stdio,
    interactive: stdio && (unseen.includes('tty') ? undefined : isInteractive(record.tty, stdio)),
    namespaces: seen('namespaces', record.namespaces),
    loginUid: record.loginUid,
    sessionId: record.sessionId,
    seccomp: seen('seccomp', record.seccomp),
    file: seen('file', record.file),
    unseen,
  }
}

/** The last segment of a path; the path itself when it has none. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1) || path
}

const maxCachedArgsBytes = 4096

/** The same image with its arguments cut to what is worth remembering for children; the image itself when it fits. */
export function cachedImage(image: ProcessImage): ProcessImage {
  if (image.args === undefined) return image
  const kept: string[] = []
  let room = maxCachedArgsBytes
  for (const arg of image.args) {
    if (room <= 0) break
    kept.push(arg.length > room ? arg.slice(0, room) : arg)
    room -= arg.length + 1
  }
  if (room >= 0) return image
  return { ...image, args: kept, argsTruncated: true }
}

/** Roughly how much memory an image holds. */
export function imageBytes(image: ProcessImage): number {
  let bytes = 600 + (image.executable?.length ?? 0) + (image.filename?.length ?? 0)
  bytes += (image.workingDirectory?.length ?? 0) + (image.cgroup?.length ?? 0)
  for (const arg of image.args ?? []) bytes += arg.length + 16
  for (const entry of image.env ?? []) bytes += entry.length + 16
  return bytes
}

function isAllowed(entry: string, names: readonly string[]): boolean {
  const equals = entry.indexOf('=')
  return equals > 0 && names.includes(entry.slice(0, equals))
}

function cutEnv(entry: string): string {
  // A slice would keep the whole environment in memory, secrets included: only a copy forgets the rest.
  return Buffer.from(entry.slice(0, entry.indexOf('=') + 1 + maxEnvValue)).toString()
}

/** ECS: a process is interactive when its controlling terminal is what its stdin and stderr point at. */
function isInteractive(tty: TtyDevice | undefined, stdio: readonly [Stdio, Stdio, Stdio]): boolean {
  if (tty === undefined) return false
  const isTty = ({ kind, device }: Stdio) =>
    kind === 'char' && device?.major === tty.major && device.minor === tty.minor
  return isTty(stdio[0]) && isTty(stdio[2])
}
