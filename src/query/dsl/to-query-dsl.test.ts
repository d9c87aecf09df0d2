import { expect, test } from 'vitest'
import type { JsonObject } from '#base'
import { emptyCatalogue, withMappings } from '#event'
import { kuery } from '../kuery/kuery.ts'
import { toQueryDsl } from './to-query-dsl.ts'

const fields = withMappings(emptyCatalogue(), {
  k: 'keyword',
  w: 'wildcard',
  'p.a': 'keyword',
  'p.b': 'text',
  '@timestamp': 'date',
  n: 'nested',
  'n.child': 'text',
})

const oneOf = (...should: JsonObject[]) => ({ bool: { should, minimum_should_match: 1 } })

test.each<[string, JsonObject]>([
  ['', { match_all: {} }],
  ['not *', { match_none: {} }],
  ['k:x', oneOf({ term: { k: { value: 'x' } } })],
  ['k:x*\\*', oneOf({ wildcard: { k: { value: 'x*\\*' } } })],
  ['w:x?*', oneOf({ wildcard: { w: { value: 'x\\?*' } } })],
  ['u:x', oneOf({ match: { u: 'x' } })],
  ['u:"x y"', oneOf({ match_phrase: { u: 'x y' } })],
  ['u:true', oneOf({ match: { u: true } })],
  ['u:a\\:b* c', oneOf({ query_string: { fields: ['u'], query: 'a\\:b* c' } })],
  ['@timestamp:2024', oneOf({ range: { '@timestamp': { gte: '2024', lte: '2024' } } })],
  ['@timestamp >= now-1d', oneOf({ range: { '@timestamp': { gte: 'now-1d' } } })],
  ['k:*', oneOf({ exists: { field: 'k' } })],
  ['p.*:x', oneOf({ term: { 'p.a': { value: 'x' } } }, { match: { 'p.b': 'x' } })],
  ['q.*:x', oneOf({ match: { 'q.*': 'x' } })],
  [
    '*child:x',
    oneOf({ nested: { path: 'n', query: { match: { 'n.child': 'x' } }, score_mode: 'none' } }),
  ],
  [
    'n:{ child:x }',
    { nested: { path: 'n', query: oneOf({ match: { 'n.child': 'x' } }), score_mode: 'none' } },
  ],
  ['x*', { query_string: { query: 'x*' } }],
  [
    'k:a and not k:b',
    {
      bool: {
        filter: [
          oneOf({ term: { k: { value: 'a' } } }),
          { bool: { must_not: [oneOf({ term: { k: { value: 'b' } } })] } },
        ],
      },
    },
  ],
])('%j', (text, dsl) => {
  const plan = kuery.parse(text)
  expect(plan.ok && toQueryDsl(plan.value, fields)).toEqual(dsl)
})

test('what only other sources of plans can say has a query too', () => {
  const field = { kind: 'field', name: 'k' } as const
  const literal = { value: 'X', quoted: true }
  expect(toQueryDsl({ kind: 'match', field, literal, caseless: true }, fields)).toEqual(
    oneOf({ term: { k: { value: 'X', case_insensitive: true } } }),
  )
  expect(toQueryDsl({ kind: 'match-any', field, values: ['a', 'b'] }, fields)).toEqual(
    oneOf({ terms: { k: ['a', 'b'] } }),
  )
  const glob = [{ kind: 'any-one' }, { kind: 'literal', text: 'x?' }] as const
  expect(toQueryDsl({ kind: 'glob', field, glob, caseless: true }, fields)).toEqual(
    oneOf({ wildcard: { k: { value: '?x\\?', case_insensitive: true } } }),
  )
})
