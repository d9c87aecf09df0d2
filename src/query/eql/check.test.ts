import { expect, test } from 'vitest'
import { emptyCatalogue, withMappings } from '#event'
import { checkEql } from './check.ts'
import { parseEql } from './parse.ts'

const fields = withMappings(emptyCatalogue(), {
  'event.category': 'keyword',
  'event.type': 'keyword',
  name: { type: 'keyword', fields: { caseless: { type: 'keyword', normalizer: 'lowercase' } } },
  message: 'match_only_text',
  title: { type: 'text', fields: { keyword: 'keyword' } },
  notes: { type: 'text', fields: { raw: 'keyword', whole: 'wildcard' } },
  size: 'long',
  ratio: 'double',
  at: 'date',
  ip: 'ip',
  done: 'boolean',
  place: 'geo_point',
  labels: 'flattened',
  parts: 'nested',
  'parts.size': 'long',
  file: 'object',
})

function said(text: string, unknownFields: 'error' | 'warning' = 'error') {
  const parsed = parseEql(text)
  if (!parsed.ok) throw new Error(parsed.error.map(({ message }) => message).join('; '))
  return checkEql(parsed.value, fields, { unknownFields }).map(
    ({ code, severity, span }) => `${severity} ${code}: ${text.slice(span.start, span.end)}`,
  )
}

test.each([
  'name == "a" and size > 1.5 and done',
  'name == null or ?nobody == null or ?nobody : "x" or ?nobody',
  'at > "2024-01-01" and ip == "10.0.0.1" and at in ("2024-01-01", 5)',
  'ip in ("10.0.0.1", null) and labels.a == "b" and title == "x"',
  'length(title) > 1 and substring(name, 0, -1) == "x" and indexOf(name, "x", null) == 1',
  'size * 2 + 1 > -5 and true == (name in ("a"))',
  'cidrMatch(ip, "10.0.0.0/8", "::1") and string(ip) == "10.0.0.1"',
  '?nobody == ?noone and 1 == size',
  'name regex """a|b""" and size == 5 and name >= "x"',
])('%s is accepted without a word', (condition) => {
  expect(said(`process where ${condition}`)).toEqual([])
})

test.each([
  ['nme == "a"', 'error eql.unknown-field: nme'],
  ['size', 'error eql.wrong-type: size'],
  ['done and not size', 'error eql.wrong-type: size'],
  ['name + 1 == 2', 'error eql.wrong-type: name'],
  ['size : "1"', 'error eql.wrong-type: size'],
  ['name : 5', 'error eql.pattern-type: 5'],
  ['name == title', 'error eql.field-against-field: title'],
  ['name in ("a", title)', 'error eql.field-against-field: title'],
  ['length(name) > length(title)', 'error eql.field-against-field: title'],
  ['size in (1, "a")', 'error eql.list-type: "a"'],
  ['size in~ ("a")', 'error eql.wrong-type: size'],
  ['message == "a"', 'error eql.inexact-field: message'],
  ['length(message) > 0', 'error eql.inexact-field: message'],
  ['notes == "a"', 'error eql.inexact-field: notes'],
  ['name.caseless == "a"', 'error eql.inexact-field: name.caseless'],
  ['place == "a"', 'error eql.unsupported-type: place'],
  ['labels == "a"', 'error eql.unsupported-type: labels'],
  ['parts.size == 1', 'error eql.nested-field: parts.size'],
  ['?parts == null', 'error eql.nested-field: ?parts'],
  ['file == null', 'error eql.object-field: file'],
  ['length() == 1', 'error eql.argument-count: length()'],
  ['substring(name, 1.5) == "a"', 'error eql.argument-type: 1.5'],
  ['cidrMatch(ip, concat(name))', 'error eql.argument-not-constant: concat(name)'],
  ['cidrMatch(ip, "10.0.0.0/40")', 'error eql.not-a-block: "10.0.0.0/40"'],
  ['ip == "a"', 'warning eql.value-type: "a"'],
  ['name == "a*"', 'warning eql.literal-wildcard: "a*"'],
  ['name regex "^a$"', 'warning eql.anchor: "^a$"'],
])('of %s is told: %s', (condition, problem) => {
  expect(said(`process where ${condition}`)).toContain(problem)
})

test('an unknown field is a warning where mappings are not all there is', () => {
  expect(said('any where nme == "a" and ?other == 1', 'warning')).toEqual([
    'warning eql.unknown-field: nme',
  ])
})

test('join keys are fields of one sort, exact, in every stage and in until', () => {
  const stages = '[any where done] by size [any where done] by ratio'
  expect(said(`sequence by name ${stages}`)).toEqual([])
  expect(said(`sequence by message ${stages} until [any where done] by ip`)).toEqual([
    'error eql.inexact-field: message',
    'error eql.join-key-types: ip',
  ])
  expect(said('sample by nobody [any where done] [any where done]')).toEqual([
    'error eql.unknown-field: nobody',
  ])
})

test('a category asks for a field of categories, which a rule may name', () => {
  const parsed = parseEql('start where true')
  const known = withMappings(emptyCatalogue(), { 'event.type': 'keyword' })
  if (!parsed.ok) throw new Error('the text must be right')
  const found = checkEql(parsed.value, known, { unknownFields: 'error' })
  expect(found).toMatchObject([{ code: 'eql.unknown-field', span: { start: 0, end: 5 } }])
  const categoryField = 'event.type'
  expect(checkEql(parsed.value, known, { unknownFields: 'error', categoryField })).toEqual([])
})
