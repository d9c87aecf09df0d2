import { describe, expect, test } from 'vitest'
import type { JsonObject, JsonValue } from '#base'
import { ecsCatalogue } from '#event'
import { compileFilter } from '../match/compile.ts'
import { fromQueryDsl } from './from-query-dsl.ts'

const fields = ecsCatalogue()
const context = { fields, nowMs: Date.parse('2024-06-15T12:00:00Z') }

const event: JsonObject = {
  _id: 'a1',
  process: { name: 'docker', args: ['docker', 'run', '--privileged'], args_count: 3 },
  message: 'A container was started, with all rights',
}

function matches(query: JsonValue): boolean {
  const plan = fromQueryDsl(query, { fields })
  if (!plan.ok) throw new Error(plan.error.map(({ message }) => message).join('; '))
  return compileFilter(plan.value, context)(event)
}

const clauses = (...names: string[]): JsonObject[] =>
  names.map((name) => ({ term: { 'process.args': name } }))

describe('a query that holds', () => {
  test.each<[string, JsonObject]>([
    ['ids', { ids: { values: ['z', 'a1'] } }],
    ['regexp', { regexp: { 'process.name': 'd.*r' } }],
    [
      'regexp without case',
      { regexp: { 'process.name': { value: 'DOC.*', case_insensitive: true } } },
    ],
    ['dis_max', { dis_max: { queries: clauses('ps', 'run'), tie_breaker: 0.7 } }],
    ['boosting', { boosting: { positive: { exists: { field: 'message' } }, negative: {} } }],
    ['the query of old', { query: { exists: { field: 'message' } } }],
    ['match of all words', { match: { message: { query: 'rights container', operator: 'and' } } }],
    [
      'match of a whole keyword',
      { match: { 'process.name': { query: 'docker', operator: 'and' } } },
    ],
    ['multi_match', { multi_match: { query: 'started', fields: ['process.name', 'message^3'] } }],
    ['multi_match everywhere', { multi_match: { query: 'docker', lenient: true } }],
    [
      'multi_match of a phrase',
      { multi_match: { query: 'was started', type: 'phrase', fields: 'mess*' } },
    ],
    ['two of three', { bool: { should: clauses('run', 'ps', 'docker'), minimum_should_match: 2 } }],
    [
      'two thirds',
      { bool: { should: clauses('run', 'ps', 'docker'), minimum_should_match: '70%' } },
    ],
    ['all but one', { bool: { should: clauses('run', 'ps', 'docker'), minimum_should_match: -1 } }],
    [
      'query_string',
      { query_string: { query: 'process.name:docker AND process.args:\\-\\-privileged' } },
    ],
    [
      'query_string in a field',
      { query_string: { query: 'container OR nothing', default_field: 'message' } },
    ],
    [
      'query_string in fields',
      {
        query_string: {
          query: 'dock*',
          fields: ['message', 'process.name'],
          analyze_wildcard: true,
        },
      },
    ],
    [
      'query_string of all words',
      { query_string: { query: 'rights container', fields: ['message'], default_operator: 'AND' } },
    ],
    [
      'query_string with OR among all words',
      {
        query_string: {
          query: 'nothing OR container',
          fields: ['message'],
          default_operator: 'AND',
        },
      },
    ],
    [
      'simple_query_string',
      {
        simple_query_string: {
          query: '"was started" -stopped',
          fields: ['message'],
          default_operator: 'and',
        },
      },
    ],
    [
      'simple_query_string with a prefix',
      { simple_query_string: { query: '(nothing | contain*) + rights', fields: ['message'] } },
    ],
    [
      'simple_query_string that makes little sense',
      { simple_query_string: { query: ') + started (', fields: ['message'] } },
    ],
  ])('%s', (_kind, query) => {
    expect(matches(query)).toBe(true)
    expect(matches({ bool: { must_not: query } })).toBe(false)
  })
})

describe('a query that does not hold', () => {
  test.each<[string, JsonObject]>([
    ['ids', { ids: { values: [] } }],
    ['match of all words', { match: { message: { query: 'rights nothing', operator: 'AND' } } }],
    ['more clauses than there are', { bool: { should: clauses('run'), minimum_should_match: 2 } }],
    [
      'three of three',
      { bool: { should: clauses('run', 'ps', 'docker'), minimum_should_match: 3 } },
    ],
    [
      'query_string of all words',
      {
        query_string: { query: 'nothing container', fields: ['message'], default_operator: 'AND' },
      },
    ],
    ['query_string without words', { query_string: { query: ' ' } }],
    ['simple_query_string without words', { simple_query_string: { query: '' } }],
    [
      'simple_query_string with an escape',
      { simple_query_string: { query: 'contain\\*', fields: ['message'] } },
    ],
  ])('%s', (_kind, query) => {
    expect(matches(query)).toBe(false)
  })
})

test.each<[JsonValue, string, string]>([
  [{}, 'dsl.malformed', 'query'],
  [{ fuzzy: { a: 'b' } }, 'dsl.unsupported', 'query.fuzzy'],
  [{ ids: { values: [1] } }, 'dsl.malformed', 'query.ids'],
  [{ regexp: { a: '(' } }, 'dsl.malformed', 'query.regexp.a'],
  [{ range: { a: { from: 1, to: 2 } } }, 'dsl.unsupported', 'query.range.a'],
  [{ match: { a: { query: 'x', fuzziness: 'AUTO' } } }, 'dsl.unsupported', 'query.match.a'],
  [{ match: { a: { query: 'x', operator: 'xor' } } }, 'dsl.malformed', 'query.match.a'],
  [{ multi_match: { query: 'x', type: 'phrase_prefix' } }, 'dsl.unsupported', 'query.multi_match'],
  [{ query_string: { query: 'a:(b' } }, 'dsl.malformed', 'query.query_string'],
  [{ query_string: { query: 'a', fuzziness: 1 } }, 'dsl.unsupported', 'query.query_string'],
  [{ simple_query_string: { query: 'a~2' } }, 'dsl.unsupported', 'query.simple_query_string'],
  [
    { simple_query_string: { query: '('.repeat(500) } },
    'dsl.unsupported',
    'query.simple_query_string',
  ],
  [
    {
      bool: {
        should: Array.from({ length: 30 }, () => ({ match_all: {} })),
        minimum_should_match: 15,
      },
    },
    'dsl.unsupported',
    'query.bool',
  ],
])('%j is refused: %s at %s', (query, code, origin) => {
  expect(fromQueryDsl(query, { fields })).toMatchObject({
    ok: false,
    error: [{ code, origin, severity: 'error' }],
  })
})
