import { expect, test } from 'vitest'
import type { JsonValue } from '#base'
import { eventProblem, eventTimeOf, maxEventDepth } from './event-check.ts'

test.each<[JsonValue, string]>([
  ['2024-06-15T11:30:00.123456789Z', '2024-06-15T11:30:00.123Z'],
  ['2024-06-15T11:30:00+02:00', '2024-06-15T09:30:00.000Z'],
  ['2024-06-15', '2024-06-15T00:00:00.000Z'],
  [1718451000123, '2024-06-15T11:30:00.123Z'],
  ['1718451000123', '2024-06-15T11:30:00.123Z'],
  [1718451000123.9, '2024-06-15T11:30:00.123Z'],
  ['1960-02-29T00:00:00Z', '1960-02-29T00:00:00.000Z'],
  ['2200-01-01T00:00:00Z', '2200-01-01T00:00:00.000Z'],
  [-1, '1969-12-31T23:59:59.999Z'],
  [['2024-06-15T11:30:00Z', 'later'], '2024-06-15T11:30:00.000Z'],
])('the time of an event may be written %j', (written, iso) => {
  const time = eventTimeOf({ '@timestamp': written })
  expect(time.ok && new Date(time.value).toISOString()).toBe(iso)
})

test.each<[JsonValue, RegExp]>([
  [null, /missing/],
  [[], /missing/],
  [{ seconds: 1 }, /missing/],
  ['yesterday', /"yesterday" is no date/],
  ['now-1d', /is no date/],
  ['2024-02-30', /is no date/],
  [true, /true is no date/],
  ['', /is no date/],
  [1e17, /is no date/],
  ['+999999-01-01', /is no date/],
])('an event whose time is %j is refused with a reason', (written, reason) => {
  const time = eventTimeOf({ '@timestamp': written })
  expect(!time.ok && time.error).toMatch(reason)
  expect(eventProblem({ '@timestamp': written })).toMatch(reason)
})

test('an event may be nested a hundred levels deep, and no deeper', () => {
  const nested = (levels: number) => {
    let node: JsonValue = 1
    for (let i = 0; i < levels; i++) node = i % 2 === 0 ? { a: node } : [node]
    return { '@timestamp': 0, node }
  }
  expect(eventProblem(nested(maxEventDepth - 1))).toBeUndefined()
  expect(eventProblem(nested(maxEventDepth))).toMatch(/nested deeper than 100 levels/)
  expect(eventProblem(nested(500_000))).toMatch(/nested deeper/)
})
