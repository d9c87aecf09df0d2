import { expect, test } from 'vitest'
import { arrivals } from './arrivals.ts'

const at = (timeMs: number, position: number) => ({ at: { timeMs, position } })

test('events go in their order, once they have waited long enough', () => {
  const waiting = arrivals<ReturnType<typeof at>>({ settleMs: 10, maxEvents: 100 })
  for (const event of [at(3, 1), at(1, 2), at(2, 3)]) waiting.add(event)
  expect(waiting.settled(10)).toEqual([])
  expect(waiting.settled(12)).toEqual([at(1, 2), at(2, 3)])
  expect(waiting.counts()).toEqual({ waiting: 1, late: 0, hurried: 0 })
})

test('an event that comes too late goes all the same, and is counted', () => {
  const waiting = arrivals<ReturnType<typeof at>>({ settleMs: 0, maxEvents: 100 })
  waiting.add(at(5, 1))
  expect(waiting.settled(5)).toEqual([at(5, 1)])
  waiting.add(at(4, 2))
  expect(waiting.settled(5)).toEqual([at(4, 2)])
  expect(waiting.counts()).toEqual({ waiting: 0, late: 1, hurried: 0 })
})

test('when too many wait the earliest go before their time, and are counted', () => {
  const waiting = arrivals<ReturnType<typeof at>>({ settleMs: 10, maxEvents: 2 })
  expect([at(3, 1), at(1, 2), at(2, 3)].flatMap((event) => waiting.add(event))).toEqual([at(1, 2)])
  expect(waiting.counts()).toEqual({ waiting: 2, late: 0, hurried: 1 })
})
