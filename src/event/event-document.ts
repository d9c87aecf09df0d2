import type { EventSource } from './document.ts'
import type { WrittenSource } from './written-source.ts'

/** A document and where it lives. `index` is the concrete data stream or index, `id` unique in it. */
export interface EventDocument {
  readonly index: string
  readonly id: string
  readonly source: EventSource
  /** The same as text, where it is at hand: whoever can do with that does not have it parsed. */
  readonly written?: WrittenSource
}
