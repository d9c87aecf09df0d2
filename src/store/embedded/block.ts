import { eventTimesOf } from '../event-time.ts'
import type { StoredEvent } from '../event-store.ts'

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
}

/** Where the events of a block stand by one time field. */
export interface BlockTimes {
  /** Epoch milliseconds, both ends in; absent where no event has a readable one. */
  readonly firstMs?: number
  readonly lastMs?: number
  /** Events without a readable date in this field. */
  readonly missing: number
}

/** The time fields by which blocks can be passed over. */
export const trackedTimeFields: readonly string[] = ['@timestamp', 'event.ingested']

/** A block that can be read. Two readers may hold the same events: they are never changed. */
export interface Block {
  /** Undefined while the block still grows: then every event must be looked at. */
  readonly facts: BlockFacts | undefined
  /** Undefined where every term may be in it. */
  bloom(): Promise<Uint8Array | undefined>
  /** Its events in order of acceptance. A damaged block gives none, and has said so in the log. */
  events(): Promise<readonly StoredEvent[]>
  /** One of its events; cheaper than all of them. */
  find(index: string, id: string): Promise<StoredEvent | undefined>
}

/** The event with an id in an index, of some. */
export function eventWith(
  events: readonly StoredEvent[],
  index: string,
  id: string,
): StoredEvent | undefined {
  return events.find((event) => event.id === id && event.index === index)
}

/** The facts of some events. */
export function blockFactsOf(events: readonly StoredEvent[], textBytes: number): BlockFacts {
  return {
    count: events.length,
    textBytes,
    firstIngestedMs: events[0]?.ingestedMs ?? 0,
    lastIngestedMs: events.at(-1)?.ingestedMs ?? 0,
    indices: [...new Set(events.map(({ index }) => index))],
    times: Object.fromEntries(
      trackedTimeFields.map((field) => [field, blockTimesOf(events, field)]),
    ),
  }
}

function blockTimesOf(events: readonly StoredEvent[], field: string): BlockTimes {
  let firstMs = Infinity
  let lastMs = -Infinity
  let missing = 0
  for (const { source } of events) {
    const times = eventTimesOf(source, { primary: field })
    if (times.length === 0) missing++
    for (const ms of times) {
      if (ms < firstMs) firstMs = ms
      if (ms > lastMs) lastMs = ms
    }
  }
  return missing === events.length ? { missing } : { firstMs, lastMs, missing }
}
