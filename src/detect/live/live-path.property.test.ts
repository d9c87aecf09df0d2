import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonObject } from '#base'
import { acceptedEvents } from '#store'
import { benchOf, minuteMs, noonMs, ruleOf, settled, type Bench } from '../detect.fixture.ts'

const rules = [
  ruleOf({ rule_id: 'q', name: 'q', query: 'kind: bad', interval: '5m', from: 'now-9m' }),
  ruleOf({
    rule_id: 'n1',
    name: 'n1',
    type: 'new_terms',
    query: 'kind: *',
    new_terms_fields: ['term'],
    history_window_start: 'now-20m',
    from: 'now-6m',
    interval: '5m',
  }),
  ruleOf({
    rule_id: 'n2',
    name: 'n2',
    type: 'new_terms',
    query: 'not kind: good',
    new_terms_fields: ['kind', 'term'],
    history_window_start: 'now-12m',
    from: 'now-3m',
    interval: '2m',
  }),
  ruleOf({
    rule_id: 't',
    name: 't',
    type: 'threat_match',
    query: 'kind: *',
    threat_query: '*',
    threat_index: ['bad-*'],
    threat_mapping: [
      { entries: [{ field: 'term', type: 'mapping', value: 'threat.indicator.name' }] },
    ],
  }),
  ruleOf({
    rule_id: 'r',
    name: 'r',
    type: 'esql',
    language: 'esql',
    query:
      'FROM logs-test-* METADATA _id | MV_EXPAND term | WHERE kind == "bad" AND term != "z" | KEEP _id, term',
    interval: '5m',
    from: 'now-9m',
  }),
]

/** Events in the order of their time, some at the very same moment. */
const stream = fc.array(
  fc.record({
    afterSeconds: fc.oneof(
      fc.constant(0),
      { weight: 3, arbitrary: fc.integer({ min: 0, max: 120 }) },
      fc.integer({ min: 0, max: 900 }),
    ),
    kind: fc.constantFrom('good', 'bad', 'odd'),
    term: fc.oneof(fc.constantFrom('x', 'y', 'z'), fc.subarray(['x', 'y', 'z', 'w'])),
    crash: fc.boolean(),
    learnt: fc.option(fc.constantFrom('x', 'y', 'w'), { freq: 3 }),
  }),
  { maxLength: 20 },
)

type Happening = {
  readonly afterSeconds: number
  readonly crash: boolean
  /** An indicator that comes before the event; earlier events of the window match it too. */
  readonly learnt: string | null
} & JsonObject

interface Played {
  readonly ids: readonly string[]
  readonly early: number
}

/** Plays a stream with scheduled executions, and with early answers and crashes where asked for. */
async function play(
  happenings: readonly Happening[],
  { early, crashes }: { readonly early: boolean; readonly crashes: boolean },
): Promise<Played> {
  let bench: Bench = benchOf()
  for (const rule of rules) await bench.engine.rules.install(rule, { user: 'test' })
  await bench.engine.start()
  await settled(bench.engine)
  let seconds = 0
  let answered = 0
  for (const [i, { afterSeconds, crash, learnt, ...source }] of happenings.entries()) {
    seconds += afterSeconds
    await bench.advance(seconds / 60)
    const event = {
      index: 'logs-test-default',
      id: `event-${i}`,
      source: { ...source, '@timestamp': new Date(noonMs + seconds * 1_000).toISOString() },
    }
    const documents = learnt === null ? [event] : [indicatorOf(learnt, i), event]
    const outcomes = await bench.store.events.append(documents)
    if (early) {
      bench.engine.offer(acceptedEvents(documents, outcomes))
      if (!(crashes && crash)) await bench.engine.idle()
    }
    answered += bench.engine.facts().live.alerts
    if (crashes && crash) {
      // What was in memory is gone; what was stored is not.
      await bench.engine.stop()
      bench = benchOf({}, bench)
      await bench.engine.start()
      await settled(bench.engine)
    }
  }
  await bench.advance(seconds / 60 + 30)
  await bench.engine.stop()
  return { ids: await bench.alertIds(), early: answered }
}

function indicatorOf(name: string, i: number) {
  return { index: 'bad-x', id: `bad-${i}`, source: { 'threat.indicator.name': name } }
}

test('early answers and scheduled executions together make the alerts of scheduled executions alone', async () => {
  let early = 0
  await fc.assert(
    fc.asyncProperty(stream, async (happenings) => {
      const alone = await play(happenings, { early: false, crashes: false })
      const together = await play(happenings, { early: true, crashes: false })
      early += together.early
      expect(together.ids).toEqual(alone.ids)
    }),
    { numRuns: 15 },
  )
  // The fast road must not have fallen back to the slow one.
  expect(early).toBeGreaterThan(25)
})

test('the same after crashes that lose everything in memory', async () => {
  await fc.assert(
    fc.asyncProperty(stream, async (happenings) => {
      const alone = await play(happenings, { early: false, crashes: false })
      const together = await play(happenings, { early: true, crashes: true })
      expect(together.ids).toEqual(alone.ids)
    }),
    { numRuns: 15 },
  )
})

test('an event alerts before its execution is due, under the id that the execution gives it', async () => {
  const bench = benchOf()
  for (const rule of rules) await bench.engine.rules.install(rule, { user: 'test' })
  await bench.engine.start()
  await settled(bench.engine)
  const told: string[] = []
  bench.engine.onAlert((alerts) => told.push(...alerts.map(({ id }) => id)))
  bench.engine.offer(await bench.add({ at: 0, kind: 'bad', term: 'x' }))
  await bench.engine.idle()
  const early = await bench.alertIds()
  expect(early).toHaveLength(4)
  await bench.advance(20)
  expect(await bench.alertIds()).toEqual(early)
  expect(told.toSorted()).toEqual(early)
  await bench.engine.stop()
})

test('early answers and the execution share one limit', async () => {
  const bench = benchOf()
  const { uuid } = await bench.engine.rules.install(ruleOf({ max_signals: 5 }), { user: 'test' })
  await bench.engine.start()
  await settled(bench.engine)
  const first = await bench.add(...Array.from({ length: 3 }, () => ({ at: 0 })))
  bench.engine.offer(first)
  await bench.engine.idle()
  expect(await bench.alertIds()).toHaveLength(3)
  await bench.add(...Array.from({ length: 6 }, () => ({ at: 0 })))
  await bench.advance(5)
  const due = await bench.engine.executions.list({ ruleUuid: uuid, limit: 1 })
  expect(due.items[0]?.body).toMatchObject({ created: 2, status: 'partial failure' })
  expect(await bench.alertIds()).toHaveLength(5)
  await bench.advance(10)
  expect(await bench.alertIds()).toHaveLength(9)
  await bench.engine.stop()
})

test('a flood beyond what may wait is counted and left to the scheduled execution', async () => {
  const bench = benchOf()
  await bench.engine.rules.install(ruleOf({ query: 'wanted: true', max_signals: 1000 }), {
    user: 'test',
  })
  await bench.engine.start()
  await settled(bench.engine)
  const flood = Array.from({ length: 20_050 }, (_, i) => ({ at: 0, wanted: i >= 20_000 }))
  bench.engine.offer(await bench.add(...flood))
  await bench.engine.idle()
  expect(bench.engine.facts().live).toMatchObject({ deferred: 50, alerts: 0, waiting: 0 })
  await bench.advance(6)
  expect(await bench.alertIds()).toHaveLength(50)
  expect(bench.clock.nowMs()).toBe(noonMs + 6 * minuteMs)
  await bench.engine.stop()
})
