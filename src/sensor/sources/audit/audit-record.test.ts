import { expect, test } from 'vitest'
import { atMs, runningRecord } from '../../sample-records.ts'
import type { AuditExec } from './audit-exec.ts'
import { auditRecord } from './audit-record.ts'

const exec: AuditExec = {
  wallMs: 5000,
  pid: 80,
  ppid: 70,
  credentials: { uid: 1, euid: 0, suid: 0, gid: 1, egid: 1, sgid: 1 },
  tty: undefined,
  loginUid: 1000,
  sessionId: 2,
  executable: '/usr/bin/true',
  filename: './true',
  args: ['true', 'x'],
  argsBytes: 7,
  argsTruncated: false,
  workingDirectory: '/tmp',
  capabilities: undefined,
}
const gone = { process: () => undefined, stat: () => undefined }

test('what the audit system told stands, and proc adds the rest while the program runs', () => {
  const proc = {
    ...gone,
    process: () =>
      runningRecord({ pid: 80, args: ['rewritten'], cgroup: '/docker/x', unseen: ['filename'] }),
  }
  expect(auditRecord(exec, { wallOffsetNs: atMs(1000), proc })).toMatchObject({
    kind: 'exec',
    bootNs: atMs(4000),
    ppid: 70,
    args: ['true', 'x'],
    filename: './true',
    workingDirectory: '/tmp',
    credentials: exec.credentials,
    cgroup: '/docker/x',
    unseen: [],
  })
})

test('facts of another program that took its place are not taken', () => {
  const proc = {
    stat: () => undefined,
    process: () => runningRecord({ pid: 80, executable: '/bin/next', cgroup: '/docker/x' }),
  }
  const record = auditRecord(exec, { wallOffsetNs: 0n, proc })
  expect(record.cgroup).toBe('')
  expect(record.unseen).toEqual(expect.arrayContaining(['cgroup', 'env', 'start', 'leaders']))
})

test('of a program that is gone everything that was told is known, and nothing else', () => {
  const record = auditRecord(exec, { wallOffsetNs: 0n, proc: gone })
  expect(record).toMatchObject({ executable: '/usr/bin/true', args: ['true', 'x'] })
  expect(record.unseen?.toSorted()).toEqual([
    'capabilities',
    'cgroup',
    'env',
    'file',
    'groups',
    'leaders',
    'namespaces',
    'seccomp',
    'start',
    'stdio',
  ])
})
