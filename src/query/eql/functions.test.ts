import { expect, test } from 'vitest'
import { emptyCatalogue, withMappings } from '#event'
import { compileFilter } from '../match/compile.ts'
import { evaluateFilter } from '../match/evaluate.ts'
import { eql } from './eql.ts'

const fields = withMappings(emptyCatalogue(), {
  k: 'keyword',
  n: 'long',
  d: 'double',
  b: 'boolean',
  i: 'ip',
  at: 'date',
  t: { type: 'text', fields: { keyword: 'keyword' } },
})
const context = { fields, nowMs: 0 }
const document = {
  k: 'Hello world',
  n: 83,
  d: 4,
  b: true,
  i: '10.1.2.3',
  at: '2024-06-15T12:00:00Z',
  t: 'some text',
  many: ['a', 'bbb', 'cccccc'],
  one: [1, 2, 30],
  two: [10, 20],
}

function holds(condition: string, source = document as object): boolean {
  const statement = eql.parse(`any where ${condition}`)
  if (!statement.ok) throw new Error(statement.error.map(({ message }) => message).join())
  const plan = eql.lower(statement.value, { fields })
  if (plan.kind !== 'events') throw new Error(plan.kind)
  const event = JSON.parse(JSON.stringify(source))
  const found = compileFilter(plan.filter, context)(event)
  expect(evaluateFilter(plan.filter, event, context)).toBe(found)
  return found
}

test.each([
  // Whole numbers stay whole, any decimal makes a decimal.
  ['n / 2', '41'],
  ['n / 2.0', '41.5'],
  ['-n / 2', '-41'],
  ['n % 10', '3'],
  ['-n % 10', '-3'],
  ['n + d', '87.0'],
  ['n * 2 - 1', '165'],
  ['string(n + 1)', '"84"'],
  ['string(d)', '"4.0"'],
  ['string(n / 2.0)', '"41.5"'],
  ['n / 0', 'null'],
  ['n % 0.0', 'null'],
  ['n + 9223372036854775807', 'null'],
  ['between(k, "H", "o")', '"ell"'],
  ['between(k, "H", "o", true)', '"ello w"'],
  ['between(k, "h", "O")', 'null'],
  ['between~(k, "h", "O")', '"ell"'],
  ['between(k, "", "")', '""'],
  ['concat(k, "!", n, b, d)', '"Hello world!83true4.0"'],
  ['concat()', '""'],
  ['concat(k, missing)', 'null'],
  ['concat(at, "")', '"2024-06-15T12:00:00.000Z"'],
  ['string(i)', '"10.1.2.3"'],
  ['string(cidrMatch(i, "10.6.48.157/8"))', '"true"'],
  ['string(cidrMatch(i, "11.0.0.0/8", "::/0"))', '"true"'],
  ['string(cidrMatch(i, "11.0.0.0/8"))', '"false"'],
  ['indexOf(k, "o")', '4'],
  ['indexOf(k, "o", 5)', '7'],
  ['indexOf(k, "O")', 'null'],
  ['indexOf~(k, "O", 5)', '7'],
  ['indexOf(k, "o", -3)', '4'],
  ['length(k)', '11'],
  ['length(t)', '9'],
  ['length(missing)', 'null'],
  ['number("3.14")', '3.14'],
  ['number("-12")', '-12'],
  ['number("0x32")', '50'],
  ['number("0x32", 16)', '50'],
  ['number("32", 8)', '26'],
  ['number("zz", 36)', '1295'],
  ['number("12", 2)', 'null'],
  ['number("twelve")', 'null'],
  ['number(string(n), 16)', '131'],
  ['substring(k, 6)', '"world"'],
  ['substring(k, -5, -1)', '"worl"'],
  ['substring(k, null, 5)', '"Hello"'],
  ['substring(k, 0, 100)', '"Hello world"'],
  ['substring(k, 8, 3)', '""'],
])('%s is %s', (expression, value) => {
  expect(holds(`${expression} == ${value}`)).toBe(true)
  expect(holds(`${expression} == "none of it"`)).toBe(false)
  expect(holds(`${expression} != null`)).toBe(value !== 'null')
})

test.each([
  ['length(many) > 5', true],
  ['length(many) == 3 and length(many) == 1', true],
  ['length(many) > 1 and length(many) < 3', true],
  ['length(many) == 2', false],
  ['not (length(many) == 1)', false],
  ['length(many) != 1', true],
  ['one + two == 50', true],
  ['one + two == 23', false],
  ['concat(many, one) == "bbb30"', true],
  ['substring(many, 0, 1) in ("c", "d")', true],
  ['substring(many, 0, 1) in~ ("C", "D")', true],
  ['substring(many, 0, 1) : ("C*", "?d")', true],
  ['substring(many, 0, 2) like "?b"', true],
  ['substring(many, 0, 2) regex ("x", "b+")', true],
  ['substring(many, 0, 2) regex~ "B+"', true],
  ['startsWith(many, substring(k, 100))', true],
  ['endsWith~(k, concat("WOR", "ld"))', true],
])('of several values each combination is tried: %s', (condition, expected) => {
  expect(holds(condition)).toBe(expected)
})

test.each([
  ['length(missing) > 0', false],
  ['not (length(missing) > 0)', true],
  ['length(missing) != 5', false],
  ['length(missing) == null', true],
  ['missing + 1 == null', true],
  ['null == (n > 5)', false],
  ['null == (missing > 5)', true],
  ['(n > 5) == true', true],
  ['(missing > 5) == false', true],
  ['string(missing > 5) == "false"', false],
  ['string(n in (82, 83)) : "TRUE"', true],
  ['string(at >= "2024-06-15" and at < "2024-06-16") == "true"', true],
  ['string(k like "hello*" or k : "hello*") == "true"', true],
  ['not missing', true],
  ['b == (1 == 1)', true],
])(
  'what is worked out from null is null, and between leaves nothing is: %s',
  (condition, expected) => {
    expect(holds(condition)).toBe(expected)
  },
)

test('of two fields with very many values the first combinations are tried, of one all values are', () => {
  const values = Array.from({ length: 5000 }, (_, n) => `v${n}`)
  expect(holds('length(x) == 5 and substring(x, 1) == "4999"', { x: values })).toBe(true)
  expect(holds('concat(x, y) == "v0v4000"', { x: values, y: values })).toBe(true)
  expect(holds('concat(x, y) == "v1v0"', { x: values, y: values })).toBe(false)
})

test('a text that would be longer than a mebi-unit is null', () => {
  const x = 'x'.repeat(1 << 19)
  expect(holds('concat(x, x) != null', { x })).toBe(true)
  expect(holds('concat(x, x, "y") == null', { x })).toBe(true)
})
