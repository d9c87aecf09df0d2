import { expect, test } from 'vitest'
import { readOnce, settle, type ReadingRoom } from './reading-loop.ts'
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

test('settling hands over what the kernel counted, though more keeps coming', () => {
  const { reading } = room([])
  const endless = { take: () => ({ bytes: new ArrayBuffer(600_000), records: 1 }) }
  const endlessRoom = { ...reading, reader: endless, maxInFlightBytes: 2 ** 30 }
  const counted = { attempted: 12, lost: 2 }
  const { received, tallies } = settle(endlessRoom, { received: 3, tallies: () => counted })
  expect(tallies).toEqual(counted)
  expect(received).toBeGreaterThanOrEqual(10)
  expect(received).toBeLessThan(30)
})

test('a record that was counted but not yet written is waited for', () => {
  const { reading, waiting, delivered } = room([10])
  let asked = 0
  const tallies = () => {
    // Between the second and the third question the other CPU gets on.
    if (++asked === 3) waiting.push({ bytes: new ArrayBuffer(20), records: 1 })
    return { attempted: 2, lost: 0 }
  }
  expect(settle(reading, { received: 0, tallies }).received).toBe(2)
  expect(delivered).toEqual([10, 20])
})

test('a loss that the kernel tells a moment later is no missing record', () => {
  const { reading } = room([10])
  let asked = 0
  const tallies = () => ({ attempted: 2, lost: ++asked < 3 ? 0 : 1 })
  expect(settle(reading, { received: 0, tallies })).toEqual({
    received: 1,
    tallies: { attempted: 2, lost: 1 },
  })
})

test('a record that never comes is not waited for without end', () => {
  const counted = { attempted: 5, lost: 1 }
  const { reading } = room([10])
  expect(settle(reading, { received: 0, tallies: () => counted })).toEqual({
    received: 1,
    tallies: counted,
  })
})

test('a round ends though the ring never runs empty', () => {
  const { reading } = room([])
  const endless = { take: () => ({ bytes: new ArrayBuffer(600_000), records: 1 }) }
  expect(readOnce({ ...reading, reader: endless, maxInFlightBytes: 2 ** 30 })).toBeLessThan(10)
})
