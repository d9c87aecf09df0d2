import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDate } from '#base'
import { parseInstant } from './iso-instant.ts'

const spelling = fc
  .tuple(
    fc.date({
      min: new Date('-000100-01-01'),
      max: new Date('+012000-01-01'),
      noInvalidDate: true,
    }),
    fc.stringMatching(/^\d{0,7}$/),
    fc.constantFrom('Z', 'z', '', '+01:00'),
  )
  .map(([date, more, zone]) => date.toISOString().replace('Z', `${more}${zone}`))

const spoilt = fc
  .tuple(spelling, fc.nat(30), fc.constantFrom('9', '0', '3', 'x', ' ', '-', '٣'))
  .map(([text, at, character]) => text.slice(0, at) + character + text.slice(at + 1))

test('every date is read as the full parser reads it', () => {
  fc.assert(
    fc.property(fc.oneof(spelling, spoilt), (text) => {
      expect(parseInstant(text)).toBe(parseDate(text))
    }),
    { numRuns: 3_000 },
  )
})

test.each([
  '2026-02-28T23:59:59.999Z',
  '2026-02-29T00:00:00.000Z',
  '2024-02-29T00:00:00.123456789Z',
  '2026-12-31T24:00:00.000Z',
  '2026-00-10T00:00:00.000Z',
])('%s is read as the full parser reads it', (text) => {
  expect(parseInstant(text)).toBe(parseDate(text))
})
