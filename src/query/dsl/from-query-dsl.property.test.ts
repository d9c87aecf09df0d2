import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonObject } from '#base'
import { emptyCatalogue, valuesOf, withMappings } from '#event'
import { compileFilter } from '../match/compile.ts'
import {
  arbitraryContext,
  arbitraryDocument,
  arbitraryPlan,
} from '../match/arbitrary-plans.fixture.ts'
import { evaluateFilter } from '../match/evaluate.ts'
import type { FilterPlan } from '../plan/filter-plan.ts'
import { fromQueryDsl } from './from-query-dsl.ts'
import { toQueryDsl } from './to-query-dsl.ts'

/** Queries and their meaning, said a second time: straight from the query, in the plainest way. */
type Query = JsonObject
type Meaning = (document: JsonObject) => boolean
interface Said {
  readonly query: Query
  readonly means: Meaning
}

const fields = withMappings(emptyCatalogue(), { k: 'keyword', n: 'long', t: 'text' })
const words = ['ab', 'abc', 'b', 'ca']
const word = fc.constantFrom(...words)
const textsOf = (document: JsonObject, field: string) => valuesOf(document, field).map(String)

const leaf: fc.Arbitrary<Said> = fc.oneof(
  word.map((value): Said => ({
    query: { term: { k: { value } } },
    means: (document) => textsOf(document, 'k').includes(value),
  })),
  fc.array(word, { minLength: 1, maxLength: 3 }).map((values): Said => ({
    query: { terms: { k: values } },
    means: (document) => textsOf(document, 'k').some((text) => values.includes(text)),
  })),
  word.map((value): Said => ({
    query: { prefix: { k: value } },
    means: (document) => textsOf(document, 'k').some((text) => text.startsWith(value)),
  })),
  word.map((value): Said => ({
    query: { wildcard: { k: { value: `*${value}?` } } },
    means: (document) => textsOf(document, 'k').some((text) => text.slice(0, -1).endsWith(value)),
  })),
  fc.tuple(fc.nat(5), fc.nat(5)).map(([gte, lt]): Said => ({
    query: { range: { n: { gte, lt } } },
    means: (document) =>
      valuesOf(document, 'n').some((value) => Number(value) >= gte && Number(value) < lt),
  })),
  fc.constantFrom('k', 'n', 't').map((field): Said => ({
    query: { exists: { field } },
    means: (document) => valuesOf(document, field).length > 0,
  })),
  fc
    .tuple(word, word, fc.constantFrom('and' as const, 'or' as const))
    .map(([a, b, operator]): Said => ({
      query: { match: { t: { query: `${a} ${b}`, operator } } },
      // Nothing here has a text of two values, so words of one field are words of one value.
      means: (document) => {
        const has = (wanted: string) =>
          textsOf(document, 't').some((text) => text.split(' ').includes(wanted))
        return operator === 'and' ? has(a) && has(b) : has(a) || has(b)
      },
    })),
  fc.tuple(word, word).map(([a, b]): Said => ({
    query: { match_phrase: { t: `${a} ${b}` } },
    means: (document) => textsOf(document, 't').some((text) => ` ${text} `.includes(` ${a} ${b} `)),
  })),
  fc.tuple(word, word).map(([a, b]): Said => ({
    query: { query_string: { query: `k:${a} AND NOT t:${b}` } },
    means: (document) =>
      textsOf(document, 'k').includes(a) &&
      !textsOf(document, 't').some((text) => text.split(' ').includes(b)),
  })),
  fc.tuple(word, word).map(([a, b]): Said => ({
    query: { simple_query_string: { query: `${a} + ${b}`, fields: ['t'] } },
    means: (document) =>
      [a, b].every((wanted) =>
        textsOf(document, 't').some((text) => text.split(' ').includes(wanted)),
      ),
  })),
)

const { said } = fc.letrec<{ said: Said }>((tie) => {
  const list = fc.array(tie('said'), { maxLength: 3 })
  return {
    said: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc
        .record({
          must: list,
          filter: list,
          should: list,
          must_not: list,
          minimum: fc.option(fc.integer({ min: -1, max: 3 })),
        })
        .map(boolSaid),
    ),
  }
})

function boolSaid(parts: {
  readonly must: readonly Said[]
  readonly filter: readonly Said[]
  readonly should: readonly Said[]
  readonly must_not: readonly Said[]
  readonly minimum: number | null
}): Said {
  const { must, filter, should, must_not: mustNot, minimum } = parts
  const queries = (of: readonly Said[]) => of.map(({ query }) => query)
  return {
    query: {
      bool: {
        must: queries(must),
        filter: queries(filter),
        should: queries(should),
        must_not: queries(mustNot),
        ...(minimum !== null && { minimum_should_match: minimum }),
      },
    },
    means: (document) => {
      const held = should.filter(({ means }) => means(document)).length
      const least = minimum ?? (must.length + filter.length > 0 || should.length === 0 ? 0 : 1)
      const needed = least < 0 ? should.length + least : least
      return (
        [...must, ...filter].every(({ means }) => means(document)) &&
        held >= needed &&
        !mustNot.some(({ means }) => means(document))
      )
    },
  }
}

const document: fc.Arbitrary<JsonObject> = fc.record(
  {
    k: fc.oneof(word, fc.array(word, { maxLength: 2 })),
    n: fc.nat(5),
    t: fc.array(word, { minLength: 1, maxLength: 4 }).map((list) => list.join(' ')),
  },
  { requiredKeys: [] },
)

test('a query means what its words say, one by one', () => {
  fc.assert(
    fc.property(said, document, ({ query, means }, source) => {
      const plan = fromQueryDsl(query, { fields })
      if (!plan.ok) throw new Error(plan.error[0]?.message)
      const context = { fields, nowMs: 0 }
      expect(compileFilter(plan.value, context)(source)).toBe(means(source))
      expect(evaluateFilter(plan.value, source, context)).toBe(means(source))
    }),
    { numRuns: 2_000 },
  )
})

test('the query that a plan is written as means the same as the plan, where it is one of the ways of keywords', () => {
  let compared = 0
  fc.assert(
    fc.property(
      arbitraryPlan,
      fc.array(arbitraryDocument, { minLength: 3, maxLength: 3 }),
      (plan, sources) => {
        if (!isPlainlySaid(plan)) return
        const read = fromQueryDsl(toQueryDsl(plan, arbitraryContext.fields), {
          fields: arbitraryContext.fields,
        })
        // What is no regular expression is refused, and as a plan it matches nothing.
        if (!read.ok) return
        compared++
        for (const source of sources) {
          expect(compileFilter(read.value, arbitraryContext)(source)).toBe(
            compileFilter(plan, arbitraryContext)(source),
          )
        }
      },
    ),
    { numRuns: 5_000 },
  )
  expect(compared).toBeGreaterThan(100)
})

const plainFields = ['k', 'k.low', 'n', 'd.f', 'i', 'b', 'v', 'f.a', 'f.a.b', '@timestamp']

/** Leaves about one field whose type the query and the plan read alike; expressions have no query. */
function isPlainlySaid(plan: FilterPlan): boolean {
  switch (plan.kind) {
    case 'all':
    case 'none':
      return true
    case 'not':
      return isPlainlySaid(plan.of)
    case 'and':
    case 'or':
      return plan.of.every(isPlainlySaid)
    case 'expression':
    case 'nested':
      return false
    default:
      return (
        plan.field.kind === 'field' && plainFields.includes(plan.field.name) && plan.kind !== 'glob'
      )
  }
}
