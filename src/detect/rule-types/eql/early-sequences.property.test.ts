import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isSequenceBlock } from '#alert'
import type { JsonObject } from '#base'
import type { AcceptedEvent } from '#store'
import { benchOf, minuteMs, noonMs, ruleOf, settled, type Bench } from '../../detect.fixture.ts'
import { oracleOf } from './eql.fixture.ts'

const queries: readonly string[] = [
  'any where kind == "a" and term == "x"',
  'sequence by host with maxspan=2m [any where kind == "a"] [any where kind == "b"]',
  'sequence by host, term with maxspan=3m [any where kind == "a"] [any where kind in ("a", "b")] [any where kind == "b"]',
  'sequence by term with maxspan=2m [any where kind == "a"] with runs=2 [any where kind == "b"] until [any where kind == "c"]',
  'sequence by host with maxspan=3m [any where kind == "a"] ![any where kind == "c"] [any where kind == "b"]',
  'sequence by host [any where true] [any where true]',
  // Left to the executions.
  'sequence by host with maxspan=2m [any where kind == "a"] ![any where kind == "b"]',
  'sequence by host with maxspan=2m ![any where kind == "c"] [any where kind == "a"] [any where kind == "b"]',
  'sequence by host [any where kind == "a"] [any where kind == "b"] | tail 1',
  'sample by host [any where kind == "a"] [any where kind == "b"]',
]

const rules = queries.map((query, i) =>
  ruleOf({ rule_id: `r${i}`, name: `r${i}`, type: 'eql', language: 'eql', query, from: 'now-9m' }),
)

const happening = fc.record({
  afterSeconds: fc.oneof(
    fc.constant(0),
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 40 }) },
    fc.integer({ min: 0, max: 400 }),
  ),
  /** How long after its time the event is stored; before it, where a clock runs ahead. */
  lateSeconds: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    fc.integer({ min: -120, max: 120 }),
  ),
  kind: fc.constantFrom('a', 'a', 'b', 'b', 'c'),
  term: fc.oneof(fc.constantFrom('x', 'y'), fc.constant(['x', 'y'])),
  host: fc.constantFrom('h', 'i'),
  crash: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
})

type Happening = JsonObject & {
  readonly afterSeconds: number
  readonly lateSeconds: number
  readonly crash: boolean
}

const inOrder = fc.array(
  happening.map((each) => ({ ...each, lateSeconds: 0 })),
  { maxLength: 25, size: 'max' },
)
const outOfOrder = fc.array(happening, { maxLength: 25, size: 'max' })

/** Alerts told before their execution was due: by which rule, of how many events, for which window. */
interface Early {
  readonly id: string
  readonly rule: string
  readonly stored: number
  readonly dueMs: number
}

interface Played {
  readonly ids: readonly string[]
  readonly early: readonly Early[]
  readonly events: readonly AcceptedEvent[]
  readonly uuids: ReadonlyMap<string, string>
}

/** Plays a stream with scheduled executions, and with early answers and crashes where asked for. */
async function play(
  happenings: readonly Happening[],
  { isEarly, crashes }: { readonly isEarly: boolean; readonly crashes: boolean },
): Promise<Played> {
  let bench: Bench = benchOf()
  const uuids = new Map<string, string>()
  for (const rule of rules) {
    uuids.set(rule.ruleId, (await bench.engine.rules.install(rule, { user: 'test' })).uuid)
  }
  const events: AcceptedEvent[] = []
  const early: Early[] = []
  let answering = false
  const start = async (): Promise<void> => {
    bench.engine.onAlert((alerts) => {
      for (const { id, body } of alerts) {
        if (!answering || isSequenceBlock(body)) continue
        const due = String(body['kibana.alert.rule.execution.timestamp'])
        const rule = String(body['kibana.alert.rule.rule_id'])
        early.push({ id, rule, stored: events.length, dueMs: Date.parse(due) })
      }
    })
    await bench.engine.start()
    await settled(bench.engine)
  }
  await start()
  let seconds = 0
  for (const [i, { afterSeconds, lateSeconds, crash, ...source }] of happenings.entries()) {
    seconds += afterSeconds
    await bench.advance(seconds / 60)
    const at = (seconds - lateSeconds) / 60
    events.push(...(await bench.add({ ...source, at, eventId: `event-${i}` })))
    if (isEarly) {
      answering = true
      bench.engine.offer(events.slice(-1))
      if (!(crashes && crash)) await bench.engine.idle()
      answering = false
    }
    if (crashes && crash) {
      // What was in memory is gone; what was stored is not.
      await bench.engine.stop()
      bench = benchOf({}, bench)
      await start()
    }
  }
  await bench.advance(seconds / 60 + 15)
  await bench.engine.stop()
  return { ids: await bench.alertIds(), early, events, uuids }
}

test('early answers and scheduled executions together make the alerts of scheduled executions alone', async () => {
  let early = 0
  await fc.assert(
    fc.asyncProperty(inOrder, async (happenings) => {
      const alone = await play(happenings, { isEarly: false, crashes: false })
      const together = await play(happenings, { isEarly: true, crashes: false })
      early += together.early.length
      expect(together.ids).toEqual(alone.ids)
    }),
    { numRuns: 12 },
  )
  // The fast road must not have fallen back to the slow one.
  expect(early).toBeGreaterThan(25)
})

test('each query is answered early, or left to the executions where later events decide', async () => {
  const kinds = ['a', 'a', 'b', 'a', 'b', 'b']
  const same = { host: 'h', term: 'x', afterSeconds: 3, lateSeconds: 0, crash: false }
  const happenings = kinds.map((kind) => ({ ...same, kind }))
  const { early } = await play(happenings, { isEarly: true, crashes: false })
  const answered = new Set(early.map(({ rule }) => rule))
  expect([...answered].toSorted()).toEqual(['r0', 'r1', 'r2', 'r3', 'r4', 'r5'])
})

test('the same after crashes that lose everything in memory', async () => {
  await fc.assert(
    fc.asyncProperty(inOrder, async (happenings) => {
      const alone = await play(happenings, { isEarly: false, crashes: false })
      const together = await play(happenings, { isEarly: true, crashes: true })
      expect(together.ids).toEqual(alone.ids)
    }),
    { numRuns: 12 },
  )
})

test.each([false, true])(
  'of events out of their order nothing is missed, and what was told early was true then (crashes: %s)',
  async (crashes) => {
    let found = 0
    await fc.assert(
      fc.asyncProperty(outOfOrder, async (happenings) => {
        const alone = await play(happenings, { isEarly: false, crashes: false })
        const together = await play(happenings, { isEarly: true, crashes })
        expect(together.ids).toEqual(expect.arrayContaining([...alone.ids]))
        for (const { id, rule, stored, dueMs } of together.early) {
          const owner = { ruleUuid: together.uuids.get(rule) ?? '', space: 'default' }
          const window = { fromMs: dueMs - 9 * minuteMs, toMs: dueMs }
          const oracle = oracleOf(queries[Number(rule.slice(1))] ?? '', { owner })
          expect(oracle(together.events.slice(0, stored), window)).toContain(id)
          found++
        }
      }),
      { numRuns: 15 },
    )
    expect(found).toBeGreaterThan(10)
  },
)

test('a sequence that begins before an execution and ends after it alerts at once', async () => {
  const bench = benchOf()
  const [, rule] = rules
  if (rule === undefined) throw new Error('there is a second rule')
  await bench.engine.rules.install(rule, { user: 'test' })
  await bench.engine.start()
  await settled(bench.engine)
  const tell = async (at: number, kind: string): Promise<void> => {
    await bench.advance(at)
    bench.engine.offer(await bench.add({ at, kind, host: 'h', eventId: kind }))
    await bench.engine.idle()
  }
  let due = 0
  while (bench.engine.facts().live.alerts === 0 && due < 10) {
    await tell(due, 'a')
    await tell(due + 1.5, 'b')
    due += 2
  }
  expect(bench.clock.nowMs()).toBe(noonMs + 1.5 * minuteMs)
  const early = await bench.alertIds()
  expect(early).toHaveLength(3)
  await bench.advance(20)
  expect(await bench.alertIds()).toEqual(early)
  await bench.engine.stop()
})

test('a sequence whose events are stored and answered together alerts at once', async () => {
  const bench = benchOf()
  const [, rule] = rules
  if (rule === undefined) throw new Error('there is a second rule')
  await bench.engine.rules.install(rule, { user: 'test' })
  await bench.engine.start()
  await settled(bench.engine)
  // Whatever comes first makes the rule ready; only the events after it are of its kind.
  bench.engine.offer(await bench.add({ at: 0, kind: 'c', host: 'h' }))
  await bench.engine.idle()
  await bench.advance(0.5)
  const both = await bench.add({ at: 0.1, kind: 'a', host: 'h' }, { at: 0.2, kind: 'b', host: 'h' })
  bench.engine.offer(both)
  await bench.engine.idle()
  expect(await bench.alertIds()).toHaveLength(3)
  await bench.engine.stop()
})
