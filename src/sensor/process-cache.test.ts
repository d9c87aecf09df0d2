import { expect, test } from 'vitest'
import { entityIds } from './entity-id.ts'
import { type ProcessCacheOptions, processCache } from './process-cache.ts'
import { atMs, execRecord, exitRecord, forkRecord, runningRecord } from './sample-records.ts'

const entityIdOf = entityIds('host', 'boot')
const cacheWith = (options: Partial<ProcessCacheOptions> = {}) =>
  processCache({ entityIdOf, ...options })

test('a fork has the image of its parent until it execs', () => {
  const cache = cacheWith()
  cache.apply(execRecord({ pid: 10, executable: '/bin/dash', args: ['sh'] }))
  const fork = cache.apply(forkRecord({ pid: 11, ppid: 10, startMs: 2000 }))
  expect(fork?.process.image?.executable).toBe('/bin/dash')
  const exec = cache.apply(execRecord({ pid: 11, ppid: 10, startMs: 2000, executable: '/bin/cat' }))
  expect(exec?.process.image?.executable).toBe('/bin/cat')
  expect(exec?.process.previous?.executable).toBe('/bin/dash')
  expect(cache.find(10)?.image?.executable).toBe('/bin/dash')
})

test('an exec keeps the entity id', () => {
  const cache = cacheWith()
  const fork = cache.apply(forkRecord({ pid: 11, startMs: 2000 }))
  const id = fork?.process.entityId
  const exec = cache.apply(execRecord({ pid: 11, startMs: 2000 }))
  expect(exec?.process.entityId).toBe(id)
  expect(id).toBe(entityIdOf(11, 200))
})

test('a second end of the same process says nothing', () => {
  const cache = cacheWith()
  cache.apply(execRecord({ pid: 11 }))
  expect(cache.apply(exitRecord({ pid: 11 }))?.kind).toBe('end')
  expect(cache.apply(exitRecord({ pid: 11 }))).toBeUndefined()
  expect(cache.counters().duplicateEnds).toBe(1)
})

test('a pid that comes back is another process, and the end that was missed is counted', () => {
  const cache = cacheWith()
  const first = cache.apply(execRecord({ pid: 11, startMs: 1000 }))
  const second = cache.apply(forkRecord({ pid: 11, startMs: 5000 }))
  expect(second?.process.entityId).not.toBe(first?.process.entityId)
  expect(cache.counters().missedEnds).toBe(1)
})

test('the dead are remembered for their grace, and longer while a child needs them', () => {
  const cache = cacheWith({ graceNs: atMs(1000) })
  cache.apply(execRecord({ pid: 10, executable: '/bin/parent' }))
  cache.apply(forkRecord({ pid: 11, ppid: 10, startMs: 1500 }))
  cache.apply(exitRecord({ pid: 10, bootNs: atMs(2000) }))
  cache.sweep(atMs(2500))
  expect(cache.find(10)).toBeDefined()
  cache.sweep(atMs(9000))
  expect(cache.find(10)?.image?.executable).toBe('/bin/parent')
  cache.apply(exitRecord({ pid: 11, startMs: 1500, bootNs: atMs(9000) }))
  cache.sweep(atMs(99_000))
  cache.sweep(atMs(99_000))
  expect([cache.find(10), cache.find(11)]).toEqual([undefined, undefined])
  expect(cache.counters().imageBytes).toBe(0)
})

test('ancestors are told parent first, at most 20', () => {
  const cache = cacheWith()
  cache.apply(execRecord({ pid: 1000, ppid: 0, startMs: 1000 }))
  for (let pid = 1001; pid <= 1030; pid++) {
    cache.apply(forkRecord({ pid, ppid: pid - 1, startMs: pid }))
  }
  const ancestry = cache.find(1030)?.ancestry
  expect(ancestry).toHaveLength(20)
  expect(ancestry?.[0]).toBe(cache.find(1029)?.entityId)
  expect(ancestry?.[19]).toBe(cache.find(1010)?.entityId)
})

test('a missing parent is read from proc and flagged as incomplete', () => {
  const cache = cacheWith({
    readProcess: (pid) =>
      pid === 10 ? runningRecord({ pid: 10, sid: 10, ppid: 0, executable: '/bin/old' }) : undefined,
  })
  const exec = cache.apply(execRecord({ pid: 11, ppid: 10, sid: 10, startMs: 3000 }))
  expect(exec?.process.parent?.image?.executable).toBe('/bin/old')
  expect(exec?.process.parent?.incomplete).toBe(true)
  expect(exec?.process.incomplete).toBe(false)
  expect(cache.counters()).toMatchObject({ misses: 1, filled: 1 })
})

test('a parent that is gone is named by what the record says of it, and nothing more', () => {
  const cache = cacheWith()
  const record = execRecord({ pid: 11, ppid: 10, startMs: 3000, parentStartBootNs: atMs(2000) })
  const exec = cache.apply({ ...record, sid: 11 })
  expect(exec?.process.parent).toMatchObject({
    pid: 10,
    entityId: entityIdOf(10, 200),
    image: undefined,
    incomplete: true,
  })
})

test('another process that took the parent’s pid is not taken for the parent', () => {
  const cache = cacheWith({ readProcess: (pid) => runningRecord({ pid, startMs: 8000 }) })
  const exec = cache.apply(
    execRecord({ pid: 11, ppid: 10, startMs: 3000, parentStartBootNs: atMs(2000) }),
  )
  expect(exec?.process.parent?.image).toBeUndefined()
})

test('what the scan finds is told once, and the kernel’s word wins over it', () => {
  const cache = cacheWith()
  expect(cache.apply(runningRecord({ pid: 9 }))?.kind).toBe('already_running')
  expect(cache.apply(runningRecord({ pid: 9 }))).toBeUndefined()
  cache.apply(execRecord({ pid: 11, executable: '/bin/new' }))
  expect(cache.apply(runningRecord({ pid: 11, executable: '/bin/late' }))).toBeUndefined()
  expect(cache.find(11)?.image?.executable).toBe('/bin/new')
  cache.apply(exitRecord({ pid: 11 }))
  expect(cache.apply(runningRecord({ pid: 11 }))).toBeUndefined()
})

test('a session under sshd enters through its leader, and all below it inherit that', () => {
  const cache = cacheWith()
  cache.apply(execRecord({ pid: 50, sid: 50, ppid: 1, executable: '/usr/sbin/sshd' }))
  cache.apply(
    execRecord({
      pid: 60,
      sid: 60,
      ppid: 50,
      startMs: 2000,
      executable: '/bin/bash',
      env: ['SSH_CONNECTION=192.0.2.7 1 2 3'],
    }),
  )
  const child = cache.apply(forkRecord({ pid: 61, sid: 60, pgid: 61, ppid: 60, startMs: 3000 }))
  expect(child?.process.entry).toMatchObject({ type: 'sshd', sourceIp: '192.0.2.7' })
  expect(child?.process.entry?.leader.pid).toBe(60)
  expect(child?.process.sessionLeader?.pid).toBe(60)
  expect(child?.process.groupLeader).toBe(child?.process)
  expect(cache.find(50)?.entry?.type).toBe('init')
})

test('a session leader that belongs to nobody has an unknown entry', () => {
  const cache = cacheWith()
  const exec = cache.apply(execRecord({ pid: 60, sid: 60, ppid: 0 }))
  expect(exec?.process.entry?.type).toBe('unknown')
})

test('facts that a source could not see stay undefined, and the fork’s credentials are the parent’s', () => {
  const cache = cacheWith()
  const credentials = { uid: 7, euid: 7, suid: 7, gid: 7, egid: 7, sgid: 7 }
  cache.apply(execRecord({ pid: 10, credentials }))
  const fork = cache.apply(
    forkRecord({ pid: 11, ppid: 10, startMs: 2000, unseen: ['start', 'credentials', 'leaders'] }),
  )
  expect(fork?.process).toMatchObject({ credentials, startGuessed: true, incomplete: true })
  const exec = cache.apply(
    execRecord({ pid: 11, ppid: 0, unseen: ['start', 'parent', 'executable', 'args', 'cgroup'] }),
  )
  expect(exec?.process.parent?.pid).toBe(10)
  expect(exec?.process.entityId).toBe(fork?.process.entityId)
  expect(exec?.process.image).toMatchObject({ executable: undefined, args: undefined })
  const end = cache.apply(exitRecord({ pid: 11, unseen: ['start', 'parent', 'credentials'] }))
  expect(end?.process).toBe(exec?.process)
})

test('a guessed start gives way to the true one of the same process, however late the guess was', () => {
  const cache = cacheWith()
  const fork = cache.apply(forkRecord({ pid: 11, startMs: 2000, unseen: ['start'] }))
  const exec = cache.apply(execRecord({ pid: 11, startMs: 1900 }))
  expect(exec?.process).toBe(fork?.process)
  const next = cache.apply(execRecord({ pid: 11, startMs: 3000 }))
  expect(next?.process).not.toBe(fork?.process)
})

test('an exec that is told after the end of its process is still its exec', () => {
  const cache = cacheWith()
  const fork = cache.apply(forkRecord({ pid: 11, startMs: 2000 }))
  cache.apply(exitRecord({ pid: 11, bootNs: atMs(2100), unseen: ['start'] }))
  const exec = cache.apply(execRecord({ pid: 11, bootNs: atMs(2050), unseen: ['start'] }))
  expect(exec?.process).toBe(fork?.process)
  expect(exec?.process.endBootNs).toBe(atMs(2100))
  const other = cache.apply(execRecord({ pid: 11, bootNs: atMs(9000), unseen: ['start'] }))
  expect(other?.process).not.toBe(fork?.process)
})

test('only allowed variables are remembered', () => {
  const cache = cacheWith()
  const exec = cache.apply(
    execRecord({ env: ['PATH=/bin', 'SECRET=x', 'LD_PRELOAD=/x.so', 'PATHX'] }),
  )
  expect(exec?.process.image?.env).toEqual(['PATH=/bin', 'LD_PRELOAD=/x.so'])
})

test('a long command line is told whole and remembered in part', () => {
  const cache = cacheWith()
  const args = ['sh', 'x'.repeat(30_000)]
  const exec = cache.apply(execRecord({ args }))
  expect(exec?.kind === 'exec' && exec.image.args).toEqual(args)
  expect(exec?.process.image?.args?.[1]).toHaveLength(4093)
  expect(exec?.process.image?.argsTruncated).toBe(true)
})

test('the sensor’s own children are marked, and theirs', () => {
  const cache = cacheWith({ ownPid: 10 })
  cache.apply(execRecord({ pid: 10 }))
  cache.apply(forkRecord({ pid: 11, ppid: 10, startMs: 2000 }))
  cache.apply(exitRecord({ pid: 10, bootNs: atMs(2500) }))
  cache.apply(forkRecord({ pid: 12, ppid: 11, startMs: 3000 }))
  cache.apply(forkRecord({ pid: 13, ppid: 1, startMs: 3000 }))
  expect([10, 11, 12, 13].map((pid) => cache.find(pid)?.own)).toEqual([true, true, true, false])
})

test('a program of the sensor’s children that is to be reported is nobody’s own, nor is what it starts', () => {
  const cache = cacheWith({ ownPid: 10, isReported: (executable) => executable === '/x/test' })
  cache.apply(execRecord({ pid: 10 }))
  cache.apply(forkRecord({ pid: 11, ppid: 10, startMs: 2000 }))
  cache.apply(execRecord({ pid: 11, ppid: 10, startMs: 2000, executable: '/x/test' }))
  cache.apply(forkRecord({ pid: 12, ppid: 11, startMs: 3000 }))
  cache.apply(forkRecord({ pid: 13, ppid: 10, startMs: 3000 }))
  expect([11, 12, 13].map((pid) => cache.find(pid)?.own)).toEqual([false, false, true])
})

test('images take no more memory than they may', () => {
  const cache = cacheWith({ maxImageBytes: 100_000 })
  for (let pid = 100; pid < 300; pid++) {
    cache.apply(execRecord({ pid, args: ['x'.repeat(4000)], startMs: pid }))
  }
  const { imageBytes, evicted, processes } = cache.counters()
  expect(imageBytes).toBeLessThan(110_000)
  expect(evicted).toBeGreaterThan(150)
  expect(processes).toBeLessThan(40)
})
