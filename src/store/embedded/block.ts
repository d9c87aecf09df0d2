import { timesOfEvent } from '../event-time.ts'
import type { StoredEvent } from '../event-store.ts'
import type { BlockRows } from './column-reader.ts'
import type { ChosenRows } from './row-choice.ts'

/** A run of events that are packed, checked and read together. */
export interface BlockFacts {
  readonly count: number
  /** Bytes of its NDJSON before packing. */
  readonly textBytes: number
  readonly firstIngestedMs: number
  readonly lastIngestedMs: number
  readonly indices: readonly string[]
  /** By tracked time field. */
  readonly times: { readonly [field: string]: BlockTimes }
  /**
   * Events by minute of their `@timestamp`, counted since the epoch. Absent where one has several times, where
   * there are too many minutes, and in segments of the first release's beginnings.
   */
  readonly minutes?: readonly (readonly [minute: number, events: number])[]
}

/** The length of a minute. */
export const minuteMs = 60_000

/** More minutes than this are not worth their place. */
const maxMinutes = 64

/** Where the events of a block stand by one time field. */
export interface BlockTimes {
  /** Epoch milliseconds, both ends in; absent where no event has a readable one. */
  readonly firstMs?: number
  readonly lastMs?: number
  /** Events without a readable date in this field. */
  readonly missing: number
}

/** Where the events of several blocks stand together. */
export function timesOfAll(blocks: readonly BlockFacts['times'][]): BlockFacts['times'] {
  return Object.fromEntries(
    trackedTimeFields.flatMap((field) => {
      const each = blocks.flatMap((times) => times[field] ?? [])
      // What one of them does not know is not known of all.
      if (each.length < blocks.length) return []
      return [[field, each.reduce(together)]]
    }),
  )
}

function together(a: BlockTimes, b: BlockTimes): BlockTimes {
  const missing = a.missing + b.missing
  if (a.firstMs === undefined || a.lastMs === undefined) return { ...b, missing }
  if (b.firstMs === undefined || b.lastMs === undefined) return { ...a, missing }
  return {
    missing,
    firstMs: Math.min(a.firstMs, b.firstMs),
    lastMs: Math.max(a.lastMs, b.lastMs),
  }
}

/** The time fields by which blocks can be passed over; the first is that of the facts of an index. */
export const trackedTimeFields: readonly string[] = ['@timestamp', 'event.ingested']

/** A block that can be read. Two readers may hold the same events: they are never changed. */
export interface Block {
  /** Undefined while the block still grows: then every event must be looked at. */
  readonly facts: BlockFacts | undefined
  /** Where its events stand in columns; undefined where there are none. */
  readonly rows: BlockRows | undefined
  /** Undefined where every term may be in it. */
  bloom(): Promise<Uint8Array | undefined>
  /** Its events in order of acceptance. A damaged block gives none, and has said so in the log. */
  events(): Promise<readonly StoredEvent[]>
  /** The events that may be wanted, and perhaps others, with their places; cheaper than all of them where few are. */
  eventsWhere(wanted: Wanted): Promise<readonly PlacedEvent[]>
  /** One of its events; cheaper than all of them. */
  find(index: string, id: string): Promise<StoredEvent | undefined>
}

/** Which events of a block may be wanted: those that pass both, where both are known. */
export interface Wanted {
  readonly rows: ChosenRows | undefined
  readonly line: LineTest | undefined
}

/** Whether the line that lies between two places of some bytes may be wanted. */
export type LineTest = (bytes: Buffer, start: number, end: number) => boolean

/** An event and its place in its block. */
export interface PlacedEvent {
  readonly event: StoredEvent
  readonly row: number
}

/** All of some events, placed. */
export function placed(events: readonly StoredEvent[]): readonly PlacedEvent[] {
  return events.map((event, row) => ({ event, row }))
}

/** The event with an id in an index, of some. */
export function eventWith(
  events: readonly StoredEvent[],
  index: string,
  id: string,
): StoredEvent | undefined {
  return events.find((event) => event.id === id && event.index === index)
}

/** Facts that grow with the events of a block. */
export interface GrowingFacts {
  add(event: StoredEvent, times: TrackedTimes, textBytes: number): void
  facts(): BlockFacts
}

/** The times of one event, by tracked field, in the order of {@link trackedTimeFields}. */
export type TrackedTimes = readonly (readonly number[])[]

/** Reads the times by which blocks are passed over. */
export function trackedTimesOf(event: StoredEvent): TrackedTimes {
  return trackedTimeFields.map((field) => timesOfEvent(event, field))
}

/** The facts of no events. */
export function growingFacts(): GrowingFacts {
  const indices = new Set<string>()
  const minutes = new Map<number, number>()
  let minutesKnown = true
  const spans = trackedTimeFields.map(() => ({ firstMs: Infinity, lastMs: -Infinity, missing: 0 }))
  let count = 0
  let textBytes = 0
  let firstIngestedMs = Infinity
  let lastIngestedMs = 0

  const noteMinute = (times: readonly number[]): void => {
    if (times.length > 1 || minutes.size > maxMinutes) minutesKnown = false
    const [ms] = times
    if (ms === undefined || !minutesKnown) return
    const minute = Math.floor(ms / minuteMs)
    minutes.set(minute, (minutes.get(minute) ?? 0) + 1)
  }

  return {
    add: ({ index, ingestedMs }, times, bytes) => {
      count++
      textBytes += bytes
      firstIngestedMs = Math.min(firstIngestedMs, ingestedMs)
      lastIngestedMs = ingestedMs
      indices.add(index)
      noteMinute(times[0] ?? [])
      spans.forEach((span, at) => {
        const own = times[at] ?? []
        if (own.length === 0) span.missing++
        for (const ms of own) {
          if (ms < span.firstMs) span.firstMs = ms
          if (ms > span.lastMs) span.lastMs = ms
        }
      })
    },
    facts: () => ({
      count,
      textBytes,
      firstIngestedMs,
      lastIngestedMs,
      indices: [...indices],
      ...(minutesKnown && { minutes: [...minutes] }),
      times: Object.fromEntries(
        spans.map(({ firstMs, lastMs, missing }, at) => [
          trackedTimeFields[at] ?? '',
          missing === count ? { missing } : { firstMs, lastMs, missing },
        ]),
      ),
    }),
  }
}
