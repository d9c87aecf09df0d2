import { expect, test } from 'vitest'
import { shortLookBack } from './short-look-back.ts'

test.each([
  ['now-9m', '5m', 'now', 4, false],
  ['now-9m', '5m', 'now', 5, true],
  ['now-9m', '5m', 'now-1m', 4, true],
  ['now-10m', '5m', 'now-1m', 4, false],
  ['now-9m', '5m', 'now', undefined, false],
  ['2020-01-01T00:00:00.000Z', '5m', 'now', 500, false],
  ['now-9m', '5m', '2030-01-01T00:00:00.000Z', 500, false],
  ['now-9m', 'never', 'now', 500, false],
])(
  'a window from %s every %s to %s is too short for a span of %s minutes: %s',
  (from, interval, to, minutes, expected) => {
    const said = shortLookBack(
      { from, interval, to },
      minutes === undefined ? undefined : minutes * 60_000,
    )
    expect(said !== undefined).toBe(expected)
  },
)

test('it is told how long windows overlap and how long a sequence may take', () => {
  const rule = { from: 'now-9m', interval: '5m', to: 'now' }
  expect(shortLookBack(rule, 300_000)).toBe(
    'two windows have 240s in common (from now-9m, every 5m), and a sequence may take 300s: one that lies across both is not found',
  )
})
