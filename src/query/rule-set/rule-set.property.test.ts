import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arbitraryContext as context } from '../match/arbitrary-plans.fixture.ts'
import { evaluateFilter } from '../match/evaluate.ts'
import type { FilterPlan } from '../plan/filter-plan.ts'
import {
  agreementCase,
  agreementDocument,
  agreementOptions,
  agreementPlan,
  matchingOneByOne,
} from './agreement.fixture.ts'
import { ruleSet } from './rule-set.ts'

test('a rule set finds what each filter by itself matches', () => {
  fc.assert(
    fc.property(agreementCase, ({ filters, sources, options: chosen }) => {
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
      fc.array(fc.record({ filter: agreementPlan, indices: patterns }), { maxLength: 6 }),
      fc.array(fc.record({ source: agreementDocument, index }), { maxLength: 6 }),
      agreementOptions,
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
      filter: agreementPlan,
      nowMs: fc.constantFrom(context.nowMs, context.nowMs + 3_600_000),
    }),
    fc.record({ kind: fc.constant('delete' as const), key: fc.nat(5) }),
    fc.record({ kind: fc.constant('match' as const), source: agreementDocument }),
  )
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 3, maxLength: 30 }),
      agreementOptions,
      (steps, chosen) => {
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
      },
    ),
    { numRuns: 1000 },
  )
})

test('documents that are not parsed match what they match when parsed', () => {
  let scans = 0
  let documentsSeen = 0
  fc.assert(
    fc.property(agreementCase, ({ filters, sources, options: chosen }) => {
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

function inOrder(keys: readonly number[]): readonly number[] {
  return keys.toSorted((a, b) => a - b)
}
