import { expect, test } from 'vitest'
import { spanText } from './span-text.ts'

test.each([
  [0, '0ms'],
  [850, '850ms'],
  [1_000, '1s'],
  [90_000, '1m 30s'],
  [3_600_000, '1h'],
  [4_321_000, '1h 12m'],
  [90 * 86_400_000 + 1, '90d'],
])('%i ms are told as %s', (ms, text) => {
  expect(spanText(ms)).toBe(text)
})
