import { expect, test } from 'vitest'
import { emptyCatalogue, withMappings, type EventSource } from '#event'
import { joinKeysOf, maxKeysPerDocument } from './join-keys.ts'

const fields = withMappings(emptyCatalogue(), {
  pid: 'long',
  at: 'date',
  address: 'ip',
  alive: 'boolean',
  short: { type: 'keyword', ignore_above: 3 },
})

function keys(source: EventSource, ...names: readonly string[]) {
  const plans = names.map((name) => ({
    field: name.replace('?', ''),
    isOptional: name.startsWith('?'),
  }))
  return joinKeysOf(source, plans, fields)
}

function values(source: EventSource, ...names: readonly string[]) {
  return keys(source, ...names).keys.map((key) => key.values)
}

test('several values make every combination, ascending, each once', () => {
  expect(values({ tag: ['b', 'a', 'b'], pid: [10, 9] }, 'tag', 'pid')).toEqual([
    ['a', 9],
    ['a', 10],
    ['b', 9],
    ['b', 10],
  ])
})

test('a document without a value takes no part, unless the key is optional', () => {
  expect(values({ tag: 'a', other: null }, 'tag', 'other')).toEqual([])
  expect(values({ tag: 'a', other: null }, 'tag', '?other')).toEqual([['a', null]])
  expect(values({}, '?tag')).toEqual([[null]])
})

test('null and the text null are different keys', () => {
  expect(keys({ tag: 'null' }, '?tag').keys[0]?.text).not.toBe(keys({}, '?tag').keys[0]?.text)
})

test('without key fields all documents have one key', () => {
  expect(values({ tag: 'a' })).toEqual([[]])
})

test('values are compared as the type of their field compares them', () => {
  expect(values({ pid: '0042' }, 'pid')).toEqual([[42]])
  expect(values({ at: [0, '1970-01-01T01:00:00+01:00'] }, 'at')).toEqual([
    ['1970-01-01T00:00:00.000Z'],
  ])
  expect(values({ address: ['2001:DB8::1', '2001:db8:0::1'] }, 'address')).toEqual([
    ['2001:db8:0:0:0:0:0:1'],
  ])
  expect(values({ address: '::ffff:10.0.0.1' }, 'address')).toEqual([['10.0.0.1']])
  expect(values({ alive: ['true', true] }, 'alive')).toEqual([[true]])
})

test('what a type cannot hold, or is too long to be indexed, is missing', () => {
  expect(values({ pid: 'many', at: 'soon', short: 'long' }, '?pid', '?at', '?short')).toEqual([
    [null, null, null],
  ])
})

test('a document with very many combinations takes part under the first, and says so', () => {
  const many = Array.from({ length: 200 }, (_, i) => i)
  const cut = keys({ a: many, b: many, c: many }, 'a', 'b', 'c')
  expect([cut.keys.length, cut.isCut]).toEqual([maxKeysPerDocument, true])
  expect(keys({ a: many }, 'a').isCut).toBe(false)
})
