import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { exceptionItemFromWire } from '#rule'
import { acceptedEvents } from '#store'
import { benchOf, minuteMs, noonMs, ruleOf, settled, type Bench } from '../detect.fixture.ts'

const list = { id: 'l', list_id: 'l', type: 'detection', namespace_type: 'single' }
const common = { type: 'new_terms', exceptions_list: [list], index: ['logs-*'] }

const rules = [
  ruleOf({
    ...common,
    rule_id: 'n1',
    query: 'kind: *',
    new_terms_fields: ['term'],
    history_window_start: 'now-20m',
    from: 'now-6m',
    interval: '5m',
  }),
  ruleOf({
    ...common,
    rule_id: 'n2',
    query: 'not kind: good',
    new_terms_fields: ['kind', 'term'],
    history_window_start: 'now-1h',
    from: 'now-3m',
    interval: '2m',
  }),
]

const happening = fc.record({
  afterSeconds: fc.oneof(
    fc.constant(0),
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 120 }) },
    fc.integer({ min: 0, max: 1_500 }),
  ),
  /** Late and early events among those of the moment. */
  atSeconds: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    fc.integer({ min: -900, max: 300 }),
  ),
  kind: fc.constantFrom('good', 'bad', 'odd'),
  term: fc.oneof(fc.constantFrom('x', 'y', 'z'), fc.subarray(['x', 'y', 'z', 'w'])),
  isOffered: fc.boolean(),
  after: fc.oneof(
    { weight: 8, arbitrary: fc.constant('nothing' as const) },
    fc.constantFrom('restart' as const, 'except' as const, 'except for a while' as const),
  ),
})

type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never

async function except(bench: Bench, lastsMs: number | undefined): Promise<void> {
  const { exceptions } = bench.engine
  const expires = lastsMs === undefined ? undefined : bench.clock.nowMs() + lastsMs
  const { value } = exceptionItemFromWire({
    list_id: 'l',
    item_id: `i-${lastsMs}`,
    name: 'an item',
    entries: [{ field: 'kind', type: 'match', operator: 'included', value: 'odd' }],
    ...(expires === undefined ? {} : { expire_time: new Date(expires).toISOString() }),
  })
  if (value === undefined) throw new Error('a test made a wrong item')
  await exceptions.putItem(value)
}

/** Plays a stream, with early answers and scheduled executions; gives the alerts and how they were found. */
async function play(happenings: readonly Happening[], indexesFirstSeen: boolean) {
  const options = { indexesFirstSeen }
  let bench = benchOf(options)
  const { exceptions } = bench.engine
  const made = { listId: 'l', name: 'l', type: 'detection', namespaceType: 'single' } as const
  await exceptions.putList({ ...made, unknown: {} })
  for (const rule of rules) await bench.engine.rules.install(rule, { user: 'test' })
  await bench.engine.start()
  await settled(bench.engine)
  let seconds = 0
  let byIndex = 0
  const leave = async () => {
    const { answered } = bench.engine.facts().firstSeen
    byIndex += answered.byIndex + answered.byWindow
    await bench.engine.stop()
  }
  for (const { afterSeconds, atSeconds, isOffered, after, ...source } of happenings) {
    seconds += afterSeconds
    await bench.advance(seconds / 60)
    const ms = noonMs + (seconds + atSeconds) * 1_000
    const events = [
      {
        index: 'logs-test-default',
        source: { ...source, '@timestamp': new Date(ms).toISOString() },
        id: `event-${seconds}-${JSON.stringify(source)}`,
      },
    ]
    const accepted = acceptedEvents(events, await bench.store.events.append(events))
    if (isOffered) {
      bench.engine.offer(accepted)
      await bench.engine.idle()
    }
    if (after === 'except') await except(bench, undefined)
    if (after === 'except for a while') await except(bench, 10 * minuteMs)
    if (after === 'restart') {
      await leave()
      bench = benchOf(options, bench)
      await bench.engine.start()
      await settled(bench.engine)
    }
  }
  await bench.advance(seconds / 60 + 15)
  await leave()
  return { ids: await bench.alertIds(), byIndex }
}

test('rules that ask an index make the alerts of rules that read history', async () => {
  let byIndex = 0
  let alerts = 0
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 25 }), async (happenings) => {
      const indexed = await play(happenings, true)
      const read = await play(happenings, false)
      byIndex += indexed.byIndex
      alerts += indexed.ids.length
      expect(indexed.ids).toEqual(read.ids)
      expect(read.byIndex).toBe(0)
    }),
    { numRuns: 50 },
  )
  // The fast road must not have fallen back to the slow one.
  expect(byIndex).toBeGreaterThan(alerts)
  expect(alerts).toBeGreaterThan(100)
}, 120_000)
