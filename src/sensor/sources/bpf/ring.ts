/** A frame begins with eight bytes: length with two flag bits, and an offset that only the kernel reads. */
export const frameBytes = 8

const busyBit = 0x8000_0000
const discardedBit = 0x4000_0000

/** What the first word of a frame says; `span` is what it takes in the ring, header and padding included. */
export function frameHeader(word: number): {
  readonly length: number
  readonly isDiscarded: boolean
  readonly span: number
} {
  const length = word & (discardedBit - 1)
  return {
    length,
    isDiscarded: (word & discardedBit) !== 0,
    span: (length + frameBytes + 7) & ~7,
  }
}

/** The shared memory of a kernel ring: two positions, and the data area, which is mapped twice in a row. */
export interface RingMemory {
  /** Holds the position up to which we have read, at its start. */
  readonly consumerPage: ArrayBuffer
  /** Holds the position up to which the kernel has reserved, at its start; the data area follows. */
  readonly producerPages: ArrayBuffer
  readonly dataOffset: number
  /** Size of the ring: half of the data area. */
  readonly bytes: number
}

/** Frames taken from the ring, as they lay there. */
export interface TakenFrames {
  readonly bytes: ArrayBuffer
  /** Frames that hold a record. */
  readonly records: number
}

/** Reads a ring; one reader at a time. */
export interface RingReader {
  /** Copies whole frames of at least one and, beyond that, at most `maxBytes`, and gives their place back to the kernel; undefined when there are none. */
  take(maxBytes: number): TakenFrames | undefined
}

/** A reader that continues where the last one stopped. */
export function ringReader(memory: RingMemory): RingReader {
  const { consumerPage, producerPages, dataOffset, bytes } = memory
  const consumer = new BigUint64Array(consumerPage, 0, 1)
  const producer = new BigUint64Array(producerPages, 0, 1)
  const words = new Uint32Array(producerPages, dataOffset)
  const mask = bytes - 1
  let position = Number(Atomics.load(consumer, 0))

  function take(maxBytes: number): TakenFrames | undefined {
    const end = Number(Atomics.load(producer, 0))
    const begin = position
    let records = 0
    while (position < end) {
      // Atomic, so that the record's bytes are read after the bit that says they are written.
      const word = Atomics.load(words, (position & mask) >>> 2)
      if (word & busyBit) break
      const { isDiscarded, span } = frameHeader(word)
      if (position > begin && position + span - begin > maxBytes) break
      if (!isDiscarded) records++
      position += span
    }
    if (position === begin) return undefined
    const offset = dataOffset + (begin & mask)
    const copy = producerPages.slice(offset, offset + position - begin)
    Atomics.store(consumer, 0, BigInt(position))
    return { bytes: copy, records }
  }

  return { take }
}
