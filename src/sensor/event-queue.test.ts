import { manualClock, silentLogger } from '#base'
import type { EventDocument } from '#event'
import { expect, test } from 'vitest'
import { eventQueue } from './event-queue.ts'

const document = (id: string): EventDocument => ({ index: 'logs-x', id, source: {} })
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('a slow receiver gets every admitted event in order, and what had no room is counted by kind', async () => {
  const received: string[] = []
  let go = () => {}
  const queue = eventQueue({
    clock: manualClock(0),
    logger: silentLogger,
    capacity: 3,
    deliver: async (batch) => {
      await new Promise<void>((resolve) => (go = resolve))
      received.push(...batch.map(({ id }) => id))
    },
  })
  const admitted = ['a', 'b', 'c', 'd', 'e'].filter((id) => {
    const has = queue.admit(id < 'd' ? 'exec' : 'end')
    if (has) queue.push(document(id))
    return has
  })
  expect(admitted).toEqual(['a', 'b', 'c'])
  await settled()
  go()
  await settled()
  expect(received).toEqual(['a', 'b', 'c'])
  expect(queue.counts()).toEqual({
    waiting: 0,
    delivered: 3,
    dropped: { exec: 0, fork: 0, end: 2, already_running: 0 },
  })
})

test('a refused batch is offered again, once a second', async () => {
  const clock = manualClock(0)
  let refusals = 2
  const received: string[] = []
  const queue = eventQueue({
    clock,
    logger: silentLogger,
    deliver: (batch) => {
      if (refusals-- > 0) throw new Error('store down')
      received.push(...batch.map(({ id }) => id))
    },
  })
  queue.push(document('a'))
  await settled()
  queue.push(document('b'))
  await clock.advanceTo(1000)
  expect(received).toEqual([])
  await clock.advanceTo(2000)
  expect(received).toEqual(['a', 'b'])
})

test('documents about the sensor itself always have room', async () => {
  const received: string[] = []
  const queue = eventQueue({
    clock: manualClock(0),
    logger: silentLogger,
    capacity: 0,
    deliver: (batch) => void received.push(...batch.map(({ id }) => id)),
  })
  expect(queue.admit('exec')).toBe(false)
  queue.pushUrgent(document('heartbeat'))
  await queue.close()
  expect(received).toEqual(['heartbeat'])
})

test('closing hands over what waits', async () => {
  const received: string[] = []
  const queue = eventQueue({
    clock: manualClock(0),
    logger: silentLogger,
    deliver: (batch) => void received.push(...batch.map(({ id }) => id)),
  })
  queue.push(document('a'))
  await queue.close()
  expect(received).toEqual(['a'])
})
