import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonObject } from '#base'
import type { EventDocument } from '#event'
import {
  benchOf,
  breaking,
  installedOf,
  minuteMs,
  noonMs,
  type Bench,
} from '../../detect.fixture.ts'
import { oracleOf } from './eql.fixture.ts'

/** Queries whose answers differ in what they depend on. */
const queries: readonly string[] = [
  'process where process.name == "a"',
  'any where true | head 4 | tail 2',
  'any where user.name != null | tail 3',
  'sequence by host.id with maxspan=3m [any where process.name == "a"] [any where process.name == "b"]',
  'sequence by host.id [any where process.name == "a"] [any where process.name in ("a", "b")] [any where process.name == "c"]',
  'sequence by host.id, user.name with maxspan=4m [any where process.name == "a"] with runs=2 [any where process.name == "b"] until [any where process.name == "c"]',
  'sequence by host.id with maxspan=3m [any where process.name == "a"] ![any where process.name == "b"] [any where process.name == "c"]',
  'sequence by host.id with maxspan=3m [any where process.name == "a"] ![any where process.name == "b"]',
  'sequence by host.id with maxspan=3m ![any where process.name == "c"] [any where process.name == "a"] [any where process.name == "b"]',
  'sequence by ?user.name with maxspan=2m [any where true] [any where true]',
  'sequence with maxspan=1m [any where process.name == "a"] by host.id [any where process.name == "b"] by user.name | tail 2',
  'sample by host.id [any where process.name == "a"] [any where process.name == "b"]',
]

const event = fc.record({
  at: fc.oneof(
    fc.integer({ min: -12, max: 9 }),
    fc.integer({ min: -40, max: 36 }).map((quarter) => quarter / 4),
  ),
  process: fc.record({ name: fc.constantFrom('a', 'b', 'c') }),
  host: fc.record({ id: fc.oneof(fc.constantFrom('h', 'i'), fc.constant(['h', 'i'])) }),
  user: fc.oneof(fc.record({ name: fc.constantFrom('h', 'u') }), fc.constant({})),
  event: fc.constant({ category: 'process' }),
})

/** What is stored before each of three executions, five minutes apart. */
const deliveries = fc
  .tuple(
    fc.array(event, { maxLength: 14 }),
    fc.array(event, { maxLength: 8 }),
    fc.array(event, { maxLength: 8 }),
  )
  .map((each) => each.map((events, n) => named(events, `${n}-`)))

function named<E>(events: readonly E[], prefix = '') {
  return events.map((each, i) => ({ ...each, eventId: `${prefix}${i}` }))
}

const starts = [0, 5, 10].map((minutes) => noonMs + minutes * minuteMs)
const lookBackMs = 9 * minuteMs

function ruleFor(query: string, members: JsonObject = {}) {
  return installedOf({ type: 'eql', language: 'eql', query, ...members })
}

/** The ids of all alerts but building blocks. */
async function told({ engine }: Pick<Bench, 'engine'>): Promise<readonly string[]> {
  const { items } = await engine.alerts.list({ limit: 10_000 })
  return items.map(({ id }) => id).toSorted()
}

test.each(queries)('executions find what the oracle finds in their windows: %s', async (query) => {
  const rule = ruleFor(query, { max_signals: 6 })
  const oracle = oracleOf(query, { owner: { ruleUuid: rule.uuid, space: 'default' }, maxAlerts: 6 })
  await fc.assert(
    fc.asyncProperty(deliveries, async (delivered) => {
      const bench = benchOf()
      const stored: EventDocument[] = []
      const expected = new Set<string>()
      for (const [i, startedAtMs] of starts.entries()) {
        stored.push(...(await bench.add(...(delivered[i] ?? []))))
        await bench.engine.executeOnce(rule, { startedAtMs })
        const window = { fromMs: startedAtMs - lookBackMs, toMs: startedAtMs }
        for (const id of oracle(stored, window)) expected.add(id)
      }
      expect(await told(bench)).toEqual([...expected].toSorted())
    }),
    { numRuns: 40 },
  )
})

test('events of the same time stand in the order of the tie-breaker', async () => {
  const query = queries[3] ?? ''
  const rule = ruleFor(query, { tiebreaker_field: 'user.name' })
  const owner = { ruleUuid: rule.uuid, space: 'default' }
  const oracle = oracleOf(query, { owner, tiebreakerField: 'user.name' })
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 20 }), async (events) => {
      const bench = benchOf()
      const [startedAtMs] = starts
      const inMinutes = events.map((each) => ({
        ...each,
        at: Math.min(0, Math.round(each.at / 3)),
      }))
      const stored = await bench.add(...inMinutes)
      await bench.engine.executeOnce(rule, { startedAtMs: startedAtMs ?? 0 })
      const window = { fromMs: noonMs - lookBackMs, toMs: noonMs }
      // A sequence under two keys is one alert.
      const expected = new Set(oracle(stored, window))
      expect(await told(bench)).toEqual([...expected].toSorted())
    }),
    { numRuns: 40 },
  )
})

/** Every alert as its id, its group, its first and last event time, and how many it stands for. */
async function alertsOf({ engine }: Pick<Bench, 'engine'>): Promise<readonly string[]> {
  const { items } = await engine.alerts.list({ parts: 'all', limit: 10_000 })
  const fields = ['terms', 'start', 'end', 'docs_count']
  return items
    .map(({ id, body }) => [id, ...fields.map((f) => body[`kibana.alert.suppression.${f}`])])
    .map((one) => JSON.stringify(one))
    .toSorted()
}

const suppressions: readonly (readonly [string, JsonObject])[] = [
  ['plain', {}],
  ['suppressed an execution', { alert_suppression: { group_by: ['host.id'] } }],
  [
    'suppressed for a time',
    { alert_suppression: { group_by: ['host.id'], duration: { value: 1, unit: 'h' } } },
  ],
  [
    'what lacks a field alone',
    {
      alert_suppression: { group_by: ['user.name'], missing_fields_strategy: 'doNotSuppress' },
    },
  ],
]

test.each(suppressions)(
  'an execution that breaks in the middle and is made again leaves the same alerts (%s)',
  async (_, members) => {
    for (const query of [queries[0] ?? '', queries[3] ?? '', queries[11] ?? '']) {
      const rule = ruleFor(query, members)
      await fc.assert(
        fc.asyncProperty(deliveries, fc.nat({ max: 6 }), async (delivered, writes) => {
          const [whole, bench] = [benchOf(), benchOf()]
          for (const [i, startedAtMs] of starts.entries()) {
            await whole.add(...(delivered[i] ?? []))
            await bench.add(...(delivered[i] ?? []))
            for (const { clock } of [whole, bench]) await clock.advanceTo(startedAtMs)
            await whole.engine.executeOnce(rule, { startedAtMs })
            const broken = benchOf({}, { ...bench, store: breaking(bench.store, writes) })
            await broken.engine.executeOnce(rule, { startedAtMs })
            await bench.engine.executeOnce(rule, { startedAtMs })
          }
          expect(await alertsOf(bench)).toEqual(await alertsOf(whole))
        }),
        { numRuns: 20 },
      )
    }
  },
)

test.each(queries)('a manual run tells what scheduled executions told: %s', async (query) => {
  const rule = ruleFor(query)
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 25 }), async (events) => {
      const [scheduled, manual] = [benchOf(), benchOf()]
      for (const bench of [scheduled, manual]) await bench.add(...named(events))
      for (const startedAtMs of starts) {
        await scheduled.engine.executeOnce(rule, { startedAtMs })
        await manual.engine.executeOnce(rule, { startedAtMs, kind: 'manual' })
      }
      const found = await scheduled.alertIds()
      expect(await manual.alertIds()).toEqual(found)
      for (const startedAtMs of starts) {
        await scheduled.engine.executeOnce(rule, { startedAtMs, kind: 'manual' })
      }
      expect(await scheduled.alertIds()).toEqual(found)
    }),
    { numRuns: 20 },
  )
})
