import { expect, test } from 'vitest'
import { instantsOf, instantText } from './instant.ts'

const { stored, asked } = instantsOf('date_nanos')
const second = 1_718_449_200_000_000_000n

test.each([
  ['2024-06-15T11:00:00.123456789Z', second + 123_456_789n],
  ['2024-06-15T11:00:00.1Z', second + 100_000_000n],
  ['2024-06-15T11:00:00Z', second],
  [1_718_449_200_000, second],
  ['no date', undefined],
  [true, undefined],
])('a document that says %j stands at %s', (value, nanos) => {
  expect(stored(value)).toBe(nanos)
})

test.each([
  ['2024-06-15T11:00:00.000000001Z', second + 1n, second + 1n],
  ['2024-06-15T11:00:00Z', second, second + 999_999_999n],
  ['1718449200000', second, second],
  ['-3', -3_000_000n, -3_000_000n],
])('a query that says %s means from %s to %s', (text, first, last) => {
  expect([asked(text, 0, 'down'), asked(text, 0, 'up')]).toEqual([first, last])
})

test('an instant has one spelling, with as many digits as its type keeps', () => {
  const value = '2024-06-15T11:00:00.1234567Z'
  expect(instantText(value, 'date_nanos')).toBe('2024-06-15T11:00:00.123456700Z')
  expect(instantText(value, 'date')).toBe('2024-06-15T11:00:00.123Z')
  expect(instantText('never', 'date')).toBeUndefined()
})
