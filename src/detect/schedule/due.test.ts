import { expect, test } from 'vitest'
import { installedOf, minuteMs, noonMs } from '../detect.fixture.ts'
import { dueTimesOf, patienceMs } from './due.ts'

const intervalMs = 5 * minuteMs
const rules = Array.from({ length: 2_000 }, (_, n) => installedOf({ rule_id: `rule ${n}` }))

test('2,000 five-minute rules are due all over the interval, never many in the same second', () => {
  const seconds = new Map<number, number>()
  for (const rule of rules) {
    const dueMs = dueTimesOf(rule).nextAfter(noonMs)
    expect(dueMs).toBeGreaterThan(noonMs)
    expect(dueMs).toBeLessThanOrEqual(noonMs + intervalMs)
    const second = Math.floor((dueMs - noonMs) / 1_000)
    seconds.set(second, (seconds.get(second) ?? 0) + 1)
  }
  // 2,000 thrown into 300 seconds at random: 6.7 each, hardly a second with none and none with thrice that.
  expect(seconds.size).toBeGreaterThan(290)
  expect(Math.max(...seconds.values())).toBeLessThanOrEqual(20)
  for (let tenth = 0; tenth < 10; tenth++) {
    const inTenth = [...seconds].filter(([second]) => Math.floor(second / 30) === tenth)
    const due = inTenth.reduce((sum, [, count]) => sum + count, 0)
    expect(due).toBeGreaterThan(150)
    expect(due).toBeLessThan(250)
  }
})

test('a rule waits for company only among many, and for a sixtieth of its interval at most', () => {
  const due = dueTimesOf(installedOf({}))
  expect([1, 99, 100, 2_000, 50_000].map((count) => patienceMs(due, count))).toEqual([
    0, 0, 250, 1_000, 1_000,
  ])
  expect(patienceMs(dueTimesOf(installedOf({ interval: '30s' })), 2_000)).toBe(500)
})
