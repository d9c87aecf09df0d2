import type { EventDocument } from '#event'

/** A document that a search met. */
export interface FoundDocument extends EventDocument {
  /** Where it stands in the order of arrival: what `_doc` and `_shard_doc` sort by. Alerts come after all events. */
  readonly place: number
}
