import { expect, test } from 'vitest'
import { arrivalsByMinute } from './arrivals-by-minute.ts'

const minuteMs = 60_000

test('arrivals of the last hour are told by their minute, older ones are forgotten', () => {
  const arrivals = arrivalsByMinute()
  arrivals.add(3, 10 * minuteMs)
  arrivals.add(4, 10 * minuteMs + 59_999)
  arrivals.add(1, 12 * minuteMs)
  expect(arrivals.told(12 * minuteMs)).toEqual([
    { startMs: 10 * minuteMs, events: 7 },
    { startMs: 12 * minuteMs, events: 1 },
  ])
  arrivals.add(5, 70 * minuteMs)
  expect(arrivals.told(70 * minuteMs)).toEqual([
    { startMs: 12 * minuteMs, events: 1 },
    { startMs: 70 * minuteMs, events: 5 },
  ])
  expect(arrivals.told(500 * minuteMs)).toEqual([])
})
