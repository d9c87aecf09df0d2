import type { JsonObject, JsonValue } from '#base'
import type { FieldCatalogue } from '#event'
import type { FoundDocument } from '../found-document.ts'
import type { Budget } from '../limits.ts'

/** What one aggregation gathers from the documents that it is shown. */
export interface Tally {
  add(document: FoundDocument): void
  /** As Elasticsearch tells it; asked once, after the last document. */
  result(): JsonObject
}

/** Begins a {@link Tally}: one for a request, or one for each bucket around it. */
export type OpenTally = () => Tally

/** What an aggregation is read in. */
export interface AggregationReading {
  /** Path of keys from the top: `aggs.hosts.terms`. */
  readonly at: string
  readonly fields: FieldCatalogue
  /** What `now` means. */
  readonly nowMs: number
  readonly budget: Budget
  /** What is gathered in each bucket: the aggregations within. */
  readonly inner: OpenTally
  /** The names of those. */
  readonly innerNames: readonly string[]
}

/** One way of summing up documents. */
export interface Aggregation {
  /** By which name requests ask for it. */
  readonly kind: string
  /** Whether it makes buckets, in which others may stand. */
  readonly hasBuckets: boolean
  /** Faults: `invalid`, with the place, for a body that is not as it must be. */
  read(body: JsonValue, reading: AggregationReading): OpenTally
}
