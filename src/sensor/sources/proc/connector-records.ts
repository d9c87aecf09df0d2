import { nsOfTicks } from '../../entity-id.ts'
import type {
  ExecRecord,
  ExitRecord,
  ForkRecord,
  ProcessRecord,
  RunningRecord,
  UnseenFact,
} from '../../record.ts'
import type { ConnectorEvent } from './connector.ts'
import { readProcess } from './read-process.ts'
import { type StatFacts, readStat } from './stat-status.ts'

/** Where the rest of a record comes from, so that tests can stand in for `/proc`. */
export interface ProcReader {
  process(pid: number, bootNs: bigint): RunningRecord | undefined
  stat(pid: number): StatFacts | undefined
}

/** The host's `/proc`. */
export const hostProc: ProcReader = {
  process: (pid, bootNs) => readProcess(pid, { bootNs }),
  stat: (pid) => readStat(pid),
}

/** Makes a record of a connector event, with whatever `/proc` still shows; the rest is named as unseen. */
export function recordOf(
  event: ConnectorEvent,
  { monotonicOffsetNs, proc }: { readonly monotonicOffsetNs: bigint; readonly proc: ProcReader },
): ProcessRecord {
  const bootNs = event.monotonicNs + monotonicOffsetNs
  switch (event.kind) {
    case 'exec':
      return execRecord(event.pid, bootNs, proc)
    case 'fork':
      return forkRecord(event.pid, event.parentPid, { bootNs, proc })
    case 'exit':
      return exitRecord(event, bootNs)
  }
}

function execRecord(pid: number, bootNs: bigint, proc: ProcReader): ExecRecord {
  const found = proc.process(pid, bootNs)
  // A start after the event: the pid is another process's by now.
  if (found === undefined || found.startBootNs > bootNs) return unseenExec(pid, bootNs)
  return { ...found, kind: 'exec', bootNs }
}

/** An exec of which nothing but pid and time is known. */
export function unseenExec(pid: number, bootNs: bigint): ExecRecord {
  return {
    kind: 'exec',
    bootNs,
    ...unknownIdentity(pid),
    unseen: [...identityFacts, ...imageFacts],
    executable: '',
    pathIsBare: false,
    filename: '',
    args: [],
    argsBytes: 0,
    argsTruncated: false,
    env: [],
    workingDirectory: '',
    pathTruncated: false,
    cgroup: '',
    groups: [],
    capabilities: { effective: 0n, permitted: 0n },
    stdio: [noneOpen, noneOpen, noneOpen],
    namespaces: { pid: 0, mnt: 0, net: 0, user: 0 },
    pidInNamespace: 0,
    loginUid: undefined,
    sessionId: undefined,
    seccomp: 0,
    file: { inode: 0n, device: 0, mode: 0, nlink: 0, ownerUid: 0, sizeBytes: 0n, ctimeNs: 0n },
  }
}

const noneOpen = { kind: 'none', device: undefined } as const
const identityFacts: readonly UnseenFact[] = ['start', 'parent', 'leaders', 'credentials', 'tty']
const imageFacts: readonly UnseenFact[] = [
  'executable',
  'filename',
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

function forkRecord(
  pid: number,
  parentPid: number,
  { bootNs, proc }: { readonly bootNs: bigint; readonly proc: ProcReader },
): ForkRecord {
  const stat = proc.stat(pid)
  const base = { kind: 'fork', bootNs } as const
  if (stat === undefined || nsOfTicks(stat.startTicks) > bootNs) {
    const unseen: readonly UnseenFact[] = ['start', 'leaders', 'credentials', 'tty']
    return { ...base, ...unknownIdentity(pid), ppid: parentPid, unseen }
  }
  // The creator by the kernel's word, not whoever adopted it since.
  const identity = { ...stat.identity, ppid: parentPid }
  return { ...base, ...identity, credentials: nobody, unseen: ['credentials'] }
}

function exitRecord(event: Extract<ConnectorEvent, { kind: 'exit' }>, bootNs: bigint): ExitRecord {
  return {
    kind: 'exit',
    bootNs,
    ...unknownIdentity(event.pid),
    unseen: identityFacts,
    exitStatus: event.status,
    signal: event.signal,
  }
}

const nobody = { uid: 0, euid: 0, suid: 0, gid: 0, egid: 0, sgid: 0 }

function unknownIdentity(pid: number) {
  return {
    pid,
    ppid: 0,
    startBootNs: 0n,
    parentStartBootNs: 0n,
    pgid: 0,
    sid: 0,
    credentials: nobody,
    tty: undefined,
  }
}
