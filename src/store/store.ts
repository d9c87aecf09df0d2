import type { DerivedStore } from './derived-store.ts'
import type { DocumentStore } from './document-store.ts'
import type { EventStore } from './event-store.ts'

/** Everything that one Vedette keeps. */
export interface Store {
  readonly events: EventStore
  readonly documents: DocumentStore
  readonly derived: DerivedStore
  /** Releases files, locks and workers; further use is an error. */
  close(): Promise<void>
}
