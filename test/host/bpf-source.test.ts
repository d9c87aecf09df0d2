import { chmodSync, linkSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ExecRecord } from '../../src/sensor/record.ts'
import { watchHost, whyNoCast, whyNotWatched, type WatchedHost } from '../support/watched-host.ts'

const why = whyNotWatched()
let host: WatchedHost

beforeAll(async () => {
  if (why === undefined) host = await watchHost()
})

afterAll(async () => {
  if (why === undefined) await host[Symbol.asyncDispose]()
})

beforeEach((context) => context.skip(why !== undefined, why))

/** The exec whose arguments hold the mark; the last one, for programs that start others. */
function marked(execs: readonly ExecRecord[], mark: string): ExecRecord | undefined {
  return execs.findLast(({ args }) => args.includes(mark))
}

/** Runs an actor of test/host/programs/cast.c and gives the exec that it makes. */
async function perform(actor: string, mark: string, ...args: readonly string[]) {
  const { execs, ...rest } = await host.run(host.castPath(), [actor, mark, ...args])
  const own = execs.findLast(
    ({ executable, args: words }) => executable !== host.castPath() && words.includes(mark),
  )
  return { ...rest, execs, exec: own }
}

test('a program is seen with its arguments, environment, directory and file', async () => {
  const { execs, pid } = await host.run('/bin/echo', ['one', '', 'two words'], {
    cwd: '/usr/lib',
    env: { COLOUR: 'blue' },
  })
  const [exec] = execs.filter((each) => each.pid === pid)
  const file = statSync('/bin/echo', { bigint: true })
  expect(exec).toMatchObject({
    filename: '/bin/echo',
    executable: '/usr/bin/echo',
    pathIsBare: false,
    args: ['/bin/echo', 'one', '', 'two words'],
    argsBytes: 25,
    argsTruncated: false,
    env: ['COLOUR=blue'],
    workingDirectory: '/usr/lib',
    ppid: process.pid,
    file: {
      inode: file.ino,
      mode: Number(file.mode),
      nlink: Number(file.nlink),
      sizeBytes: file.size,
      ctimeNs: file.ctimeNs,
      ownerUid: Number(file.uid),
    },
  })
})

test('a process is forked, started and ended under one identity', async () => {
  const { execs, forks, exits, pid } = await host.run('/bin/sh', ['-c', 'exit 3'])
  const fork = forks.find((each) => each.pid === pid)
  const exec = execs.find((each) => each.pid === pid)
  const exit = exits.find((each) => each.pid === pid)
  expect(exit).toMatchObject({ exitStatus: 3, signal: 0 })
  expect(exec?.startBootNs).toBe(fork?.startBootNs)
  expect(exit?.startBootNs).toBe(fork?.startBootNs)
  expect(fork?.parentStartBootNs).toBeGreaterThan(0n)
  expect([fork?.ppid, exec?.ppid, exit?.ppid]).toEqual([process.pid, process.pid, process.pid])
})

test('an end by a signal tells the signal', async () => {
  const { exits, pid } = await host.run('/bin/sh', ['-c', 'kill -TERM $$'])
  expect(exits.find((each) => each.pid === pid)).toMatchObject({ exitStatus: 0, signal: 15 })
})

test('a script is seen as its interpreter, with the script as the name given', async () => {
  const script = join(host.directory, 'script.sh')
  writeFileSync(script, '#!/bin/sh -e\n:\n')
  chmodSync(script, 0o755)
  const { execs, pid } = await host.run(script, ['word'])
  const exec = execs.find((each) => each.pid === pid)
  expect(exec?.filename).toBe(script)
  expect(exec?.executable).toMatch(/^\/usr\/bin\/(da|ba|busybox)/)
  expect(exec?.args).toEqual(['/bin/sh', '-e', script, 'word'])
})

test('bytes that are not UTF-8 and line breaks stay in their argument', async () => {
  const text = String.raw`exec /bin/true "$(printf 'a\377b')" "$(printf 'x\ny')"`
  const { execs } = await host.run('/bin/sh', ['-c', text])
  const exec = execs.find(({ filename }) => filename === '/bin/true')
  expect(exec).toMatchObject({ args: ['/bin/true', 'a\ufffdb', 'x\ny'], argsBytes: 18 })
})

test('stdin, stdout and stderr are told apart', async () => {
  const text = 'exec /bin/true stdio-mark < /dev/null > "$0" 2>&1 '
  const { execs } = await host.run('/bin/sh', ['-c', text, join(host.directory, 'output')])
  expect(marked(execs, 'stdio-mark')?.stdio).toEqual([
    { kind: 'char', device: { major: 1, minor: 3 } },
    { kind: 'regular', device: undefined },
    { kind: 'regular', device: undefined },
  ])
  const piped = await host.run('/bin/sh', ['-c', ': | /bin/cat - 2>&-'])
  expect(marked(piped.execs, '-')?.stdio.map(({ kind }) => kind)).toEqual([
    'pipe',
    'socket',
    'none',
  ])
})

test('a new session makes its process the leader', async () => {
  const { execs } = await host.run('/usr/bin/setsid', ['/bin/true', 'setsid-mark'])
  const exec = execs.findLast(({ filename }) => filename === '/bin/true')
  expect(exec).toMatchObject({ sid: exec?.pid, pgid: exec?.pid, tty: undefined })
})

test('another user is seen with ids, groups and without capabilities', async () => {
  const { execs } = await host.run(
    '/usr/bin/setpriv',
    '--reuid 65534 --regid 65533 --groups 7,8 /bin/true'.split(' '),
  )
  expect(execs.findLast(({ filename }) => filename === '/bin/true')).toMatchObject({
    credentials: { uid: 65534, euid: 65534, suid: 65534, gid: 65533, egid: 65533, sgid: 65533 },
    groups: [7, 8],
    capabilities: { effective: 0n },
  })
})

test('namespaces and the pid inside them are told', async () => {
  const { execs } = await host.run('/usr/bin/unshare', ['-p', '-m', '-n', '-f', '/bin/true'])
  const outside = execs.find(({ filename }) => filename === '/usr/bin/unshare')
  const inside = execs.findLast(({ filename }) => filename === '/bin/true')
  expect(inside?.pidInNamespace).toBe(1)
  expect(outside?.pidInNamespace).toBe(outside?.pid)
  expect(outside?.namespaces.mnt).toBe(namespaceOf('mnt'))
  expect(outside?.namespaces.pid).toBe(namespaceOf('pid'))
  expect(outside?.namespaces.net).toBe(namespaceOf('net'))
  expect(inside?.namespaces.user).toBe(namespaceOf('user'))
  for (const name of ['pid', 'mnt', 'net'] as const) {
    expect(inside?.namespaces[name]).not.toBe(outside?.namespaces[name])
  }
})

function namespaceOf(name: string): number {
  return statSync(`/proc/self/ns/${name}`).ino
}

test('a terminal is told by its numbers', async (context) => {
  const { execs, status } = await host.run('/usr/bin/script', ['-qec', '/bin/true', '/dev/null'])
  context.skip(status === null, 'script(1) is not installed')
  const exec = execs.findLast(({ filename }) => filename === '/bin/true')
  expect(exec?.tty?.major).toBe(136)
  expect(exec?.stdio[0]).toEqual({ kind: 'char', device: exec?.tty })
})

test('the cgroup is the one that the process is in', async () => {
  const { execs, pid } = await host.run('/bin/true')
  const lines = readFileSync('/proc/self/cgroup', 'utf8').trim().split('\n')
  const pathOf = (controller: string) =>
    lines.find((line) => line.split(':')[1]?.split(',').includes(controller))?.split(':')[2]
  const unified = pathOf('')
  const expected = unified === undefined || unified === '/' ? (pathOf('pids') ?? '/') : unified
  expect(execs.find((each) => each.pid === pid)?.cgroup).toBe(expected)
})

test('a hard link is seen under the name that was used', async () => {
  const link = join(host.directory, 'other-name')
  writeFileSync(join(host.directory, 'original'), readFileSync('/bin/true'), { mode: 0o755 })
  linkSync(join(host.directory, 'original'), link)
  const { execs, pid } = await host.run(link)
  expect(execs.find((each) => each.pid === pid)).toMatchObject({
    executable: link,
    file: { nlink: 2 },
  })
})

test('inside a changed root the path is that of the host', async () => {
  const root = join(host.directory, 'root')
  mkdirSync(root)
  writeFileSync(join(root, 'cast'), readFileSync(host.castPath()), { mode: 0o755 })
  const { execs } = await host.run('/usr/sbin/chroot', [root, '/cast', 'chroot-mark'])
  expect(marked(execs.slice(1), 'chroot-mark')).toMatchObject({
    filename: '/cast',
    executable: join(root, 'cast'),
    workingDirectory: root,
  })
})

test('a program run out of memory keeps its bare name', async (context) => {
  context.skip(whyNoCast() !== undefined, whyNoCast())
  const { exec } = await perform('memfd', 'memory-mark')
  expect(exec).toMatchObject({
    executable: 'memfd:evil',
    pathIsBare: true,
    args: ['harmless', 'memory-mark'],
    file: { nlink: 0 },
  })
  expect(exec?.filename).toMatch(/^\/dev\/fd\/\d+$/)
})

test('a deleted program keeps its path and has no link left', async (context) => {
  context.skip(whyNoCast() !== undefined, whyNoCast())
  const { exec } = await perform('deleted', 'deleted-mark', host.directory)
  expect(exec).toMatchObject({
    executable: join(host.directory, 'gone'),
    pathIsBare: false,
    file: { nlink: 0 },
  })
})

test('a program on a detached mount keeps its bare name', async (context) => {
  context.skip(whyNoCast() !== undefined, whyNoCast())
  const { exec } = await perform('detached', 'detached-mark', host.directory)
  expect(exec).toMatchObject({ executable: 'true', pathIsBare: true })
})

test('a program without any argument gets an empty one from the kernel', async (context) => {
  context.skip(whyNoCast() !== undefined, whyNoCast())
  const { execs } = await host.run(host.castPath(), ['noargs', 'noargs-mark'])
  const exec = execs.find(({ env }) => env.includes('MARK=noargs-mark'))
  expect(exec).toMatchObject({ filename: '/bin/true', args: [''], argsBytes: 1 })
})

test('an exec from a second thread belongs to the process', async (context) => {
  context.skip(whyNoCast() !== undefined, whyNoCast())
  const { exec, pid, exits, forks } = await perform('thread', 'thread-mark')
  expect(exec).toMatchObject({ pid, pidInNamespace: pid, filename: '/bin/true' })
  expect(exits.filter((each) => each.pid === pid)).toHaveLength(1)
  expect(forks.filter((each) => each.ppid === pid)).toEqual([])
})

test('threads are no processes, and the last of them ends the process once', async (context) => {
  context.skip(whyNoCast() !== undefined, whyNoCast())
  const { pid, exits, forks, status } = await perform('threads', 'threads-mark')
  expect(status).toBe(5)
  expect(forks.filter((each) => each.ppid === pid)).toEqual([])
  expect(exits.filter((each) => each.pid === pid)).toMatchObject([{ exitStatus: 5, signal: 0 }])
})

test('a huge argument is cut, told to be cut, and told with its real length', async (context) => {
  context.skip(whyNoCast() !== undefined, whyNoCast())
  const { exec } = await perform('big', 'big-mark', '60000')
  const before = '/bin/true\0big-mark\0'.length
  expect(exec).toMatchObject({ argsTruncated: true, argsBytes: before + 60_001 })
  expect(exec?.args.slice(0, 2)).toEqual(['/bin/true', 'big-mark'])
  expect(exec?.args[2]).toBe('x'.repeat(32_767 - before))
})

test('a working directory 80 levels deep is whole, one of 120 levels is marked as cut', async (context) => {
  context.skip(whyNoCast() !== undefined, whyNoCast())
  const [shallow, deep] = ['80-levels', '120-levels'].map((name) => join(host.directory, name))
  mkdirSync(shallow!)
  mkdirSync(deep!)
  const whole = await perform('deep', 'whole-mark', shallow!, '80')
  expect(whole.exec).toMatchObject({
    workingDirectory: shallow + '/level'.repeat(80),
    pathTruncated: false,
  })
  const cut = await perform('deep', 'cut-mark', deep!, '120')
  expect(cut.exec?.pathTruncated).toBe(true)
  expect(cut.exec?.workingDirectory).toMatch(/^level(\/level)+$/)
})

test('after all this nothing was lost or unreadable', async () => {
  expect(await host.source.counters()).toMatchObject({
    lost: 0,
    undecodable: 0,
    argsUnreadable: 0,
    sequenceGaps: 0,
  })
})
