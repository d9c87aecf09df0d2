import { Fault } from '#base'
import { pathOf, someValue } from '#event'
import type {
  HistogramRequest,
  StoredEvent,
  TimeBucket,
  TopValues,
  TopValuesRequest,
} from './event-store.ts'
import { eventTimesOf } from './event-time.ts'
import { maxBuckets, maxTalliedValues } from './limits.ts'

/** Matching events counted by time: one definition for every backend. */
export interface HistogramTally {
  add(event: StoredEvent): void
  /** So many events at a time of the range. */
  addAt(ms: number, events: number): void
  buckets(): readonly TimeBucket[]
}

/** A tally without events. Fault `too-large` when it gets more buckets than anybody can look at. */
export function histogramTally({
  time,
  bucketMs,
}: Pick<HistogramRequest, 'time' | 'bucketMs'>): HistogramTally {
  const counts = new Map<number, number>()

  const addAt = (ms: number, events: number): void => {
    const startMs = Math.floor(ms / bucketMs) * bucketMs
    const known = counts.get(startMs)
    if (known === undefined && counts.size >= maxBuckets) {
      throw new Fault(
        'too-large',
        'store.too-many-buckets',
        `count events by time: more than ${maxBuckets} buckets; ask for wider ones`,
      )
    }
    counts.set(startMs, (known ?? 0) + events)
  }

  return {
    addAt,
    add: ({ source }) => {
      const within = eventTimesOf(source, time.fields).filter(
        (ms) => ms >= time.fromMs && ms <= time.toMs,
      )
      if (within.length > 0) addAt(Math.min(...within), 1)
    },
    buckets: () =>
      [...counts]
        .map(([startMs, events]) => ({ startMs, events }))
        .toSorted((a, b) => a.startMs - b.startMs),
  }
}

/** Matching events counted by the values of a field: one definition for every backend. */
export interface ValuesTally {
  add(event: StoredEvent): void
  top(): TopValues
}

/** A tally without events. Fault `too-large` when the field has more values than can be counted in memory. */
export function valuesTally({
  field,
  limit,
}: Pick<TopValuesRequest, 'field' | 'limit'>): ValuesTally {
  const path = pathOf(field)
  const counts = new Map<string, number>()
  let events = 0

  const count = (value: string): void => {
    const known = counts.get(value)
    if (known === undefined && counts.size >= maxTalliedValues) {
      throw new Fault(
        'too-large',
        'store.too-many-values',
        `count values of ${field}: more than ${maxTalliedValues}; ask for less time`,
      )
    }
    counts.set(value, (known ?? 0) + 1)
  }

  return {
    add: ({ source }) => {
      const values = new Set<string>()
      someValue(source, path, (value) => {
        values.add(String(value))
        return false
      })
      for (const value of values) count(value)
      if (values.size > 0) events++
    },
    top: () => ({
      events,
      distinct: counts.size,
      values: [...counts]
        .map(([value, times]) => ({ value, events: times }))
        .toSorted((a, b) => b.events - a.events || (a.value < b.value ? -1 : 1))
        .slice(0, limit),
    }),
  }
}
