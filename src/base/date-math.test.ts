import { expect, test } from 'vitest'
import { parseDate, parseDateMath } from './date-math.ts'

const nowMs = Date.parse('2024-06-15T12:34:56.789Z')

test.each([
  ['2024-06-15', '2024-06-15T00:00:00.000Z', '2024-06-15T23:59:59.999Z'],
  ['2024-06', '2024-06-01T00:00:00.000Z', '2024-06-30T23:59:59.999Z'],
  ['2024', '2024-01-01T00:00:00.000Z', '2024-12-31T23:59:59.999Z'],
  ['2024-06-15T10', '2024-06-15T10:00:00.000Z', '2024-06-15T10:59:59.999Z'],
  ['2024-06-15T10:11', '2024-06-15T10:11:00.000Z', '2024-06-15T10:11:59.999Z'],
  ['2024-06-15T10:11:12', '2024-06-15T10:11:12.000Z', '2024-06-15T10:11:12.999Z'],
  ['2024-06-15T10:11:12.3456', '2024-06-15T10:11:12.345Z', '2024-06-15T10:11:12.345Z'],
  ['2024-06-15T10:11:12+02:00', '2024-06-15T08:11:12.000Z', '2024-06-15T08:11:12.999Z'],
  ['1718451000123', '2024-06-15T11:30:00.123Z', '2024-06-15T11:30:00.123Z'],
  ['12', '1970-01-01T00:00:00.012Z', '1970-01-01T00:00:00.012Z'],
])('%s begins at %s and ends at %s', (text, first, last) => {
  expect(isoOf(parseDate(text))).toBe(first)
  expect(isoOf(parseDate(text, 'up'))).toBe(last)
})

test.each([
  '',
  'x',
  '2024-13',
  '2024-02-30',
  '2024-06-15T24:00',
  '2024-6-1',
  '9'.repeat(16),
  '999999-01',
])('%j is no date', (text) => {
  expect(parseDate(text)).toBeUndefined()
  expect(parseDateMath(text, { nowMs })).toBeUndefined()
})

test.each([
  ['now', 'down', '2024-06-15T12:34:56.789Z'],
  ['now-30m', 'down', '2024-06-15T12:04:56.789Z'],
  ['now/d', 'down', '2024-06-15T00:00:00.000Z'],
  ['now/d', 'up', '2024-06-15T23:59:59.999Z'],
  ['now-1M/M', 'down', '2024-05-01T00:00:00.000Z'],
  ['now/w', 'down', '2024-06-10T00:00:00.000Z'],
  ['now+1y', 'down', '2025-06-15T12:34:56.789Z'],
  ['2024-01-31||+1M', 'down', '2024-02-29T00:00:00.000Z'],
  ['2024-01-01||+1M/d', 'up', '2024-02-01T23:59:59.999Z'],
] as const)('%s rounded %s is %s', (text, rounding, iso) => {
  expect(isoOf(parseDateMath(text, { nowMs, rounding }))).toBe(iso)
})

test.each(['now-', 'nowish', 'now-1x', '||+1d', '2024||', 'now+999999999y', 'now/'])(
  'the date math %j is refused, or harmless',
  (text) => {
    const ms = parseDateMath(text, { nowMs })
    expect(ms === undefined || Number.isFinite(ms)).toBe(true)
  },
)

function isoOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString()
}
