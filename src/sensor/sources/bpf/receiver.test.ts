import { expect, test } from 'vitest'
import type { ProcessRecord } from '../../record.ts'
import { receiver } from './receiver.ts'
import { batchOf, frame, recordBytes } from './record-bytes.fixture.ts'

/** A batch of forks with the given places in the numbering of CPU 0. */
function forks(...sequences: readonly number[]): ArrayBuffer {
  return batchOf(...sequences.map((sequence) => frame(recordBytes({ kind: 'fork', sequence }))))
}

function receiving() {
  const batches: (readonly ProcessRecord[])[] = []
  const inFlight = new Int32Array(new SharedArrayBuffer(4))
  const { batch, counters, tallies } = receiver((each) => batches.push(each), inFlight)
  const receive = (bytes: ArrayBuffer) => {
    Atomics.add(inFlight, 0, bytes.byteLength)
    batch(bytes)
  }
  return { batches, inFlight, receive, counters, tallies }
}

test('batches are handed on and make room for the next', () => {
  const { batches, inFlight, receive } = receiving()
  receive(forks(0, 1))
  receive(forks(2))
  expect(batches.map((batch) => batch.length)).toEqual([2, 1])
  expect(inFlight[0]).toBe(0)
})

test('what found no room is lost, counted by the kernel and proven by the numbering', () => {
  const { receive, counters } = receiving()
  receive(forks(0, 1, 5))
  expect(counters({ attempted: 7, lost: 4 })).toMatchObject({
    produced: 7,
    delivered: 3,
    lost: 4,
    sequenceGaps: 3,
  })
})

test('what the kernel wrote and nobody received is lost too', () => {
  const { receive, counters } = receiving()
  receive(forks(0, 1))
  expect(counters({ attempted: 5, lost: 1 })).toMatchObject({ produced: 5, delivered: 2, lost: 3 })
})

test('records that arrived after the kernel was asked are not held against it', () => {
  const { receive, counters } = receiving()
  receive(forks(0, 1, 2))
  expect(counters({ attempted: 2, lost: 0 })).toMatchObject({ produced: 3, delivered: 3, lost: 0 })
})

test('an undecodable record is produced but not delivered', () => {
  const { receive, counters, batches } = receiving()
  receive(batchOf(frame(new Uint8Array(5))))
  expect(batches).toEqual([])
  expect(counters({ attempted: 1, lost: 0 })).toMatchObject({
    produced: 1,
    delivered: 0,
    lost: 0,
    undecodable: 1,
  })
})
