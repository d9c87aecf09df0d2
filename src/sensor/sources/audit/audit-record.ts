import { nsOfTicks } from '../../entity-id.ts'
import type { ExecRecord, UnseenFact } from '../../record.ts'
import { type ProcReader, unseenExec } from '../proc/connector-records.ts'
import type { AuditExec } from './audit-exec.ts'

/** Audit messages tell milliseconds: the exec may be so much later than it seems. */
const resolutionNs = 1_000_000n

/** Facts that the audit system does not tell, and `/proc` only while the program runs. */
const onlyInProc: readonly UnseenFact[] = [
  'env',
  'cgroup',
  'groups',
  'stdio',
  'namespaces',
  'seccomp',
  'file',
]

/** An exec record of an audited exec; what `/proc` no longer shows is named as unseen. */
export function auditRecord(
  exec: AuditExec,
  { wallOffsetNs, proc }: { readonly wallOffsetNs: bigint; readonly proc: ProcReader },
): ExecRecord {
  const bootNs = BigInt(exec.wallMs) * 1_000_000n - wallOffsetNs
  const found = proc.process(exec.pid, bootNs)
  // Another program by now, or another process: then its facts are not this exec's.
  const same = found !== undefined && found.executable === exec.executable
  const stat = same ? undefined : proc.stat(exec.pid)
  const base = same ? { ...found, kind: 'exec' as const } : unseenExec(exec.pid, bootNs)
  const unseen = new Set<UnseenFact>(same ? found.unseen : onlyInProc)
  if (!same && (stat === undefined || nsOfTicks(stat.startTicks) > bootNs + resolutionNs)) {
    unseen.add('start').add('leaders')
  }
  for (const fact of told) unseen.delete(fact)
  if (exec.filename === undefined) unseen.add('filename')
  if (exec.workingDirectory === undefined && !same) unseen.add('workingDirectory')
  if (exec.capabilities === undefined && !same) unseen.add('capabilities')
  if (exec.executable === '') unseen.add('executable')
  return {
    ...base,
    ...(stat !== undefined && !unseen.has('start') ? stat.identity : {}),
    bootNs,
    pid: exec.pid,
    ppid: exec.ppid,
    credentials: exec.credentials,
    tty: exec.tty,
    executable: exec.executable,
    pathIsBare: exec.executable.startsWith('memfd:'),
    filename: exec.filename ?? '',
    args: exec.args,
    argsBytes: exec.argsBytes,
    argsTruncated: exec.argsTruncated,
    workingDirectory: exec.workingDirectory ?? base.workingDirectory,
    capabilities: exec.capabilities ?? base.capabilities,
    loginUid: exec.loginUid,
    sessionId: exec.sessionId,
    unseen: [...unseen],
  }
}

const told: readonly UnseenFact[] = [
  'parent',
  'credentials',
  'tty',
  'executable',
  'args',
  'loginUid',
  'filename',
]
