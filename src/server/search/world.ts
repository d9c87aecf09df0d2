import type { Clock } from '#base'
import type { AlertBook } from '#detect'
import type { FieldCatalogue } from '#event'
import type { EventStore } from '#store'

/** What searches read. */
export interface SearchWorld {
  readonly events: EventStore
  readonly alerts: AlertBook
  readonly fields: FieldCatalogue
  readonly clock: Clock
  /** Made by a client, though nothing was sent to it yet. */
  readonly isCreated: (index: string) => boolean
}
