import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonObject } from '#base'
import { acceptedEvents, type NewEvent } from '#store'
import {
  benchOf,
  exceptWhen,
  minuteMs,
  noonMs,
  ruleOf,
  settled,
  type Bench,
} from '../detect.fixture.ts'

const origin = { user: 'test' }
const list = { id: 'l', list_id: 'l', type: 'detection', namespace_type: 'single' }

const eql = (query: string) => ({ type: 'eql', language: 'eql', query })

/** One of each sort, of windows and intervals of their own. */
const rules: readonly JsonObject[] = [
  { query: 'kind: bad' },
  { query: 'kind: bad', from: 'now-30m', interval: '10m' },
  { query: 'not kind: good', timestamp_override: 'event.ingested', max_signals: 3 },
  { query: 'kind: odd and @timestamp >= "now-3m"' },
  { query: 'kind: odd', index: ['logs-other-*'], from: 'now-2m', interval: '1m' },
  { query: 'kind: *', alert_suppression: { group_by: ['host'] } },
  { type: 'threshold', query: 'kind: *', threshold: { field: ['host'], value: 2 } },
  {
    type: 'new_terms',
    query: 'kind: *',
    new_terms_fields: ['term'],
    history_window_start: 'now-40m',
  },
  {
    type: 'threat_match',
    query: 'kind: *',
    threat_query: '*',
    threat_index: ['bad-*'],
    threat_mapping: [
      { entries: [{ field: 'term', type: 'mapping', value: 'threat.indicator.name' }] },
    ],
  },
  eql('any where kind == "bad"'),
  eql('sequence by host with maxspan=4m [any where kind == "bad"] [any where kind == "good"]'),
  eql('sequence by host with maxspan=3m [any where kind == "bad"] ![any where kind == "odd"]'),
  eql('sample by host [any where kind == "bad"] [any where kind == "odd"]'),
]

const ruleNumbered = (n: number, members: JsonObject = {}) =>
  ruleOf({ from: 'now-7m', exceptions_list: [list], rule_id: `r${n}`, ...rules[n], ...members })

const names = fc.constantFrom('a', 'b', 'c')

const happening = fc.record({
  afterSeconds: fc.oneof(
    fc.constant(0),
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 150 }) },
    fc.integer({ min: 0, max: 900 }),
  ),
  /** Late and early events among those of the moment. */
  atSeconds: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    fc.integer({ min: -1_500, max: 240 }),
  ),
  kind: fc.constantFrom('good', 'bad', 'odd'),
  term: fc.oneof(names, fc.subarray(['a', 'b', 'c'])),
  host: names,
  index: fc.constantFrom('logs-test-default', 'logs-test-default', 'logs-other-default'),
  isOffered: fc.boolean(),
  after: fc.oneof(
    { weight: 8, arbitrary: fc.constant('nothing' as const) },
    fc.constantFrom<After>('restart', 'absence', 'except', 'admit', 'edit', 'run again', 'fill'),
  ),
  which: fc.nat({ max: rules.length - 1 }),
})

type After = 'restart' | 'absence' | 'except' | 'admit' | 'edit' | 'run again' | 'fill'
type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never

const indicator = { index: 'bad-x', id: 'bad', source: { 'threat.indicator.name': 'a' } }

async function started(bench: Bench): Promise<Bench> {
  await bench.engine.start()
  await settled(bench.engine)
  return bench
}

async function replaceRule({ engine }: Bench, n: number, kind: string): Promise<void> {
  const installed = await engine.rules.byRuleId(`r${n}`)
  if (installed === undefined) throw new Error('the rule is gone')
  const { params } = installed.rule
  const members = params.type === 'query' ? { query: `kind: ${kind}` } : { from: 'now-9m' }
  await engine.rules.update(installed.uuid, ruleNumbered(n, members), origin)
}

async function runAgain({ engine, clock }: Bench, n: number): Promise<void> {
  const installed = await engine.rules.byRuleId(`r${n}`)
  if (installed === undefined) throw new Error('the rule is gone')
  const endMs = clock.nowMs()
  await engine.manualRuns.ask(installed, { startMs: endMs - 20 * minuteMs, endMs, by: 'test' })
  await engine.idle()
}

/** Plays a stream with everything that can happen to an engine; gives what is told, and how windows were read. */
async function play(happenings: readonly Happening[], keepsPostings: boolean) {
  const options = { keepsPostings }
  let bench = await started(benchOf(options))
  for (const n of rules.keys()) await bench.engine.rules.install(ruleNumbered(n), origin)
  await exceptWhen(bench, false, { field: 'host', value: 'a' })
  await settled(bench.engine)
  let seconds = 0
  let byPostings = 0
  let filled = 0
  const leave = async () => {
    const { postings } = bench.engine.facts()
    byPostings += postings.byPostings
    filled += postings.filled
    await bench.engine.stop()
  }
  for (const [
    i,
    { afterSeconds, atSeconds, index, isOffered, after, which, ...source },
  ] of happenings.entries()) {
    seconds += afterSeconds
    await bench.advance(seconds / 60)
    const dateAt = (second: number) => new Date(noonMs + second * 1_000).toISOString()
    const stamps = { '@timestamp': dateAt(seconds + atSeconds), 'event.ingested': dateAt(seconds) }
    const event = { index, id: `event-${i}`, source: { ...source, ...stamps } }
    const events: readonly NewEvent[] = i === 0 ? [indicator, event] : [event]
    const accepted = acceptedEvents(events, await bench.store.events.append(events))
    if (isOffered) bench.engine.offer(accepted)
    await bench.engine.idle()
    if (after === 'except' || after === 'admit') {
      await exceptWhen(bench, after === 'except', { field: 'host', value: 'a' })
    }
    if (after === 'edit') await replaceRule(bench, which, source.kind)
    if (after === 'run again') await runAgain(bench, which)
    if (after === 'fill') {
      await bench.engine.manualRuns.fillGaps({ by: 'test' })
      await bench.engine.idle()
    }
    if (after === 'restart' || after === 'absence') {
      await leave()
      if (after === 'absence') seconds += 40 * 60
      await bench.clock.advanceTo(noonMs + seconds * 1_000)
      bench = await started(benchOf(options, bench))
    }
    await settled(bench.engine)
  }
  await bench.advance(seconds / 60 + 15)
  await leave()
  return { told: await told(bench), byPostings, filled }
}

/** What alerts say, whoever made them and when. */
async function told({ engine }: Bench): Promise<readonly string[]> {
  const { items } = await engine.alerts.list({ limit: 10_000, parts: 'all' })
  const fields = ['original_time', 'threshold_result', 'new_terms', 'suppression.docs_count']
  return items
    .map(({ id, body }) => JSON.stringify([id, ...fields.map((f) => body[`kibana.alert.${f}`])]))
    .toSorted()
}

test('rules that go by postings make the alerts of rules that search', async () => {
  let alerts = 0
  let byPostings = 0
  let filled = 0
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 25, size: 'max' }), async (happenings) => {
      const posted = await play(happenings, true)
      const searched = await play(happenings, false)
      expect(posted.told).toEqual(searched.told)
      expect(searched.byPostings).toBe(0)
      alerts += posted.told.length
      byPostings += posted.byPostings
      filled += posted.filled
    }),
    { numRuns: 20 },
  )
  expect(alerts).toBeGreaterThan(200)
  // The fast road must not have fallen back to the slow one, nor read the store for each question.
  expect(byPostings).toBeGreaterThan(alerts)
  expect(filled).toBeLessThan(byPostings / 2)
}, 300_000)
