import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatDuration, parseDuration } from './duration.ts'

test('a duration is read in milliseconds', () => {
  expect(parseDuration('5m')).toBe(300_000)
  expect(parseDuration('30s')).toBe(30_000)
  expect(parseDuration(' 2h ')).toBe(7_200_000)
  expect(parseDuration('250ms')).toBe(250)
})

test('a text that is no duration gives nothing', () => {
  for (const text of ['', '5', 'm', '5 m', '-5m', '1.5h', '5y', '99999999999m']) {
    expect(parseDuration(text), text).toBeUndefined()
  }
})

test('any duration survives being written and read again', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999_999 }), (ms) => {
      expect(parseDuration(formatDuration(ms))).toBe(ms)
    }),
  )
})
