import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { bench, type Bench } from './responding.fixture.ts'

/** The life of a command, from being given to its end. */

const ann = { who: 'ann', role: 'responder', why: 'odd image', isDryRun: false } as const

function list(at: Bench, more: Partial<Parameters<Bench['desk']['give']>[0]> = {}) {
  return at.desk.give({ ...ann, action: 'process-list', values: {}, hostId: at.host.id, ...more })
}

test('a command goes from queued to done, and keeps who, why and its output', async () => {
  const at = await bench()
  await at.connect()
  const { id } = await list(at)
  const ended = await at.over(id)
  expect(at.moves.map(({ state }) => state)).toEqual(['queued', 'delivered', 'running', 'done'])
  expect(ended).toMatchObject({ who: 'ann', why: 'odd image', target: 'the host' })
  expect(ended.outputHash).toMatch(/^[0-9a-f]{64}$/)
  const [part] = await at.desk.outputOf(id)
  expect(part?.text).toContain(`\n${process.pid}\t`)
  expect(await at.desk.list({ hostId: at.host.id })).toEqual([ended])
  await at.close()
})

test('a command for a host that is away waits, is cancelled while it does, and is never run', async () => {
  const at = await bench()
  const away = await at.connect()
  away()
  await expect(list(at)).rejects.toThrow('without --respond')
  await at.desk.connect({
    hostId: at.host.id,
    hostName: at.host.name,
    level: 'act',
    obstacle: async () => undefined,
    deliver: () => Promise.reject(new Error('it is away')),
  })
  const { id } = await list(at)
  await expect.poll(async () => (await at.desk.get(id))?.state).toBe('queued')
  expect((await at.desk.cancel(id, 'bob')).summary).toBe('cancelled by bob')
  await at.connect()
  expect((await at.desk.get(id))?.state).toBe('cancelled')
  await expect(at.desk.cancel(id, 'bob')).rejects.toThrow('it is over: cancelled')
  await expect(at.desk.cancel('none', 'bob')).rejects.toThrow('there is no command none')
  await at.close()
})

test('a command that is not begun within an hour expires', async () => {
  const at = await bench()
  await at.desk.connect({
    hostId: 'far',
    hostName: 'far',
    level: 'act',
    obstacle: async () => undefined,
    deliver: async () => undefined,
  })
  const { id } = await list(at, { hostId: 'far' })
  await expect.poll(async () => (await at.desk.get(id))?.state).toBe('delivered')
  await at.clock.advanceTo(at.clock.nowMs() + 3_600_000 + 15_000)
  await expect.poll(async () => (await at.desk.get(id))?.state).toBe('expired')
  expect(await at.desk.reports.begin(id)).toBe(false)
  await at.close()
})

test('a server that was killed gives again what had not begun, and does not run again what had', async () => {
  const before = await bench()
  await before.desk.connect({
    hostId: before.host.id,
    hostName: 'web-1',
    level: 'act',
    obstacle: async () => undefined,
    // The process dies before its runner does anything with it.
    deliver: async () => undefined,
  })
  const waiting = await list(before)
  const running = await list(before)
  await expect.poll(async () => (await before.desk.get(running.id))?.state).toBe('delivered')
  expect(await before.desk.reports.begin(running.id)).toBe(true)

  const after = await bench({ store: before.store, key: before.key })
  await after.connect()
  expect((await after.over(waiting.id)).state).toBe('done')
  const lost = await after.desk.get(running.id)
  expect([lost?.state, lost?.summary]).toEqual([
    'failed',
    'the program that ran it ended; whether it took effect is not known: look. It is not run again',
  ])
  await after.close()
  await before.close()
})

test('two servers at one command begin it once', async () => {
  const at = await bench()
  await at.desk.connect({
    hostId: 'far',
    hostName: 'far',
    level: 'act',
    obstacle: async () => undefined,
    deliver: async () => undefined,
  })
  const { id } = await list(at, { hostId: 'far' })
  await expect.poll(async () => (await at.desk.get(id))?.state).toBe('delivered')
  const begun = await Promise.all([at.desk.reports.begin(id), at.desk.reports.begin(id)])
  expect(begun.filter(Boolean)).toHaveLength(1)
  await at.close()
})

test('a hundred commands may wait for a host, and the next is told to come later', async () => {
  const at = await bench()
  await at.desk.connect({
    hostId: 'far',
    hostName: 'far',
    level: 'act',
    obstacle: async () => undefined,
    deliver: async () => undefined,
  })
  for (let at100 = 0; at100 < 100; at100++) await list(at, { hostId: 'far' })
  await expect(list(at, { hostId: 'far' })).rejects.toMatchObject({ kind: 'rate-limited' })
  await at.close()
})

test('what is wrong with a command is told before anything is written', async () => {
  const at = await bench()
  await at.connect()
  await expect(list(at, { action: 'host-format' })).rejects.toThrow('no action host-format')
  await expect(list(at, { action: 'container-stop' })).rejects.toThrow(
    'container-stop: container: is missing',
  )
  await expect(list(at, { hostId: 'nowhere' })).rejects.toThrow('no such host answers')
  expect(at.moves).toEqual([])
  await at.close()
})

test('a dry run says what would be done and does nothing; the same for good ends the process', async () => {
  const at = await bench()
  await at.connect()
  const child = spawn('sleep', ['1000'])
  await once(child, 'spawn')
  const facts = at.host.processes.of(child.pid ?? 0)
  const kill = {
    action: 'process-kill',
    values: { pid: child.pid ?? 0, entity_id: facts?.entityId ?? '' },
  }
  const dry = await at.over((await list(at, { ...kill, isDryRun: true })).id)
  expect(dry.summary).toMatch(/^ended would be \d+ of \S+: sleep 1000$/)
  expect(child.exitCode ?? child.signalCode).toBe(null)
  const exit = once(child, 'exit')
  const done = await at.over((await list(at, kill)).id)
  expect(done.state).toBe('done')
  expect(await exit).toEqual([null, 'SIGKILL'])
  const again = await at.over((await list(at, kill)).id)
  expect([
    again.state,
    again.summary.includes('it ended') || again.summary.includes('gone'),
  ]).toEqual(['failed', true])
  await at.close()
})
