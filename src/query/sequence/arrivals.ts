import { compareOrdinals, type Ordinal } from './ordinal.ts'

/** Events that wait until those which belong before them must have arrived. */
export interface Arrivals<T> {
  /** Takes an event; gives those that must go at once because too many wait: the earliest. */
  add(event: T): readonly T[]
  /** The events that have waited long enough at `nowMs`, in their order. */
  settled(nowMs: number): readonly T[]
  counts(): ArrivalCounts
}

/** How many events wait, and how many did not come in their order all the same. */
export interface ArrivalCounts {
  readonly waiting: number
  /** Events that came after a later one had already gone; they go next, out of their order. */
  readonly late: number
  /** Events that went before their time because too many waited. */
  readonly hurried: number
}

/**
 * Puts events in their order that arrive up to `settleMs` late: each waits until that long after its own
 * time. At most `maxEvents` wait.
 */
export function arrivals<T extends { readonly at: Ordinal }>({
  settleMs,
  maxEvents,
}: {
  readonly settleMs: number
  readonly maxEvents: number
}): Arrivals<T> {
  const waiting: T[] = []
  let [late, hurried] = [0, 0]
  let gone: Ordinal | undefined
  const released = (count: number): readonly T[] => {
    const events = waiting.splice(0, count)
    gone = events.at(-1)?.at ?? gone
    return events
  }
  return {
    add(event) {
      if (gone !== undefined && compareOrdinals(event.at, gone) < 0) late++
      waiting.splice(placeOf(event.at, waiting), 0, event)
      if (waiting.length <= maxEvents) return []
      hurried++
      return released(1)
    },
    settled(nowMs) {
      const first = waiting.findIndex(({ at }) => at.timeMs + settleMs > nowMs)
      return released(first < 0 ? waiting.length : first)
    },
    counts: () => ({ waiting: waiting.length, late, hurried }),
  }
}

/** Where an event belongs among events in their order. */
function placeOf(at: Ordinal, events: readonly { readonly at: Ordinal }[]): number {
  let [low, high] = [0, events.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const other = events[middle]
    if (other !== undefined && compareOrdinals(other.at, at) < 0) low = middle + 1
    else high = middle
  }
  return low
}
