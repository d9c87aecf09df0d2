import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonObject } from '#base'
import type { FilterPlan, GlobPart } from '../plan/filter-plan.ts'
import {
  arbitraryContext as context,
  arbitraryDocument,
  arbitraryPlan,
} from '../match/arbitrary-plans.fixture.ts'
import { evaluateFilter } from '../match/evaluate.ts'
import { ordinaryRuleSet, type RuleSetOptions } from './rule-set-options.ts'
import { ruleSet } from './rule-set.ts'

/** Everything that a rule set remembers, learns and forgets, within a few documents. */
const hasty: RuleSetOptions = {
  guards: ['k', 'b', 'n', 'k.low', 'u'],
  reads: [],
  maxSorts: 12,
  maxUnsorted: 8,
  maxValues: 10,
  lessons: [
    { from: 0, documents: 1 },
    { from: 6, documents: 2 },
  ],
  maxChanges: 3,
  maxDocumentsWithChanges: 5,
}

/** Plans of the shape that rules have, about few fields, so that documents are likely to have something to do with them. */
const text = fc.constantFrom('foo', 'Foo', 'bar', 'bar foo', 'xfoo', 'foobar', 'oob')
const field = fc
  .constantFrom('k', 'k.low', 'k.text', 'u', 'u', 'v')
  .map((name) => ({ kind: 'field' as const, name }))
const ruleLeaf: fc.Arbitrary<FilterPlan> = fc.oneof(
  fc.record({
    kind: fc.constant('match' as const),
    field,
    literal: fc.record({ value: text, quoted: fc.boolean() }),
    caseless: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('match-any' as const),
    field,
    values: fc.array(text, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant('glob' as const),
    field,
    glob: fc
      .tuple(fc.boolean(), text, fc.boolean())
      .map(([before, piece, after]): GlobPart[] => [
        ...(before ? [{ kind: 'any-run' } as const] : []),
        { kind: 'literal', text: piece },
        ...(after ? [{ kind: 'any-run' } as const] : []),
      ]),
    caseless: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('exists' as const), field }),
  fc.record({
    kind: fc.constant('range' as const),
    field: fc.constant({ kind: 'field' as const, name: '@timestamp' }),
    op: fc.constantFrom('gte' as const, 'lt' as const),
    value: fc.constant('now-1h'),
  }),
)
const ruleLike: fc.Arbitrary<FilterPlan> = fc.record({
  kind: fc.constant('and' as const),
  of: fc.array(
    fc.oneof(
      { weight: 2, arbitrary: ruleLeaf },
      ruleLeaf.map((of): FilterPlan => ({ kind: 'not', of })),
      fc.record({
        kind: fc.constant('or' as const),
        of: fc.array(ruleLeaf, { minLength: 2, maxLength: 3 }),
      }),
    ),
    { minLength: 1, maxLength: 3 },
  ),
})
const texts = fc.oneof(text, fc.array(text, { maxLength: 3 }))
const ruleDocument: fc.Arbitrary<JsonObject> = fc.record(
  {
    k: texts,
    u: texts,
    v: texts,
    '@timestamp': fc.constantFrom('2024-06-15T10:30:00Z', '2024-06-15T11:30:00Z'),
  },
  { requiredKeys: [] },
)

const plan = fc.oneof(arbitraryPlan, ruleLike)
const document = fc.oneof(arbitraryDocument, ruleDocument)
const plans = fc.array(plan, { minLength: 1, maxLength: 10 })
const documents = fc.array(document, { minLength: 1, maxLength: 6 })
const options = fc.constantFrom(hasty, { ...hasty, guards: [] }, ordinaryRuleSet)

test('a rule set finds what each filter by itself matches', () => {
  fc.assert(
    fc.property(plans, documents, options, (filters, sources, chosen) => {
      const set = ruleSet<number>(context.fields, chosen)
      for (const [place, filter] of filters.entries()) set.put(place, { filter, context })
      const expected = sources.map((source) => matchingOneByOne(filters, source))
      for (let round = 0; round < 5; round++) {
        for (const [at, source] of sources.entries()) {
          expect(inOrder(set.matching(source))).toEqual(expected[at])
        }
      }
    }),
    { numRuns: 2000 },
  )
})

test('filters of certain indices match documents of these alone', () => {
  const patterns = fc.constantFrom(undefined, ['logs-*'], ['logs-a', 'other'], ['*', '-logs-a'], [])
  const index = fc.constantFrom('logs-a', 'logs-b', 'other')
  const means: Record<string, (name: string) => boolean> = {
    undefined: () => true,
    'logs-*': (name) => name.startsWith('logs-'),
    'logs-a,other': (name) => name !== 'logs-b',
    '*,-logs-a': (name) => name !== 'logs-a',
    '': () => false,
  }
  fc.assert(
    fc.property(
      fc.array(fc.record({ filter: plan, indices: patterns }), { maxLength: 6 }),
      fc.array(fc.record({ source: document, index }), { maxLength: 6 }),
      options,
      (asked, events, chosen) => {
        const set = ruleSet<number>(context.fields, chosen)
        for (const [place, { filter, indices }] of asked.entries()) {
          set.put(place, { filter, context, ...(indices !== undefined && { indices }) })
        }
        for (const { source, index } of [...events, ...events, ...events]) {
          const expected = asked.flatMap(({ filter, indices }, place) =>
            means[String(indices)]?.(index) === true && evaluateFilter(filter, source, context)
              ? [place]
              : [],
          )
          expect(inOrder(set.matching(source, index))).toEqual(expected)
        }
      },
    ),
    { numRuns: 500 },
  )
})

test('filters that come, change and go between documents count from then on', () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('put' as const),
      key: fc.nat(5),
      filter: plan,
      nowMs: fc.constantFrom(context.nowMs, context.nowMs + 3_600_000),
    }),
    fc.record({ kind: fc.constant('delete' as const), key: fc.nat(5) }),
    fc.record({ kind: fc.constant('match' as const), source: document }),
  )
  fc.assert(
    fc.property(fc.array(step, { minLength: 3, maxLength: 30 }), options, (steps, chosen) => {
      const set = ruleSet<number>(context.fields, chosen)
      const held = new Map<number, { readonly filter: FilterPlan; readonly nowMs: number }>()
      for (const next of steps) {
        if (next.kind === 'delete') {
          set.delete(next.key)
          held.delete(next.key)
        } else if (next.kind === 'put') {
          const { key, filter, nowMs } = next
          set.put(key, { filter, context: { ...context, nowMs } })
          held.set(key, { filter, nowMs })
        } else {
          const expected = [...held].flatMap(([key, { filter, nowMs }]) =>
            evaluateFilter(filter, next.source, { ...context, nowMs }) ? [key] : [],
          )
          expect(inOrder(set.matching(next.source))).toEqual(inOrder(expected))
        }
        expect(set.size).toBe(held.size)
      }
    }),
    { numRuns: 1000 },
  )
})

test('documents that are not parsed match what they match when parsed', () => {
  let scans = 0
  let documentsSeen = 0
  fc.assert(
    fc.property(plans, documents, options, (filters, sources, chosen) => {
      const set = ruleSet<number>(context.fields, chosen)
      for (const [place, filter] of filters.entries()) set.put(place, { filter, context })
      for (const source of [...sources, ...sources, ...sources]) {
        documentsSeen++
        const found = set.matchingJson(new TextEncoder().encode(JSON.stringify(source)))
        if (found === undefined) continue
        scans++
        expect(inOrder(found)).toEqual(matchingOneByOne(filters, source))
      }
    }),
    { numRuns: 1000 },
  )
  expect(scans).toBeGreaterThan(0.95 * documentsSeen)
})

function matchingOneByOne(
  filters: readonly FilterPlan[],
  source: Parameters<typeof evaluateFilter>[1],
): readonly number[] {
  return filters.flatMap((filter, place) =>
    evaluateFilter(filter, source, context) ? [place] : [],
  )
}

function inOrder(keys: readonly number[]): readonly number[] {
  return keys.toSorted((a, b) => a - b)
}
