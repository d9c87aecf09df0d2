import { expect, test } from 'vitest'
import { emptyCatalogue, withMappings, type EventSource } from '#event'
import { compileFilter } from '#query'
import type { ExceptionEntry, ExceptionItem, ValueList } from './exception-list.ts'
import { exceptionFilter, globOf, maxDashRanges, maxListValues } from './exceptions.ts'

const nowMs = Date.UTC(2026, 2, 2, 12)

const fields = withMappings(emptyCatalogue(), {
  word: 'keyword',
  text: 'text',
  ip: 'ip',
  'host.os.type': 'keyword',
  objects: 'nested',
  'objects.name': 'keyword',
  'objects.size': 'long',
})

let items = 0

function item(...entries: readonly ExceptionEntry[]): ExceptionItem {
  items += 1
  return { itemId: `i${items}`, listId: 'l', name: `item ${items}`, entries, osTypes: [] }
}

function match(field: string, value: string): ExceptionEntry {
  return { type: 'match', operator: 'included', field, value }
}

function isNot(field: string, value: string): ExceptionEntry {
  return { type: 'match', operator: 'excluded', field, value }
}

function inList(field: string, id: string): ExceptionEntry {
  return { type: 'list', operator: 'included', field, list: { id, type: 'keyword' } }
}

/** The sources that the exceptions leave. */
function left(
  exceptions: readonly ExceptionItem[],
  sources: readonly EventSource[],
  lists: readonly ValueList[] = [],
): readonly EventSource[] {
  const { filter } = exceptionFilter(exceptions, lists, { nowMs })
  return sources.filter(compileFilter(filter, { fields, nowMs }))
}

const words = ['one', 'two', 'three'].map((word) => ({ word }))

test('without items nothing is excepted', () => {
  expect(exceptionFilter([], [], { nowMs })).toEqual({ filter: { kind: 'all' }, notApplied: [] })
})

test('items are alternatives, and the entries of one item hold together', () => {
  expect(left([item(match('word', 'one')), item(match('word', 'two'))], words)).toEqual([
    { word: 'three' },
  ])
  expect(left([item(match('word', 'one'), match('word', 'two'))], words)).toEqual(words)
  const both = { word: ['one', 'two'] }
  expect(left([item(match('word', 'one'), match('word', 'two'))], [both])).toEqual([])
})

test('"is not" excepts everything else, events without the field included', () => {
  expect(left([item(isNot('word', 'one'))], [...words, { other: 1 }, { word: [] }])).toEqual([
    { word: 'one' },
  ])
  expect(left([item(isNot('word', 'one')), item(isNot('word', 'two'))], words)).toEqual([])
})

test('match_any takes any of its values, with case', () => {
  const entry: ExceptionEntry = {
    type: 'match_any',
    operator: 'included',
    field: 'word',
    value: ['one', 'TWO'],
  }
  expect(left([item(entry)], words)).toEqual([{ word: 'two' }, { word: 'three' }])
})

test('match compares by the type of the field: a phrase in a text, a network for an address', () => {
  const sources = [{ text: 'a quick brown fox' }, { text: 'brown quick' }]
  expect(left([item(match('text', 'Quick brown'))], sources)).toEqual([{ text: 'brown quick' }])
  const addresses = [{ ip: '10.1.2.3' }, { ip: '10.2.0.1' }]
  expect(left([item(match('ip', '10.1.0.0/16'))], addresses)).toEqual([{ ip: '10.2.0.1' }])
})

test('wildcard knows *, ? and the escape of both', () => {
  const wildcard = (value: string): ExceptionEntry => ({
    type: 'wildcard',
    operator: 'included',
    field: 'word',
    value,
  })
  expect(left([item(wildcard('t?o'))], words)).toEqual([{ word: 'one' }, { word: 'three' }])
  expect(left([item(wildcard('T*'))], words)).toEqual(words)
  expect(left([item(wildcard('a\\*b'))], [{ word: 'a*b' }, { word: 'axb' }])).toEqual([
    { word: 'axb' },
  ])
  expect(globOf('a\\\\?*')).toEqual([
    { kind: 'literal', text: 'a\\' },
    { kind: 'any-one' },
    { kind: 'any-run' },
  ])
})

test('exists asks for a value: null and the empty list are none', () => {
  const exists: ExceptionEntry = { type: 'exists', operator: 'included', field: 'word' }
  const sources = [{ word: 'one' }, { word: null }, { word: [] }, {}]
  expect(left([item(exists)], sources)).toEqual(sources.slice(1))
  expect(left([item({ ...exists, operator: 'excluded' })], sources)).toEqual([{ word: 'one' }])
})

test('nested entries hold in one and the same object', () => {
  const nested: ExceptionEntry = {
    type: 'nested',
    field: 'objects',
    entries: [match('name', 'a'), match('size', '1')],
  }
  const across = {
    objects: [
      { name: 'a', size: 2 },
      { name: 'b', size: 1 },
    ],
  }
  const within = {
    objects: [
      { name: 'b', size: 2 },
      { name: 'a', size: 1 },
    ],
  }
  expect(left([item(nested)], [across, within])).toEqual([across])
})

test('an item for some operating systems excepts their events only, by either field', () => {
  const linuxOnly: ExceptionItem = { ...item(match('word', 'one')), osTypes: ['linux', 'macos'] }
  const sources = ['linux', 'windows', 'macos'].map((type) => ({
    word: 'one',
    host: { os: { type } },
  }))
  expect(left([linuxOnly], sources)).toEqual([sources[1]])
  const named = { word: 'one', 'host.os.name.caseless': 'linux' }
  expect(left([linuxOnly], [named])).toEqual([])
})

test('an item counts until its time has run out, the instant itself included', () => {
  const until = (expireTime: string) => ({ ...item(match('word', 'one')), expireTime })
  const one = [{ word: 'one' }]
  expect(left([until('2026-03-02T11:59:59.999Z')], one)).toEqual(one)
  expect(left([until('2026-03-02T12:00:00.000Z')], one)).toEqual([])
})

test('value lists of words, addresses, networks and ranges are filters', () => {
  const lists: readonly ValueList[] = [
    { id: 'words', type: 'keyword', values: ['one', 'three'] },
    { id: 'ips', type: 'ip', values: ['10.0.0.1', '10.1.0.0/16'] },
    { id: 'ranges', type: 'ip_range', values: ['10.0.0.2-10.0.0.9', '10.2.0.1/30'] },
  ]
  expect(left([item(inList('word', 'words'))], words, lists)).toEqual([{ word: 'two' }])
  const ips = ['10.0.0.1', '10.0.0.2', '10.0.0.9', '10.0.0.10', '10.1.9.9', '10.2.0.3', '10.2.0.4']
  const sources = ips.map((ip) => ({ ip }))
  const kept = (id: string) => left([item(inList('ip', id))], sources, lists).map(({ ip }) => ip)
  expect(kept('ips')).toEqual(['10.0.0.2', '10.0.0.9', '10.0.0.10', '10.2.0.3', '10.2.0.4'])
  expect(kept('ranges')).toEqual(['10.0.0.1', '10.0.0.10', '10.1.9.9', '10.2.0.4'])
})

test('one value must lie in a range; two values on either side of it do not', () => {
  const lists: readonly ValueList[] = [
    { id: 'ranges', type: 'ip_range', values: ['10.0.0.5-10.0.0.6'] },
  ]
  const around = { ip: ['10.0.0.1', '10.0.0.9'] }
  expect(left([item(inList('ip', 'ranges'))], [around], lists)).toEqual([around])
})

test('an item whose list cannot be a filter is named and excepts nothing, the others still do', () => {
  const many = (length: number) => Array.from({ length }, (_, i) => `v${i}`)
  const lists: readonly ValueList[] = [
    { id: 'large', type: 'keyword', values: many(maxListValues + 1) },
    { id: 'text', type: 'text', values: ['one'] },
    { id: 'wrong', type: 'ip_range', values: ['10.0.0.9-10.0.0.1'] },
    {
      id: 'ranges',
      type: 'ip_range',
      values: many(maxDashRanges + 1).map(() => '10.0.0.1-10.0.0.2'),
    },
  ]
  const unusable = ['large', 'text', 'wrong', 'ranges', 'missing'].map((id) =>
    item(match('word', 'one'), inList('word', id)),
  )
  const empty = item()
  const { notApplied } = exceptionFilter([...unusable, empty], lists, { nowMs })
  expect(notApplied).toEqual([...unusable, empty].map(({ name }) => name))
  expect(left([...unusable, item(match('word', 'two'))], words, lists)).toEqual([
    { word: 'one' },
    { word: 'three' },
  ])
})
