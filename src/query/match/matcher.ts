import type { EventSource, FieldCatalogue } from '#event'

/** What a plan is compiled against. */
export interface MatchContext {
  readonly fields: FieldCatalogue
  /** What `now` means in date math, epoch milliseconds. */
  readonly nowMs: number
}

/** Whether a document satisfies a plan. Pure; safe to share. */
export type Matcher = (source: EventSource) => boolean
