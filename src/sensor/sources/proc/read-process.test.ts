import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { cgroupOf, readProcess } from './read-process.ts'
import { snapshot } from './snapshot.ts'
import { parseStat } from './stat-status.ts'

/** A process directory with these files. */
function procWith(pid: number, files: { readonly [name: string]: string }, root?: string): string {
  const at = root ?? mkdtempSync(join(tmpdir(), 'vedette-proc-'))
  if (root === undefined) onTestFinished(() => rmSync(at, { recursive: true }))
  mkdirSync(join(at, String(pid), 'fd'), { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(at, String(pid), name), text)
  return at
}

const statLine = (name: string, { flags = 0, start = 1234 } = {}) =>
  `42 (${name}) S 7 41 40 34817 42 ${flags} ${'0 '.repeat(12)}${start} 0 0`

test('a name with blanks and parentheses does not shift the numbers', () => {
  expect(parseStat(42, statLine('a) S 1 (b'))).toEqual({
    startTicks: 1234,
    isKernelThread: false,
    identity: {
      pid: 42,
      ppid: 7,
      startBootNs: 12_340_000_000n,
      parentStartBootNs: 0n,
      pgid: 41,
      sid: 40,
      tty: { major: 136, minor: 1 },
    },
  })
})

test('a running process is read whole, and what is missing is named', () => {
  const root = procWith(42, {
    stat: statLine('sh'),
    status:
      'Uid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nGroups:\t9 10 \nNSpid:\t42\t3\nSeccomp:\t2\nCapPrm:\t00ff\nCapEff:\t000f\n',
    cmdline: 'sh\0-c\0\0',
    environ: 'A=b\0C=d\0',
    cgroup: '8:pids:/docker/x\n0::/\n',
    loginuid: '4294967295',
  })
  symlinkSync('/usr/bin/dash (deleted)', join(root, '42', 'exe'))
  const record = readProcess(42, { bootNs: 5n, root })
  expect(record).toMatchObject({
    kind: 'running',
    executable: '/usr/bin/dash',
    args: ['sh', '-c', ''],
    env: ['A=b', 'C=d'],
    cgroup: '/docker/x',
    credentials: { uid: 1, euid: 2, suid: 3, gid: 5, egid: 6, sgid: 7 },
    groups: [9, 10],
    capabilities: { effective: 15n, permitted: 255n },
    seccomp: 2,
    pidInNamespace: 3,
    loginUid: undefined,
  })
  expect(record?.unseen).toEqual(['filename', 'workingDirectory', 'stdio', 'namespaces', 'file'])
})

test('kernel threads and processes that are gone are no processes', () => {
  const root = procWith(2, { stat: statLine('kthreadd', { flags: 0x200000 }) })
  expect(readProcess(2, { bootNs: 0n, root })).toBeUndefined()
  expect(readProcess(3, { bootNs: 0n, root })).toBeUndefined()
})

test('a snapshot gives parents before their children, whatever their pids', async () => {
  const root = procWith(9, { stat: statLine('first', { start: 100 }) })
  procWith(4, { stat: statLine('second', { start: 200 }) }, root)
  writeFileSync(join(root, 'uptime'), '1 1')
  const found = await snapshot(() => 0n, root)
  expect(found.map(({ pid }) => pid)).toEqual([9, 4])
})

test.for([
  ['the unified path wins unless it is the root', '8:pids:/a\n0::/b\n', '/b'],
  ['then the pids controller', '4:memory:/m\n8:pids:/a\n0::/\n', '/a'],
  ['then memory', '4:cpu,memory:/m\n', '/m'],
  ['the root of the unified hierarchy alone', '0::/\n', '/'],
  ['a path with a colon', '0::/a:b:c\n', '/a:b:c'],
] as const)('control group: %s', ([, text, expected]) => {
  expect(cgroupOf(text)).toBe(expected)
})
