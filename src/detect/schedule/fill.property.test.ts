import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonObject } from '#base'
import {
  benchOf,
  breaking,
  minuteMs,
  noonMs,
  ruleOf,
  settled,
  type Bench,
} from '../detect.fixture.ts'
import { dueTimesOf } from './due.ts'

const origin = { user: 'test' }

/** Hours of schedule take seconds, on a busy machine many. */
const busyMachineMs = 300_000

/** Every type that runs, and what folds events over windows. */
const types: readonly (readonly [string, JsonObject])[] = [
  ['query', { query: 'kind: bad' }],
  ['saved_query', { type: 'saved_query', saved_id: 'bad ones', query: null }],
  ['new_terms', newTerms(['term'])],
  ['new_terms of two fields', newTerms(['term', 'host'])],
  ['threshold', { type: 'threshold', threshold: { field: ['host'], value: 2 } }],
  ['threshold without a field', { type: 'threshold', threshold: { field: [], value: 3 } }],
  [
    'threat_match',
    {
      type: 'threat_match',
      threat_query: '*',
      threat_index: ['bad-*'],
      threat_mapping: [
        { entries: [{ field: 'term', type: 'mapping', value: 'threat.indicator.name' }] },
      ],
    },
  ],
  ['query, suppressed', { alert_suppression: { group_by: ['host'] } }],
  ['eql', eql('any where kind == "bad"')],
  [
    'eql, a sequence',
    eql('sequence by host with maxspan=4m [any where kind == "bad"] [any where kind == "good"]'),
  ],
]

function newTerms(fields: readonly string[]): JsonObject {
  return { type: 'new_terms', new_terms_fields: fields, history_window_start: 'now-40m' }
}

function eql(query: string): JsonObject {
  return { type: 'eql', language: 'eql', query }
}

const saved = {
  id: 'bad ones',
  title: 'Bad ones',
  description: '',
  language: 'kuery',
  query: 'kind: bad',
  filters: [],
} as const

const names = fc.constantFrom('a', 'b', 'c')

/** Events from before the absence to well before what is caught up with after it. */
const stream = fc.array(
  fc.record({
    at: fc.integer({ min: -8, max: 75 }),
    kind: fc.constantFrom('good', 'bad'),
    term: fc.oneof(names, fc.subarray(['a', 'b', 'c', 'd'])),
    host: names,
  }),
  { maxLength: 40, size: 'max' },
)

type Stream = typeof stream extends fc.Arbitrary<infer All> ? All : never

/** A bench with the rule on, beginning at minutes after noon with every event stored. */
async function benchWith(members: JsonObject, events: Stream, fromMinutes = 0): Promise<Bench> {
  const bench = benchOf()
  await bench.clock.advanceTo(noonMs + fromMinutes * minuteMs)
  await bench.store.events.append([
    { index: 'bad-x', id: 'bad', source: { 'threat.indicator.name': 'a' } },
    ...events.map(({ at, ...source }, i) => ({
      index: 'logs-test-default',
      id: `event-${i}`,
      source: { ...source, '@timestamp': new Date(noonMs + at * minuteMs).toISOString() },
    })),
  ])
  await bench.engine.savedQueries.put(saved)
  await bench.engine.rules.install(ruleOf({ max_signals: 1_000, ...members }), origin)
  await bench.engine.start()
  await settled(bench.engine)
  return bench
}

async function uninterrupted(members: JsonObject, events: Stream): Promise<readonly string[]> {
  const bench = await benchWith(members, events)
  await bench.advance(130)
  await bench.engine.stop()
  return told(bench)
}

/** The same with nobody there from 12:10 to 14:00, ready to be filled. */
async function afterAbsence(members: JsonObject, events: Stream): Promise<Bench> {
  const before = await benchWith(members, events)
  await before.advance(10)
  await before.engine.stop()
  await before.clock.advanceTo(noonMs + 120 * minuteMs)
  const bench = benchOf({}, before)
  await bench.engine.start()
  await settled(bench.engine)
  return bench
}

/** What alerts say, whoever made them and when. */
async function told({ engine }: Pick<Bench, 'engine'>): Promise<readonly string[]> {
  const { items } = await engine.alerts.list({ limit: 10_000 })
  const fields = ['original_time', 'threshold_result', 'new_terms', 'suppression.docs_count']
  return items
    .map(({ id, body }) => JSON.stringify([id, ...fields.map((f) => body[`kibana.alert.${f}`])]))
    .toSorted()
}

async function uncoveredIn({ engine }: Pick<Bench, 'engine'>) {
  return (await engine.gaps.list({ openOnly: true })).flatMap(({ uncovered }) => uncovered)
}

test.each(types)(
  'a filled gap leaves the alerts of executions that were never late (%s)',
  async (_, members) => {
    let alerts = 0
    await fc.assert(
      fc.asyncProperty(stream, async (events) => {
        const bench = await afterAbsence(members, events)
        expect(await uncoveredIn(bench)).toHaveLength(1)
        const { runs } = await bench.engine.manualRuns.fillGaps({ by: 'test' })
        expect(runs).toHaveLength(1)
        await bench.engine.idle()
        expect(await uncoveredIn(bench)).toEqual([])
        await bench.advance(130)
        await bench.engine.stop()
        const found = await told(bench)
        expect(found).toEqual(await uninterrupted(members, events))
        alerts += found.length
      }),
      {
        numRuns: 5,
        examples: [7, 11, 23].flatMap((seed) =>
          fc.sample(stream, { numRuns: 1, seed }).map((events): [typeof events] => [events]),
        ),
      },
    )
    // The examples alone make so many for every type, whatever chance adds.
    expect(alerts).toBeGreaterThan(5)
  },
  busyMachineMs,
)

/** Those whose alerts stand for events, and not for what a window has of them. */
const byEvent = types.filter(([name]) => !/threshold|suppressed|sequence/.test(name))

test.each(byEvent)(
  'a manual run over past time makes the alerts of the executions that were due then (%s)',
  async (_, members) => {
    await fc.assert(
      fc.asyncProperty(stream, async (events) => {
        const bench = await benchWith(members, events, 130)
        expect(await told(bench)).toEqual([])
        const [rule] = await bench.engine.rules.list()
        if (rule === undefined) throw new Error('the rule is gone')
        const due = dueTimesOf(rule)
        const { id } = await bench.engine.manualRuns.ask(rule, {
          startMs: due.lastAt(noonMs) - 2 * due.intervalMs,
          endMs: due.lastAt(noonMs + 90 * minuteMs),
          by: 'test',
        })
        await bench.engine.idle()
        await bench.engine.stop()
        expect(await bench.engine.manualRuns.get(id)).toMatchObject({ state: 'finished' })
        expect(await told(bench)).toEqual(await uninterrupted(members, events))
      }),
      { numRuns: 5 },
    )
  },
  busyMachineMs,
)

test.each(types)(
  'a fill that loses the process again and again goes on where it was (%s)',
  async (_, members) => {
    await fc.assert(
      fc.asyncProperty(stream, fc.nat({ max: 12 }), async (events, writes) => {
        const whole = await afterAbsence(members, events)
        await whole.engine.manualRuns.fillGaps({ by: 'test' })
        await whole.engine.idle()
        await whole.engine.stop()
        const bench = await afterAbsence(members, events)
        const { runs } = await bench.engine.manualRuns.fillGaps({ by: 'test' })
        await bench.engine.stop()
        for (let lives = 0; lives < 3; lives++) {
          const dying = benchOf(
            {},
            { ...bench, store: breaking(bench.store, writes, 'everything') },
          )
          await dying.engine.start()
          await dying.engine.idle()
          await dying.engine.stop()
        }
        const last = benchOf({}, bench)
        await last.engine.start()
        await last.engine.idle()
        await last.engine.stop()
        const [run] = runs
        expect(await last.engine.manualRuns.get(run?.id ?? '')).toMatchObject({
          state: 'finished',
          executions: { done: run?.executions.planned, failed: 0 },
        })
        expect(await told(last)).toEqual(await told(whole))
        expect(await uncoveredIn(last)).toEqual([])
      }),
      { numRuns: 8 },
    )
  },
  busyMachineMs,
)
