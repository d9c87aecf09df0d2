/** The events of the store that satisfied a filter: where each stands, and when. */
export interface PostingList {
  /** Adds an event by its sequence and its times, epoch milliseconds; one that stands nowhere in time is left out. */
  add(sequence: number, times: readonly number[]): void
  /** The sequences of those that may stand between two times, both in; rising, each once. */
  within(fromMs: number, toMs: number): readonly number[]
  /** Forgets those that stand before a time. */
  dropBefore(ms: number): void
  readonly size: number
  /** Memory that they take. */
  readonly bytes: number
}

/** Of each posting: its sequence, its earliest and its latest time. */
const members = 3
const firstRoom = 4

/** An empty {@link PostingList}. Postings come in any order and more than once. */
export function postingList(): PostingList {
  let kept = new Float64Array(0)
  let size = 0

  const resize = (room: number): void => {
    const fresh = new Float64Array(room * members)
    fresh.set(kept.subarray(0, size * members))
    kept = fresh
  }

  return {
    add(sequence, times) {
      const [first] = times
      if (first === undefined) return
      let [earliestMs, latestMs] = [first, first]
      for (const ms of times) {
        if (ms < earliestMs) earliestMs = ms
        if (ms > latestMs) latestMs = ms
      }
      if (size * members === kept.length) resize(Math.max(firstRoom, size + (size >> 1)))
      kept.set([sequence, earliestMs, latestMs], size * members)
      size++
    },
    within(fromMs, toMs) {
      const sequences: number[] = []
      for (let at = 0; at < size * members; at += members) {
        const [sequence = 0, earliestMs = 0, latestMs = 0] = kept.subarray(at, at + members)
        if (earliestMs <= toMs && latestMs >= fromMs) sequences.push(sequence)
      }
      sequences.sort((a, b) => a - b)
      return sequences.filter((sequence, at) => sequence !== sequences[at - 1])
    },
    dropBefore(ms) {
      let left = 0
      for (let at = 0; at < size * members; at += members) {
        if ((kept[at + 2] ?? 0) < ms) continue
        kept.copyWithin(left * members, at, at + members)
        left++
      }
      size = left
      if (kept.length > firstRoom * members && size * members < kept.length / 4) resize(size)
    },
    get size() {
      return size
    },
    get bytes() {
      return kept.length * Float64Array.BYTES_PER_ELEMENT
    },
  }
}
