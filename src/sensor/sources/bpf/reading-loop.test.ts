import { expect, test } from 'vitest'
import { drain, readOnce, type ReadingRoom } from './reading-loop.ts'
import type { TakenFrames } from './ring.ts'

/** A room whose ring holds batches of the given sizes, one record in each. */
function room(sizes: readonly number[], maxInFlightBytes = 1000) {
  const waiting: TakenFrames[] = sizes.map((size) => ({ bytes: new ArrayBuffer(size), records: 1 }))
  const delivered: number[] = []
  const inFlight = new Int32Array(new SharedArrayBuffer(4))
  const reading: ReadingRoom = {
    reader: { take: () => waiting.shift() },
    poller: { wait: () => true, close: () => undefined },
    inFlight,
    maxInFlightBytes,
    deliver: ({ byteLength }) => delivered.push(byteLength),
  }
  return { reading, waiting, delivered, inFlight }
}

test('all that the ring holds is handed over and counted', () => {
  const { reading, delivered, inFlight } = room([10, 20, 30])
  expect(readOnce(reading)).toBe(3)
  expect(delivered).toEqual([10, 20, 30])
  expect(inFlight[0]).toBe(60)
})

test('beyond the limit records stay in the ring until the other side has decoded', () => {
  const { reading, waiting, delivered, inFlight } = room([600, 600, 600])
  expect(readOnce(reading)).toBe(2)
  expect(readOnce(reading)).toBe(0)
  expect(waiting.length).toBe(1)
  Atomics.store(inFlight, 0, 0)
  expect(readOnce(reading)).toBe(1)
  expect(delivered).toEqual([600, 600, 600])
})

test('draining stops at the number that is asked for, though more keeps coming', () => {
  const { reading, waiting } = room([10])
  const endless = { take: () => ({ bytes: new ArrayBuffer(600_000), records: 1 }) }
  expect(drain({ ...reading, reader: endless, maxInFlightBytes: 2 ** 30 }, 10)).toBeLessThan(20)
  expect(waiting.length).toBe(1)
})

test('a round ends though the ring never runs empty', () => {
  const { reading } = room([])
  const endless = { take: () => ({ bytes: new ArrayBuffer(600_000), records: 1 }) }
  expect(readOnce({ ...reading, reader: endless, maxInFlightBytes: 2 ** 30 })).toBeLessThan(10)
})

test('draining an empty ring hands over nothing', () => {
  expect(drain(room([]).reading, 5)).toBe(0)
})
