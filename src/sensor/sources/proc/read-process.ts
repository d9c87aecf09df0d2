import type {
  Credentials,
  ExecRecord,
  ProcessIdentity,
  RunningRecord,
  Stdio,
  StdioKind,
  TtyDevice,
  UnseenFact,
} from '../../record.ts'
import { linkOf, statOf, textOf } from './proc-files.ts'
import { type StatusFacts, parseStatus, readStat } from './stat-status.ts'

/** Where and when to read. */
export interface ProcReading {
  /** Boot-clock nanoseconds to stamp the record with. */
  readonly bootNs: bigint
  /** `/proc` unless a test says otherwise. */
  readonly root?: string
}

/**
 * A process as `/proc` shows it now; undefined for kernel threads and for pids that are gone.
 * Each file is read on its own: what is gone or forbidden is named in `unseen`, never made up.
 */
export function readProcess(
  pid: number,
  { bootNs, root = '/proc' }: ProcReading,
): RunningRecord | undefined {
  const directory = `${root}/${pid}`
  const stat = readStat(pid, root)
  if (stat === undefined || stat.isKernelThread) return undefined
  const status = parseStatus(textOf(`${directory}/status`) ?? '')
  const facts = readFacts(directory, status)
  const after = readStat(pid, root)
  // The pid found a new owner while we read: then nothing that was read belongs together.
  const replaced = after !== undefined && after.startTicks !== stat.startTicks
  const unseen = replaced ? [...everyFact] : facts.unseen
  if (status.credentials === undefined) unseen.push('credentials')
  return {
    kind: 'running',
    bootNs,
    ...stat.identity,
    credentials: status.credentials ?? nobody,
    ...facts,
    unseen,
  }
}

const nobody: Credentials = { uid: 0, euid: 0, suid: 0, gid: 0, egid: 0, sgid: 0 }
const everyFact: readonly UnseenFact[] = [
  'filename',
  'executable',
  'args',
  'env',
  'workingDirectory',
  'cgroup',
  'groups',
  'capabilities',
  'stdio',
  'namespaces',
  'loginUid',
  'seccomp',
  'file',
]

type Facts = Omit<
  ExecRecord,
  'kind' | 'bootNs' | 'unseen' | keyof Omit<ProcessIdentity, 'unseen'>
> & { unseen: UnseenFact[] }

function readFacts(directory: string, status: StatusFacts): Facts {
  const unseen: UnseenFact[] = ['filename']
  const seen = <T>(fact: UnseenFact, value: T | undefined, neutral: T): T => {
    if (value === undefined) unseen.push(fact)
    return value ?? neutral
  }
  const executable = linkOf(`${directory}/exe`)
  const cmdline = textOf(`${directory}/cmdline`)
  // A process on its way out has no memory: its command line reads as empty, not as missing.
  const args = cmdline === '' && executable === undefined ? undefined : cmdline
  const environ = textOf(`${directory}/environ`)
  const file = executable === undefined ? undefined : fileOf(`${directory}/exe`)
  return {
    executable: seen('executable', plainPath(executable), ''),
    pathIsBare: executable?.startsWith('/memfd:') ?? false,
    filename: '',
    args: seen('args', args === undefined ? undefined : splitZero(args), []),
    argsBytes: Buffer.byteLength(args ?? ''),
    argsTruncated: false,
    env: seen('env', environ === undefined ? undefined : splitZero(environ), []),
    workingDirectory: seen('workingDirectory', plainPath(linkOf(`${directory}/cwd`)), ''),
    pathTruncated: false,
    cgroup: seen('cgroup', cgroupOf(textOf(`${directory}/cgroup`)), ''),
    groups: seen('groups', status.groups, []),
    capabilities: seen('capabilities', status.capabilities, { effective: 0n, permitted: 0n }),
    stdio: seen('stdio', stdioOf(directory), noStdio),
    namespaces: seen('namespaces', namespacesOf(directory), noNamespaces),
    pidInNamespace: status.pidInNamespace ?? 0,
    loginUid: seen('loginUid', loginIdOf(`${directory}/loginuid`), null) ?? undefined,
    sessionId: loginIdOf(`${directory}/sessionid`) ?? undefined,
    seccomp: seen('seccomp', status.seccomp, 0),
    file: seen('file', file, noFile),
    unseen,
  }
}

const noNamespaces = { pid: 0, mnt: 0, net: 0, user: 0 }
const noneOpen: Stdio = { kind: 'none', device: undefined }
const noStdio: ExecRecord['stdio'] = [noneOpen, noneOpen, noneOpen]
const noFile = {
  inode: 0n,
  device: 0,
  mode: 0,
  nlink: 0,
  ownerUid: 0,
  sizeBytes: 0n,
  ctimeNs: 0n,
}

const unset = 4294967295

/** Null where it is unset, undefined where it cannot be read. */
function loginIdOf(path: string): number | null | undefined {
  const text = textOf(path)
  if (text === undefined || text === '') return undefined
  return Number(text) === unset ? null : Number(text)
}

/** The path of a link in `/proc`, which says ` (deleted)` after a name and `/memfd:` before one. */
export function plainPath(link: string | undefined): string | undefined {
  return link?.replace(/ \(deleted\)$/, '').replace(/^\/memfd:/, 'memfd:')
}

function splitZero(text: string): readonly string[] {
  if (text === '') return []
  return (text.endsWith('\0') ? text.slice(0, -1) : text).split('\0')
}

/** The unified cgroup unless it is the root, else that of the pids controller, else any. */
export function cgroupOf(text: string | undefined): string | undefined {
  if (!text) return undefined
  const paths = new Map<string, string>()
  for (const line of text.trimEnd().split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? []
    for (const name of controllers?.split(',') ?? []) paths.set(name, path ?? '/')
  }
  const unified = paths.get('')
  if (unified !== undefined && unified !== '/') return unified
  return paths.get('pids') ?? paths.get('memory') ?? paths.get('devices') ?? unified
}

function namespacesOf(directory: string): ExecRecord['namespaces'] | undefined {
  const inode = (name: string) =>
    Number(/\[(\d+)\]/.exec(linkOf(`${directory}/ns/${name}`) ?? '')?.[1])
  const found = { pid: inode('pid'), mnt: inode('mnt'), net: inode('net'), user: inode('user') }
  return Object.values(found).some(Number.isNaN) ? undefined : found
}

function stdioOf(directory: string): ExecRecord['stdio'] | undefined {
  // Without the right to look, every descriptor would seem closed.
  if (linkOf(`${directory}/cwd`) === undefined) return undefined
  const open = (fd: number) => stdioAt(`${directory}/fd/${fd}`)
  return [open(0), open(1), open(2)]
}

const kinds: { readonly [type: number]: StdioKind } = {
  0o100000: 'regular',
  0o040000: 'directory',
  0o020000: 'char',
  0o060000: 'block',
  0o010000: 'pipe',
  0o140000: 'socket',
}

function stdioAt(path: string): Stdio {
  const found = statOf(path)
  if (found === undefined) return noneOpen
  const kind = kinds[Number(found.mode) & 0o170000] ?? 'other'
  const hasDevice = kind === 'char' || kind === 'block'
  return { kind, device: hasDevice ? deviceOf(found.rdev) : undefined }
}

function fileOf(path: string): ExecRecord['file'] | undefined {
  const found = statOf(path)
  if (found === undefined) return undefined
  const { major, minor } = deviceOf(found.dev)
  return {
    inode: found.ino,
    device: ((major << 20) | minor) >>> 0,
    mode: Number(found.mode),
    nlink: Number(found.nlink),
    ownerUid: Number(found.uid),
    sizeBytes: found.size,
    ctimeNs: found.ctimeNs,
  }
}

/** glibc's 64-bit device number. */
function deviceOf(device: bigint): TtyDevice {
  return {
    major: Number(((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n)),
    minor: Number((device & 0xffn) | ((device >> 12n) & 0xffffff00n)),
  }
}
