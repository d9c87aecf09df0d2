import fc from 'fast-check'
import type { JsonObject } from '#base'
import {
  arbitraryContext as context,
  arbitraryDocument,
  arbitraryPlan,
} from '../match/arbitrary-plans.fixture.ts'
import { evaluateFilter } from '../match/evaluate.ts'
import type { FilterPlan, GlobPart } from '../plan/filter-plan.ts'
import { ordinaryRuleSet, type RuleSetOptions } from './rule-set-options.ts'

/** Everything that a rule set remembers, learns and forgets, within a few documents. */
const hasty: RuleSetOptions = {
  guards: ['k', 'b', 'n', 'k.low', 'u'],
  reads: [],
  maxSorts: 12,
  maxSteps: 12,
  maxUnsorted: 8,
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

/** Any plan, and those of the shape of rules. */
export const agreementPlan = fc.oneof(arbitraryPlan, ruleLike)
export const agreementDocument = fc.oneof(arbitraryDocument, ruleDocument)
/** Options under which things are forgotten at once, and ordinary ones. */
export const agreementOptions = fc.constantFrom(hasty, { ...hasty, guards: [] }, ordinaryRuleSet)

/** Filters and documents that a rule set and the reference must agree about. */
export const agreementCase = fc.record({
  filters: fc.array(agreementPlan, { minLength: 1, maxLength: 10 }),
  sources: fc.array(agreementDocument, { minLength: 1, maxLength: 6 }),
  options: agreementOptions,
})

/** Which of some filters a document matches, each asked by itself of the slow reference. */
export function matchingOneByOne(
  filters: readonly FilterPlan[],
  source: JsonObject,
): readonly number[] {
  return filters.flatMap((filter, place) =>
    evaluateFilter(filter, source, context) ? [place] : [],
  )
}
