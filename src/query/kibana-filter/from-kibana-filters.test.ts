import { describe, expect, test } from 'vitest'
import type { JsonObject, JsonValue } from '#base'
import { ecsCatalogue } from '#event'
import { compileFilter } from '../match/compile.ts'
import { fromKibanaFilters } from './from-kibana-filters.ts'

const context = { fields: ecsCatalogue(), nowMs: Date.parse('2024-06-15T12:00:00Z') }

const event: JsonObject = {
  '@timestamp': '2024-06-15T11:30:00Z',
  process: { name: 'Cmd.exe', args: ['/c', 'dir'], args_count: 2 },
  file: { path: 'C:\\Windows\\System32\\x.dll' },
  message: 'An error occurred',
}

function matches(...filters: JsonValue[]): boolean {
  const plan = fromKibanaFilters(filters)
  if (!plan.ok) throw new Error(plan.error[0]?.message)
  return compileFilter(plan.value, context)(event)
}

describe('a filter that holds', () => {
  test.each<[string, JsonObject]>([
    ['match_all', { match_all: {} }],
    ['term', { term: { 'process.name': 'Cmd.exe' } }],
    [
      'term without case',
      { term: { 'process.name': { value: 'cmd.EXE', case_insensitive: true } } },
    ],
    ['terms', { terms: { 'process.args': ['dir', 'ls'], boost: 1 } }],
    ['match', { match: { message: { query: 'nothing error' } } }],
    ['match with a phrase', { match: { message: { query: 'error occurred', type: 'phrase' } } }],
    ['match_phrase', { match_phrase: { 'process.name': 'Cmd.exe' } }],
    ['match_phrase with its query', { match_phrase: { message: { query: 'an error' } } }],
    ['exists', { exists: { field: 'process.name' } }],
    ['range', { range: { 'process.args_count': { gte: 2, lt: 3 } } }],
    [
      'range over dates',
      { range: { '@timestamp': { gte: 'now-1h', format: 'strict_date_optional_time' } } },
    ],
    [
      'wildcard with ? and without case',
      { wildcard: { 'file.path': { value: '?:\\\\windows\\\\SYS*', case_insensitive: true } } },
    ],
    ['wildcard in short', { wildcard: { 'process.name': 'C?d.*' } }],
    ['prefix', { prefix: { 'process.name': { value: 'Cmd*'.slice(0, 3) } } }],
    [
      'bool',
      {
        bool: {
          must: [{ exists: { field: 'message' } }],
          should: [{ term: { a: 1 } }],
          must_not: { term: { 'process.name': 'sh' } },
        },
      },
    ],
    [
      'bool with should alone',
      { bool: { should: [{ term: { a: 1 } }, { exists: { field: 'message' } }] } },
    ],
    [
      'bool with a minimum',
      {
        bool: { filter: [], should: [{ exists: { field: 'message' } }], minimum_should_match: '1' },
      },
    ],
    ['constant_score', { constant_score: { filter: { exists: { field: 'message' } } } }],
    ['empty bool', { bool: {} }],
  ])('%s', (_kind, query) => {
    expect(matches({ query })).toBe(true)
    expect(matches({ meta: { negate: true }, query })).toBe(false)
    expect(matches({ meta: { disabled: true, negate: true }, query })).toBe(true)
    expect(matches({ $state: { store: 'appState' }, meta: {}, ...query })).toBe(true)
  })
})

describe('a filter that does not hold', () => {
  test.each<[string, JsonObject]>([
    ['match_none', { match_none: {} }],
    ['term in another case', { term: { 'process.name': 'cmd.exe' } }],
    ['range', { range: { 'process.args_count': { gt: 2 } } }],
    ['wildcard with case', { wildcard: { 'file.path': '?:\\\\windows*' } }],
    [
      'should with a minimum beside must',
      { bool: { must: { match_all: {} }, should: { term: { a: 1 } }, minimum_should_match: 1 } },
    ],
  ])('%s', (_kind, query) => {
    expect(matches({ query })).toBe(false)
  })
})

test('all filters must hold, and none means all documents', () => {
  expect(matches()).toBe(true)
  const has = (field: string) => ({ exists: { field } })
  expect(matches(has('message'), has('process.name'))).toBe(true)
  expect(matches(has('message'), has('process.title'))).toBe(false)
})

test('combined filters hold by their relation', () => {
  const params = [
    { exists: { field: 'message' } },
    { meta: { negate: true }, exists: { field: 'message' } },
  ]
  expect(matches({ meta: { type: 'combined', relation: 'OR', params }, query: {} })).toBe(true)
  expect(matches({ meta: { type: 'combined', relation: 'AND', params }, query: {} })).toBe(false)
})

test.each<[JsonValue, string, string]>([
  ['text', 'dsl.malformed', 'filters[0]'],
  [{ query: {} }, 'dsl.malformed', 'filters[0].query'],
  [{ query: { fuzzy: { a: 'b' } } }, 'dsl.unsupported', 'filters[0].query.fuzzy'],
  [
    { query: { bool: { must: [{ script: {} }] } } },
    'dsl.unsupported',
    'filters[0].query.bool.must[0].script',
  ],
  [{ query: { term: {} } }, 'dsl.malformed', 'filters[0].query.term'],
  [{ query: { term: { a: 1, b: 2 } } }, 'dsl.malformed', 'filters[0].query.term'],
  [{ query: { term: { a: { nothing: 1 } } } }, 'dsl.malformed', 'filters[0].query.term.a'],
  [
    { query: { match: { a: { query: 'x y', operator: 'and' } } } },
    'dsl.unsupported',
    'filters[0].query.match.a',
  ],
  [
    { query: { match_phrase: { a: { query: 'x', slop: 2 } } } },
    'dsl.unsupported',
    'filters[0].query.match_phrase.a',
  ],
  [{ query: { range: { a: {} } } }, 'dsl.malformed', 'filters[0].query.range.a'],
  [
    { query: { range: { a: { gte: 1, time_zone: '+01:00' } } } },
    'dsl.unsupported',
    'filters[0].query.range.a',
  ],
  [
    {
      query: {
        bool: {
          should: [{ match_all: {} }, { match_all: {} }, { match_all: {} }],
          minimum_should_match: 'most',
        },
      },
    },
    'dsl.malformed',
    'filters[0].query.bool',
  ],
])('%j is refused: %s at %s', (filter, code, origin) => {
  expect(fromKibanaFilters([filter])).toMatchObject({
    ok: false,
    error: [{ code, origin, severity: 'error' }],
  })
})

test('a filter nested endlessly is refused', () => {
  let query: JsonObject = { match_all: {} }
  for (let i = 0; i < 10_000; i++) query = { bool: { must: [query] } }
  expect(fromKibanaFilters([{ query }])).toMatchObject({ ok: false })
})
