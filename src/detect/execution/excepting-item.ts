import type { EventDocument } from '#event'

/** An exception item made ready to be asked for one document at a time. */
export interface ExceptingItem {
  readonly itemId: string
  excepts(event: EventDocument): boolean
}
