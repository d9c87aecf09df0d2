import { expect, test } from 'vitest'
import { parseInterval, scheduleOf } from './schedule.ts'

const noonMs = Date.UTC(2026, 2, 2, 12)
const minuteMs = 60_000

test('a window reaches from `from` to `to`, both relative to the start of the execution', () => {
  const schedule = scheduleOf({ interval: '5m', from: 'now-9m', to: 'now' })
  if (!schedule.ok) throw new Error('this schedule is right')
  const { intervalMs, lookBackMs, windowAt } = schedule.value
  expect({ intervalMs, lookBackMs }).toEqual({ intervalMs: 5 * minuteMs, lookBackMs: 4 * minuteMs })
  expect(windowAt(noonMs)).toEqual({ fromMs: noonMs - 9 * minuteMs, toMs: noonMs })
  expect(windowAt(noonMs + 5 * minuteMs).fromMs).toBe(noonMs - 4 * minuteMs)
})

test.each([
  ['now-5m', 0],
  ['now-4m', -minuteMs],
  ['now-1h/h', 55 * minuteMs],
  ['now/d', -5 * minuteMs],
  ['2026-01-01', undefined],
])('with an interval of 5m, %s looks back %s ms further than one interval', (from, lookBackMs) => {
  expect(scheduleOf({ interval: '5m', from, to: 'now' })).toMatchObject({ value: { lookBackMs } })
})

test('a window may begin at a date, and end before the start', () => {
  const schedule = scheduleOf({ interval: '1h', from: '2026-03-01T00:00:00Z', to: 'now-1m' })
  expect(schedule.ok && schedule.value.windowAt(noonMs)).toEqual({
    fromMs: Date.UTC(2026, 2, 1),
    toMs: noonMs - minuteMs,
  })
})

test('every time that does not parse is told', () => {
  const schedule = scheduleOf({ interval: '0m', from: 'yesterday', to: 'now-' })
  expect(schedule.ok ? [] : schedule.error.map(({ code, origin }) => [code, origin])).toEqual([
    ['rule.not-a-time', 'interval'],
    ['rule.not-a-time', 'from'],
    ['rule.not-a-time', 'to'],
  ])
})

test.each(['5', '5w', '5 m', '-5m', 'm', '1.5h', '100ms', ''])('%j is no interval', (text) => {
  expect(parseInterval(text)).toBeUndefined()
})
