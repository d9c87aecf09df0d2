import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { manualClock, type JsonValue } from '#base'
import type { FilterPlan } from '#query'
import type { NewEvent, SearchRequest } from '../event-store.ts'
import { memoryStore } from '../memory/index.ts'
import type { Store } from '../store.ts'
import {
  context,
  found,
  searchOf,
  secondsRange,
  startMs,
  type OpenStore,
} from './support.fixture.ts'

/** Random events and searches give what the memory store gives. */
export function describeEventAgreement(open: OpenStore, runs: number): void {
  describe('agreement with the memory store', () => {
    test('random searches over random events find the same events in the same order', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(newEvent, { maxLength: 60 }), { maxLength: 8 }),
          fc.array(request, { minLength: 1, maxLength: 12 }),
          async (batches, requests) => {
            const clock = manualClock(startMs)
            const twin = memoryStore({ clock })
            const store = await open({ clock })
            try {
              for (const batch of batches) {
                const outcomes = await store.events.append(batch)
                expect(outcomes).toEqual(await twin.events.append(batch))
              }
              for (const each of requests) await expectSame(store, twin, each)
            } finally {
              await store.close()
            }
          },
        ),
        { numRuns: runs },
      )
    }, 120_000)
  })
}

async function expectSame(store: Store, twin: Store, request: SearchRequest): Promise<void> {
  expect(await found(store, request)).toEqual(await found(twin, request))
  expect(await store.events.count(request)).toBe(await twin.events.count(request))
  const topValues = { ...request, field: 'process.name', limit: 3 }
  expect(await store.events.topValues(topValues)).toEqual(await twin.events.topValues(topValues))
  const time = request.time ?? secondsRange(-10, 100)
  for (const bucketMs of [7_000, 60_000, 3_600_000]) {
    const histogram = { ...request, time, bucketMs }
    expect(await store.events.histogram(histogram)).toEqual(await twin.events.histogram(histogram))
  }
  expect(await store.events.indicesWith(request.indices, 'process.name')).toEqual(
    await twin.events.indicesWith(request.indices, 'process.name'),
  )
  const [mine, theirs] = [await store.events.facts(), await twin.events.facts()]
  expect(mine.indices).toEqual(theirs.indices)
  expect(store.events.sequences()).toEqual(twin.events.sequences())
}

const word = fc.constantFrom('sh', 'SH', 'ls -l', 'bash', '', '7', '10.0.0.1', 'x'.repeat(200))
const leaf: fc.Arbitrary<JsonValue> = fc.oneof(
  word,
  fc.integer({ min: -3, max: 9 }),
  fc.boolean(),
  fc.constant(null),
)
const value: fc.Arbitrary<JsonValue> = fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }))
const fields = [
  'process.name',
  'process.pid',
  'host.ip',
  'message',
  'other.thing',
  'process',
] as const
const someMs = fc.integer({ min: -3, max: 30 }).map((seconds) => startMs + seconds * 1_000)
const date: fc.Arbitrary<JsonValue> = fc.oneof(
  { weight: 8, arbitrary: someMs.map((ms) => new Date(ms).toISOString()) },
  { weight: 2, arbitrary: someMs },
  { weight: 1, arbitrary: fc.tuple(someMs, someMs).map(([a, b]) => [a, b]) },
  { weight: 1, arbitrary: fc.constantFrom<JsonValue>('never', null, []) },
)
const index = fc.constantFrom('logs-a-x', 'logs-b-x', 'metrics-a-x')

const newEvent: fc.Arbitrary<NewEvent> = fc
  .record({
    index,
    id: fc.integer({ min: 0, max: 400 }).map(String),
    time: fc.option(date, { nil: undefined }),
    ingested: fc.option(date, { nil: undefined }),
    dotted: fc.dictionary(fc.constantFrom(...fields), value, { maxKeys: 3 }),
    nested: fc.option(fc.record({ name: value, pid: value }), { nil: undefined }),
  })
  .map(({ index: name, id, time, ingested, dotted, nested }) => ({
    index: name,
    id,
    source: {
      ...(time === undefined ? {} : { '@timestamp': time }),
      ...(ingested === undefined ? {} : { event: { ingested } }),
      ...dotted,
      ...(nested === undefined ? {} : { process: nested }),
    },
  }))

const selector = fc
  .constantFrom<string>(...fields)
  .map((name) => ({ kind: 'field' as const, name }))

const plan: fc.Arbitrary<FilterPlan> = fc.letrec<{ plan: FilterPlan; leaf: FilterPlan }>((tie) => ({
  leaf: fc.oneof(
    fc.constantFrom<FilterPlan>({ kind: 'all' }, { kind: 'none' }),
    fc.record({
      kind: fc.constant('match' as const),
      field: selector,
      literal: fc.record({
        value: fc.oneof(word, fc.integer({ min: -3, max: 9 }), fc.boolean()),
        quoted: fc.boolean(),
      }),
      caseless: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('match-any' as const),
      field: selector,
      values: fc.array(fc.oneof(word, fc.integer({ min: -3, max: 9 })), { maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('exists' as const), field: selector }),
    fc.record({
      kind: fc.constant('glob' as const),
      field: selector,
      glob: fc.constantFrom(
        [{ kind: 'literal' as const, text: 's' }, { kind: 'any-run' as const }],
        [{ kind: 'any-run' as const }, { kind: 'literal' as const, text: 'h' }],
        [{ kind: 'any-run' as const }],
      ),
    }),
    fc.record({
      kind: fc.constant('range' as const),
      field: selector,
      op: fc.constantFrom('gt', 'gte', 'lt', 'lte'),
      value: fc.integer({ min: -3, max: 9 }),
    }),
  ),
  plan: fc.oneof(
    { maxDepth: 3 },
    tie('leaf'),
    tie('plan').map((of): FilterPlan => ({ kind: 'not', of })),
    fc
      .tuple(
        fc.constantFrom('and' as const, 'or' as const),
        fc.array(tie('plan'), { maxLength: 3 }),
      )
      .map(([kind, of]): FilterPlan => ({ kind, of })),
  ),
})).plan

const time = fc.record({
  fields: fc.constantFrom(
    { primary: '@timestamp' },
    { primary: 'event.ingested' },
    { primary: 'event.ingested', secondary: '@timestamp' },
    { primary: '@timestamp', secondary: 'event.ingested' },
    { primary: 'other.thing', secondary: '@timestamp' },
  ),
  fromMs: someMs,
  toMs: someMs,
})

const request: fc.Arbitrary<SearchRequest> = fc
  .record({
    indices: fc.constantFrom(
      ['*'],
      ['logs-*'],
      ['logs-*', '-logs-b-*'],
      ['metrics-a-x'],
      ['none-*'],
    ),
    filter: plan,
    time: fc.option(time, { nil: undefined }),
    order: fc.constantFrom(
      'sequence' as const,
      'time-ascending' as const,
      'time-descending' as const,
    ),
    limit: fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined }),
    afterSequence: fc.option(fc.integer({ min: 0, max: 300 }), { nil: undefined }),
    among: fc.option(
      fc
        .uniqueArray(fc.integer({ min: 0, max: 320 }), { maxLength: 60 })
        .map((sequences) => sequences.toSorted((a, b) => a - b)),
      { nil: undefined },
    ),
  })
  .map(({ indices, filter, time: range, order, limit, afterSequence, among }) =>
    searchOf({
      indices,
      filter,
      context,
      order: range === undefined ? 'sequence' : order,
      ...(range === undefined ? {} : { time: range }),
      ...(limit === undefined ? {} : { limit }),
      ...(afterSequence === undefined ? {} : { afterSequence }),
      ...(among === undefined ? {} : { among }),
    }),
  )
