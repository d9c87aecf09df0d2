import { expect, test } from 'vitest'
import { frame } from './record-bytes.fixture.ts'
import { ringReader, type RingReader } from './ring.ts'

const pageBytes = 4096
const busy = 0x8000_0000
const discarded = 0x4000_0000

/** A ring of one page in plain memory, written as the kernel writes: the data area appears twice. */
function ring() {
  const consumerPage = new ArrayBuffer(pageBytes)
  const producerPages = new ArrayBuffer(pageBytes * 3)
  const consumed = new BigUint64Array(consumerPage, 0, 1)
  const produced = new BigUint64Array(producerPages, 0, 1)
  const data = new Uint8Array(producerPages, pageBytes)
  const memory = { consumerPage, producerPages, dataOffset: pageBytes, bytes: pageBytes }
  function put(length: number, mark: number, flags = 0): number {
    const at = Number(produced[0])
    const bytes = frame(new Uint8Array(length).fill(mark), flags)
    bytes.forEach((byte, nth) => {
      const offset = (at + nth) % pageBytes
      data[offset] = byte
      data[offset + pageBytes] = byte
    })
    produced[0] = BigInt(at + bytes.byteLength)
    return at
  }
  function commit(at: number, length: number): void {
    for (const half of [0, pageBytes]) {
      new DataView(producerPages).setUint32(pageBytes + half + (at % pageBytes), length, true)
    }
  }
  return { memory, put, commit, consumed: () => Number(consumed[0]), reader: ringReader(memory) }
}

/** First byte of each record taken. */
function marksOf(reader: RingReader, maxBytes = pageBytes): readonly number[] {
  const taken = reader.take(maxBytes)
  if (taken === undefined) return []
  const view = new DataView(taken.bytes)
  const marks: number[] = []
  for (let at = 0; at < view.byteLength;) {
    marks.push(view.getUint8(at + 8))
    at += (view.getUint32(at, true) + 8 + 7) & ~7
  }
  return marks
}

test('an empty ring gives nothing', () => {
  expect(ring().reader.take(pageBytes)).toBeUndefined()
})

test('records come in the order of their reservation, and their place is given back', () => {
  const { put, reader, consumed } = ring()
  put(10, 1)
  put(20, 2)
  expect(marksOf(reader)).toEqual([1, 2])
  expect(consumed()).toBe(24 + 32)
  expect(marksOf(reader)).toEqual([])
})

test('a record that is still being written holds back those after it', () => {
  const { put, commit, reader } = ring()
  put(8, 1)
  const at = put(8, 2, busy)
  put(8, 3)
  expect(marksOf(reader)).toEqual([1])
  expect(marksOf(reader)).toEqual([])
  commit(at, 8)
  expect(marksOf(reader)).toEqual([2, 3])
})

test('a discarded frame takes its place but is not counted as a record', () => {
  const { put, reader, consumed } = ring()
  put(8, 1, discarded)
  put(8, 2)
  expect(reader.take(pageBytes)?.records).toBe(1)
  expect(consumed()).toBe(32)
})

test('records that cross the end of the ring are whole', () => {
  const { put, reader } = ring()
  for (let round = 1; round <= 50; round++) {
    put(1000, round)
    put(501, round + 100)
    expect(marksOf(reader)).toEqual([round, round + 100])
  }
})

test('a batch keeps to its size, but one record always goes through', () => {
  const { put, reader } = ring()
  put(100, 1)
  put(100, 2)
  put(100, 3)
  expect(marksOf(reader, 230)).toEqual([1, 2])
  put(2000, 4)
  expect(marksOf(reader, 230)).toEqual([3])
  expect(marksOf(reader, 230)).toEqual([4])
})

test('a new reader continues where the last one stopped', () => {
  const { memory, put, reader } = ring()
  put(8, 1)
  expect(marksOf(reader)).toEqual([1])
  put(8, 2)
  expect(marksOf(ringReader(memory))).toEqual([2])
})
