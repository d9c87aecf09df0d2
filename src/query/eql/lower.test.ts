import { expect, test } from 'vitest'
import { emptyCatalogue, withMappings } from '#event'
import { kuery } from '../kuery/kuery.ts'
import type { FilterPlan } from '../plan/filter-plan.ts'
import { normalForm } from '../plan/normal-form.ts'
import { eql } from './eql.ts'

const fields = withMappings(emptyCatalogue(), {
  k: 'keyword',
  n: 'long',
  d: 'double',
  i: 'ip',
  b: 'boolean',
  '@timestamp': 'date',
  t: { type: 'text', fields: { keyword: 'keyword' } },
  'event.category': 'keyword',
})

function planOf(text: string) {
  const statement = eql.parse(text)
  if (!statement.ok) throw new Error(statement.error.map(({ message }) => message).join())
  return eql.lower(statement.value, { fields })
}

function filterOf(condition: string): FilterPlan {
  const plan = planOf(`any where ${condition}`)
  if (plan.kind !== 'events') throw new Error(plan.kind)
  return plan.filter
}

const field = (name: string) => ({ kind: 'field', name }) as const
const match = (name: string, value: string | number | boolean) => ({
  kind: 'match' as const,
  field: field(name),
  literal: { value, quoted: true },
})

test.each([
  ['k == "a"', 'k:"a"'],
  ['k == "a*" or n == 5', 'k:"a*" or n:"5"'],
  ['k != "a"', 'not k:"a"'],
  ['k == null', 'not k:*'],
  ['k != null and ?u == null', 'k:* and not u:*'],
  ['k like "a*" and not k like ("b*c", "d")', 'k:a* and not (k:b*c or k:"d")'],
  ['startsWith(k, "a") and endsWith(k, "b")', 'k:a* and k:*b'],
  ['stringContains(k, "a") == true', 'k:*a*'],
  ['endsWith(k, "a") != true', 'not k:*a'],
  ['true == (k == "a")', 'k:"a"'],
  ['1 + 1 == 2 and k == "a"', 'k:"a"'],
  ['length("abc") > 3 or k == concat("a", 1)', 'k:"a1"'],
  ['t == "a"', 't.keyword:"a"'],
  ['true', '*:*'],
])('%s is %s in KQL', (condition, text) => {
  const plan = kuery.parse(text)
  expect(plan.ok).toBe(true)
  // In quotes all is text for KQL; what it means depends on the field.
  const asText = JSON.stringify(filterOf(condition)).replaceAll('"value":5', '"value":"5"')
  const found: FilterPlan = JSON.parse(asText)
  if (plan.ok) expect(normalForm(found)).toEqual(normalForm(plan.value))
})

test.each<[string, FilterPlan]>([
  ['b', match('b', true)],
  ['b == false', match('b', false)],
  ['b != true', { kind: 'not', of: match('b', true) }],
  ['5 > n', { kind: 'range', field: field('n'), op: 'lt', value: 5 }],
  ['n >= -1.5', { kind: 'range', field: field('n'), op: 'gte', value: -1.5 }],
  ['n == 18446744073709551615', match('n', '18446744073709551615')],
  ['n < null', { kind: 'none' }],
  ['k in ("a", "b", null)', { kind: 'match-any', field: field('k'), values: ['a', 'b'] }],
  ['k in ("a")', match('k', 'a')],
  ['k in~ ("A*")', { ...match('k', 'A*'), caseless: true }],
  [
    'k in~ ("A*", "b")',
    { kind: 'match-any', field: field('k'), values: ['A*', 'b'], caseless: true },
  ],
  [
    'k : "a?*"',
    {
      kind: 'glob',
      field: field('k'),
      glob: [{ kind: 'literal', text: 'a' }, { kind: 'any-one' }, { kind: 'any-run' }],
      caseless: true,
    },
  ],
  ['k regex ("a.*", "b")', { kind: 'regexp', field: field('k'), pattern: '(a.*)|(b)' }],
  ['k regex~ "a b"', { ...match('k', 'a b'), caseless: true }],
  [
    'cidrMatch(i, "10.0.0.0/8", "::1")',
    { kind: 'match-any', field: field('i'), values: ['10.0.0.0/8', '::1'] },
  ],
  ['@timestamp == "2024-06-15"', match('@timestamp', '2024-06-15T00:00:00.000Z')],
  ['?u == ?v', { kind: 'not', of: { kind: 'exists', field: field('u') } }],
])('%s is a leaf', (condition, plan) => {
  expect(filterOf(condition)).toEqual(plan)
})

test('what is no plain field is an expression', () => {
  expect(filterOf('length(t) + 1 > 5 and (n > 5) == null')).toEqual({
    kind: 'and',
    of: [
      {
        kind: 'expression',
        of: {
          kind: 'apply',
          function: 'less',
          of: [
            { kind: 'number', text: '5' },
            {
              kind: 'apply',
              function: 'add',
              of: [
                { kind: 'apply', function: 'length', of: [{ kind: 'field', name: 't.keyword' }] },
                { kind: 'number', text: '1' },
              ],
            },
          ],
        },
      },
      {
        kind: 'expression',
        of: {
          kind: 'apply',
          function: 'isNull',
          of: [
            {
              kind: 'leaf',
              of: { kind: 'range', field: field('n'), op: 'gt', value: 5 },
            },
          ],
        },
      },
    ],
  })
})

test('a sequence has its runs written out, and the keys of all stages before those of each', () => {
  const plan = planOf(
    'sequence by k with maxspan=1m [x where b] by ?n with runs=2 ![any where true] by n until [y where true] by n | head 3',
  )
  const category = (value: string) => match('event.category', value)
  const keys = [
    { field: 'k', isOptional: false },
    { field: 'n', isOptional: false },
  ]
  const first = {
    filter: { kind: 'and', of: [category('x'), match('b', true)] },
    keys: [keys[0], { field: 'n', isOptional: true }],
    isMissing: false,
  }
  expect(plan).toEqual({
    kind: 'sequence',
    stages: [first, first, { filter: { kind: 'all' }, keys, isMissing: true }],
    until: { filter: category('y'), keys, isMissing: false },
    maxSpanMs: 60_000,
    pipes: [{ kind: 'head', count: 3 }],
  })
})

test('a sample has stages and keys, and a rule may name the field of categories', () => {
  const statement = eql.parse('sample by t [x where true] [any where false]')
  if (!statement.ok) throw new Error('refused')
  expect(eql.lower(statement.value, { fields, categoryField: 'k' })).toEqual({
    kind: 'sample',
    stages: [
      { filter: match('k', 'x'), keys: [{ field: 't.keyword', isOptional: false }] },
      { filter: { kind: 'none' }, keys: [{ field: 't.keyword', isOptional: false }] },
    ],
  })
})
