import type { EventDocument, EventSource, WrittenSource } from '#event'
import type { FilterPlan, MatchContext, NecessaryTerms } from '#query'

/** One event to keep, parsed. Without an id the store gives it one. */
export interface NewEvent {
  readonly index: string
  readonly id?: string
  readonly source: EventSource
}

/** The same of which there is the text: it is kept as it is, without being parsed. It nests at most 100 levels deep. */
export interface WrittenNewEvent extends Omit<NewEvent, 'source'> {
  readonly written: WrittenSource
}

/** What became of one event of an append, in the order of the request. */
export type AppendOutcome =
  | { readonly status: 'created'; readonly id: string; readonly sequence: number }
  /** An event with this id is there already in that index; the stored one stays. */
  | { readonly status: 'exists'; readonly id: string }
  /** It was not kept, and why, in a sentence for its sender. */
  | { readonly status: 'refused'; readonly id: string; readonly reason: string }

/** An event that a store has accepted. */
export interface AcceptedEvent extends EventDocument {
  /** Rises by one with every event that this store accepted; never reused. */
  readonly sequence: number
}

/** An event at rest. */
export interface StoredEvent extends AcceptedEvent {
  /** Wall time of acceptance, epoch milliseconds. */
  readonly ingestedMs: number
}

/** The two timestamps by which an event may be placed in time, as a rule chooses them. */
export interface TimeFields {
  /** `@timestamp`, or the rule's timestamp override. */
  readonly primary: string
  /** Used for events that lack the primary field altogether. */
  readonly secondary?: string
}

/** Event time, epoch milliseconds, both ends included. */
export interface TimeRange {
  readonly fields: TimeFields
  readonly fromMs: number
  readonly toMs: number
}

/** Which events to read, and in which order. */
export interface SearchRequest {
  /** Index patterns, with wildcards and exclusions. */
  readonly indices: readonly string[]
  readonly filter: FilterPlan
  /** What everything that the reader will keep of the answer holds: the store may leave out, unread, the rest. */
  readonly holding?: NecessaryTerms
  readonly context: MatchContext
  readonly time?: TimeRange
  /** Only events accepted after the one of this sequence; what lies before is passed over unread. */
  readonly afterSequence?: number
  /** Only events of these sequences, rising; what holds none of them is passed over unread. */
  readonly among?: readonly number[]
  /**
   * `time-…`: by the time fields, then by sequence, both in that direction (needs `time`; an event with
   * several times stands at its earliest when ascending, at its latest when descending). `sequence`: as
   * accepted.
   * Memory grows with the matching events only for `time-…`, and then with their positions, not their text.
   */
  readonly order: 'time-ascending' | 'time-descending' | 'sequence'
  /** Stop after so many events. */
  readonly limit?: number
  readonly signal?: AbortSignal
}

/** Which events to count by time, and how finely. */
export interface HistogramRequest extends Omit<
  SearchRequest,
  'order' | 'limit' | 'holding' | 'time'
> {
  readonly time: TimeRange
  /** Buckets begin at multiples of it since the epoch. */
  readonly bucketMs: number
}

/** Events in one stretch of time. */
export interface TimeBucket {
  readonly startMs: number
  readonly events: number
}

/** Of which events to count the values of which field. */
export interface TopValuesRequest extends Omit<SearchRequest, 'order' | 'limit' | 'holding'> {
  readonly field: string
  /** So many of the commonest are told. */
  readonly limit: number
}

/** The values of a field. An event with several counts once for each. */
export interface TopValues {
  /** Commonest first, then by value; numbers and booleans as text. */
  readonly values: readonly { readonly value: string; readonly events: number }[]
  /** How many different ones there are in all: of `host.id`, on how many hosts the events were. */
  readonly distinct: number
  /** Matching events that have the field. */
  readonly events: number
}

/** What the store knows of one index without reading its events. */
export interface IndexFacts {
  readonly index: string
  readonly events: number
  /** Event time by `@timestamp`, epoch milliseconds; undefined where no event has one. */
  readonly firstMs: number | undefined
  readonly lastMs: number | undefined
}

/** Which events of all that were ever accepted are there: those from `first` to `last`, both in; none where `first > last`. */
export interface SequenceRange {
  /** The sequence of the oldest event that retention has left. */
  readonly first: number
  /** The sequence of the newest event that readers see; 0 where there never was one. */
  readonly last: number
}

/** Sizes and counts of a store. */
export interface StoreFacts {
  readonly events: number
  readonly bytes: number
  /** Bytes met since the start that can no longer be read as what was written; their events are left out. */
  readonly damagedBytes: number
  readonly indices: readonly IndexFacts[]
}

/** How long and how much to keep. */
export interface Retention {
  /** Events accepted longer ago than this go, whole segments at a time: up to a tenth of it later. */
  readonly maxAgeMs?: number
  /** The oldest go when all events together take more than this on disk. */
  readonly maxBytes?: number
}

/**
 * Where events rest. Append-only: an event is never changed, and goes only by retention.
 * Readers see a snapshot taken when they start and never hold up the writer.
 */
export interface EventStore {
  /**
   * Keeps the events. When this resolves, every `created` one is on stable storage. One refused event
   * never refuses the others. Faults: `unavailable` (disk full or failing: nothing of the batch is kept),
   * `rate-limited` (too much waits for the disk already: send it again later).
   */
  append(events: readonly (NewEvent | WrittenNewEvent)[]): Promise<readonly AppendOutcome[]>
  /** Matching events in pages of at most a few hundred, in the order asked for. */
  search(request: SearchRequest): AsyncIterable<readonly StoredEvent[]>
  /** How many match. */
  count(request: Omit<SearchRequest, 'order' | 'limit'>): Promise<number>
  /**
   * Matching events by time, empty buckets left out; an event with several times counts at its earliest in
   * the range. Fault `too-large`.
   */
  histogram(request: HistogramRequest): Promise<readonly TimeBucket[]>
  /** The commonest values of a field in matching events. Fault `too-large`. */
  topValues(request: TopValuesRequest): Promise<TopValues>
  /** One event by index (concrete) and id. */
  get(index: string, id: string): Promise<StoredEvent | undefined>
  /** Concrete indices meant by patterns, in which at least one event has the field (all of them without a field). */
  indicesWith(patterns: readonly string[], field?: string): Promise<readonly string[]>
  /** Costs nothing: for whoever keeps up with the store. A search that begins now sees all of these. */
  sequences(): SequenceRange
  facts(): Promise<StoreFacts>
  /** Applies retention now; resolves to how many events went. */
  retain(retention: Retention): Promise<number>
  close(): Promise<void>
}
