import { expect, test } from 'vitest'
import type { JsonObject } from '#base'
import { ecsCatalogue, emptyCatalogue, withMappings } from '#event'
import { toQueryDsl } from '../dsl/to-query-dsl.ts'
import { fromKibanaFilters } from '../kibana-filter/from-kibana-filters.ts'
import { formatKuery } from '../kuery/format.ts'
import { isKueryPlan } from '../kuery/is-kuery-plan.ts'
import { compileFilter } from '../match/compile.ts'
import type { FilterPlan } from '../plan/filter-plan.ts'
import { necessaryTerms } from '../plan/necessary-terms.ts'
import { lucene } from './lucene.ts'

function planOf(text: string): FilterPlan {
  const plan = lucene.parse(text)
  if (!plan.ok) throw new Error(text)
  return plan.value
}

const fields = withMappings(emptyCatalogue(), { k: 'keyword', t: 'text' })
const oneOf = (clause: JsonObject) => ({ bool: { should: [clause], minimum_should_match: 1 } })

test.each<[string, JsonObject]>([
  ['k:/a\\/b+/', oneOf({ regexp: { k: { value: 'a\\/b+' } } })],
  ['t:/a/', oneOf({ regexp: { t: { value: 'a' } } })],
  ['/a\\/b/', { query_string: { query: '/a\\/b/' } }],
  ['k:[a TO b}', oneOf({ range: { k: { gte: 'a', lt: 'b' } } })],
  ['k:>=5', oneOf({ range: { k: { gte: '5' } } })],
  ['k:a?c*', oneOf({ wildcard: { k: { value: 'a?c*' } } })],
  ['[a TO b]', { match_none: {} }],
])('%s is asked of Elasticsearch', (text, dsl) => {
  expect(toQueryDsl(planOf(text), fields)).toEqual(dsl)
})

test('a regular expression without slashes around gets its slashes escaped for Elasticsearch', () => {
  const plan: FilterPlan = { kind: 'regexp', field: { kind: 'any' }, pattern: '/a\\/b/' }
  expect(toQueryDsl(plan, fields)).toEqual({ query_string: { query: '/\\/a\\/b\\//' } })
})

test.each<[string, readonly string[]]>([
  ['process.args:/2[0-9]{3}/', ['process.args']],
  ['process.pid:[1 TO 9]', ['process.pid']],
  ['process.name:chmod AND process.args:/x/', ['process.args', 'process.name']],
  ['NOT process.args:/x/', []],
  ['/x/', []],
])('%s needs the fields %j', (text, names) => {
  const clauses = necessaryTerms(planOf(text), ecsCatalogue())
  expect(clauses.flatMap((clause) => clause.map((term) => term.field))).toEqual(names)
})

test('what KQL has no words for is told, and written in its nearest words', () => {
  for (const [text, kql] of [
    ['k:/a.c/', 'k:"a.c"'],
    ['k:[1 TO 9}', 'k >= 1 and k < 9'],
  ] as const) {
    expect(isKueryPlan(planOf(text))).toBe(false)
    expect(formatKuery(planOf(text))).toBe(kql)
  }
})

test('both bounds of a range, in a query or a Kibana filter, hold for one and the same value', () => {
  const filters = fromKibanaFilters([{ query: { range: { 'process.pid': { gte: 20, lt: 50 } } } }])
  if (!filters.ok) throw new Error('must be readable')
  const context = { fields: ecsCatalogue(), nowMs: 0 }
  for (const plan of [filters.value, planOf('process.pid:[20 TO 50}')]) {
    const matches = compileFilter(plan, context)
    expect(matches({ process: { pid: [1, 20, 100] } })).toBe(true)
    expect(matches({ process: { pid: [1, 50, 100] } })).toBe(false)
  }
})
