import { expect, test } from 'vitest'
import { standings } from './standings.ts'

const minute = { fromMs: 0, untilMs: 60_000, generation: 1 }

test('what was made ready holds until its time is over or any rule changes', () => {
  const ready = standings<string, number>()
  ready.set('a', 1, minute)
  expect(ready.isCurrent('a', 59_999, 1)).toBe(true)
  expect(ready.isCurrent('a', 60_000, 1)).toBe(false)
  expect(ready.isCurrent('a', -1, 1)).toBe(false)
  expect(ready.isCurrent('a', 0, 2)).toBe(false)
})

test('a rule for which there is nothing to make ready is current too', () => {
  const ready = standings<string, number>()
  ready.set('a', undefined, minute)
  expect(ready.get('a')).toBeUndefined()
  expect(ready.isCurrent('a', 0, 1)).toBe(true)
})

test('all are current from when all were looked at until the first is not', () => {
  const ready = standings<string, number>()
  expect(ready.areAllCurrent(0, 1)).toBe(false)
  ready.set('a', 1, minute)
  ready.set('b', 2, { ...minute, untilMs: 30_000 })
  expect(ready.areAllCurrent(0, 1)).toBe(false)
  ready.looked(1)
  expect([0, 29_999, 30_000].map((nowMs) => ready.areAllCurrent(nowMs, 1))).toEqual([
    true,
    true,
    false,
  ])
  expect(ready.areAllCurrent(0, 2)).toBe(false)
  ready.delete('a')
  expect(ready.areAllCurrent(0, 1)).toBe(false)
})
