import { expect, test } from 'vitest'
import { manualClock, silentLogger } from '#base'
import { benchOf, installedOf, minuteMs, noonMs, ruleOf, settled } from '../detect.fixture.ts'
import { dueTimesOf } from './due.ts'

const anyEvent = ruleOf({ rule_id: 'any', name: 'any' })
const origin = { user: 'test' }

test('a rule is due at fixed points an interval apart, which its identity spreads', () => {
  const one = dueTimesOf(installedOf({ rule_id: 'one' }))
  const other = dueTimesOf(installedOf({ rule_id: 'other' }))
  expect(one.nextAfter(noonMs) - one.lastAt(noonMs)).toBe(5 * minuteMs)
  expect(one.nextAfter(one.lastAt(noonMs))).toBe(one.lastAt(noonMs) + 5 * minuteMs)
  expect(one.lastAt(noonMs)).not.toBe(other.lastAt(noonMs))
})

async function startsOf(bench: ReturnType<typeof benchOf>): Promise<readonly number[]> {
  const { items } = await bench.engine.executions.list({ limit: 1_000 })
  return items.map(({ body }) => (Date.parse(body.startedAt) - noonMs) / minuteMs).toReversed()
}

test('a rule runs at once when it is new, and then whenever it is due', async () => {
  const bench = benchOf()
  await bench.engine.start()
  await bench.engine.rules.install(anyEvent, origin)
  await bench.advance(16)
  const starts = await startsOf(bench)
  expect(starts[0]).toBe(0)
  expect(starts.length).toBeGreaterThanOrEqual(4)
  const [, first = 0, ...rest] = starts
  expect(rest.map((start, i) => start - first - (i + 1) * 5)).toEqual(rest.map(() => 0))
  await bench.engine.stop()
})

test('a restart after a long absence catches up with four windows and tells the gap', async () => {
  const bench = benchOf()
  await bench.engine.start()
  await bench.engine.rules.install(anyEvent, origin)
  await bench.advance(10)
  await bench.engine.stop()
  await bench.add({ at: 47 })
  await bench.clock.advanceTo(noonMs + 60 * minuteMs)
  const again = benchOf({}, bench)
  await again.engine.start()
  await settled(again.engine)
  const [latest] = (await again.engine.executions.list({ limit: 1 })).items
  expect(latest?.body.windows).toHaveLength(5)
  expect(latest?.body.status).toBe('failed')
  expect(latest?.body.errors.map(({ kind }) => kind)).toEqual(['gap'])
  expect(latest?.body.gap?.from).toBe(latest?.body.previousStartedAt)
  expect(await again.alertIds()).toHaveLength(1)
  await again.engine.stop()
})

test('a rule that was switched off and on again has nothing to catch up with', async () => {
  const bench = benchOf()
  await bench.add({ at: -1 })
  await bench.engine.start()
  const { uuid } = await bench.engine.rules.install(anyEvent, origin)
  await bench.advance(6)
  await bench.engine.rules.setEnabled(uuid, false, origin)
  const before = (await startsOf(bench)).length
  await bench.advance(60)
  expect((await startsOf(bench)).length).toBe(before)
  await bench.engine.rules.setEnabled(uuid, true, origin)
  await settled(bench.engine)
  const [latest] = (await bench.engine.executions.list({ limit: 1 })).items
  expect(latest?.body).toMatchObject({ status: 'succeeded', gap: null, previousStartedAt: null })
  expect(latest?.body.windows).toHaveLength(1)
  await bench.engine.stop()
})

test('a rule that hangs keeps no other rule from running, and never overlaps itself', async () => {
  const bench = benchOf()
  let hanging = 0
  const events: typeof bench.store.events = {
    ...bench.store.events,
    async *search(request) {
      if (!request.indices.includes('logs-slow-*')) {
        yield* bench.store.events.search(request)
        return
      }
      hanging++
      await new Promise((_, reject) => {
        request.signal?.addEventListener('abort', () => reject(new Error('stopped')))
      })
    },
  }
  const held = benchOf({ concurrency: 2 }, { ...bench, store: { ...bench.store, events } })
  await held.add({ at: 0 })
  await held.store.events.append([
    { index: 'logs-slow-x', source: { '@timestamp': new Date(noonMs).toISOString() } },
  ])
  await held.engine.rules.install(
    ruleOf({ rule_id: 'slow', name: 'slow', index: ['logs-slow-*'] }),
    origin,
  )
  const { uuid } = await held.engine.rules.install(
    ruleOf({ rule_id: 'quick', name: 'quick' }),
    origin,
  )
  await held.engine.start()
  for (let minute = 1; minute <= 16; minute++) {
    await held.clock.advanceTo(noonMs + minute * minuteMs)
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
  const quick = await held.engine.executions.list({ ruleUuid: uuid })
  expect(quick.items.length).toBeGreaterThanOrEqual(3)
  expect(hanging).toBe(1)
  await held.engine.stop()
})

test('an execution that breaks is tried again when next due, over what it left unread', async () => {
  const bench = benchOf()
  let broken = true
  const events: typeof bench.store.events = {
    ...bench.store.events,
    search: (request) => {
      if (broken) throw new Error('the disk is gone')
      return bench.store.events.search(request)
    },
  }
  const held = benchOf({}, { ...bench, store: { ...bench.store, events } })
  await held.add({ at: 1 })
  await held.engine.start()
  await held.engine.rules.install(anyEvent, origin)
  await held.advance(21)
  broken = false
  await held.advance(26)
  const { items } = await held.engine.executions.list({ limit: 100 })
  expect(items[0]?.body.status).not.toBe('failed')
  expect(items.at(-1)?.body).toMatchObject({
    status: 'failed',
    errors: [{ kind: 'execution', message: 'the disk is gone' }],
  })
  await held.engine.stop()
})

test('when the clock is set back the schedule goes on from the new time', async () => {
  const bench = benchOf()
  await bench.engine.start()
  await bench.engine.rules.install(anyEvent, origin)
  await bench.advance(60)
  await bench.engine.stop()
  const before = (await startsOf(bench)).length
  const clock = manualClock(noonMs - 30 * minuteMs)
  const again = benchOf({}, { ...bench, clock })
  await again.engine.start()
  await again.advance(-10)
  expect((await startsOf(again)).length).toBeGreaterThanOrEqual(before + 3)
  const { items } = await again.engine.executions.list({ limit: 1_000 })
  expect(items.filter(({ body }) => body.gap !== null)).toEqual([])
  await again.engine.stop()
})

test('a rule that is asked to run now does, also between its due times', async () => {
  const bench = benchOf({ logger: silentLogger })
  await bench.engine.start()
  const { uuid } = await bench.engine.rules.install(anyEvent, origin)
  await settled(bench.engine)
  await bench.add({ at: 0 })
  const record = await bench.engine.runNow(uuid)
  expect(record).toMatchObject({ status: 'succeeded', created: 1, kind: 'scheduled' })
  await expect(bench.engine.runNow('nobody')).rejects.toMatchObject({ kind: 'not-found' })
  await bench.engine.stop()
})
