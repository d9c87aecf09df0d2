import type {
  ExecRecord,
  ExitRecord,
  ForkRecord,
  ProcessIdentity,
  RunningRecord,
} from './record.ts'

/** The namespaces of the host that the samples come from. */
export const sampleNamespaces = {
  pid: 4026531836,
  mnt: 4026531841,
  net: 4026531840,
  user: 4026531837,
}

const root = { uid: 0, euid: 0, suid: 0, gid: 0, egid: 0, sgid: 0 }

/** Milliseconds as boot-clock nanoseconds. */
export function atMs(ms: number): bigint {
  return BigInt(ms) * 1_000_000n
}

function identity(pid: number, startMs: number): ProcessIdentity {
  return {
    pid,
    ppid: 1,
    startBootNs: atMs(startMs),
    parentStartBootNs: 0n,
    pgid: pid,
    sid: 1,
    credentials: root,
    tty: undefined,
  }
}

/** An exec of `/usr/bin/true` by root, a second after boot unless told otherwise. */
export function execRecord(
  over: Partial<ExecRecord> & { readonly startMs?: number } = {},
): ExecRecord {
  const { startMs = 1000, ...members } = over
  return {
    kind: 'exec',
    bootNs: atMs(startMs + 1),
    ...identity(over.pid ?? 100, startMs),
    executable: '/usr/bin/true',
    pathIsBare: false,
    filename: '/bin/true',
    args: ['true'],
    argsBytes: 5,
    argsTruncated: false,
    env: ['PATH=/bin', 'SECRET=hidden'],
    workingDirectory: '/root',
    pathTruncated: false,
    cgroup: '/system.slice/ssh.service',
    groups: [0],
    capabilities: { effective: 1n << 21n, permitted: 1n << 21n },
    stdio: [
      { kind: 'pipe', device: undefined },
      { kind: 'regular', device: undefined },
      { kind: 'socket', device: undefined },
    ],
    namespaces: sampleNamespaces,
    pidInNamespace: over.pid ?? 100,
    loginUid: 1000,
    sessionId: 3,
    seccomp: 0,
    file: {
      inode: 42n,
      device: (8 << 20) | 1,
      mode: 0o100755,
      nlink: 1,
      ownerUid: 0,
      sizeBytes: 1234n,
      ctimeNs: 0n,
    },
    ...members,
  }
}

/** A process found running; otherwise as {@link execRecord}. */
export function runningRecord(
  over: Partial<RunningRecord> & { readonly startMs?: number } = {},
): RunningRecord {
  const { kind: _, ...members } = over
  return { ...execRecord(members), kind: 'running' }
}

/** A fork, at the start of the child. */
export function forkRecord(
  over: Partial<ForkRecord> & { readonly startMs?: number } = {},
): ForkRecord {
  const { startMs = 1000, ...members } = over
  return { kind: 'fork', bootNs: atMs(startMs), ...identity(over.pid ?? 100, startMs), ...members }
}

/** An end with status 0, a second after the start. */
export function exitRecord(
  over: Partial<ExitRecord> & { readonly startMs?: number } = {},
): ExitRecord {
  const { startMs = 1000, ...members } = over
  return {
    kind: 'exit',
    bootNs: atMs(startMs + 1000),
    ...identity(over.pid ?? 100, startMs),
    exitStatus: 0,
    signal: 0,
    ...members,
  }
}
