import type { EventDocument, FieldName } from '#event'
import { firstValueOf, type EventSource } from '#event'
import type { Ordinal } from '#query'
import type { TimeFields } from '#store'
import { eventMsOf } from '../../execution/event-time.ts'

/** How a rule puts events in their order. */
export interface Ordering {
  /** The time that orders them; absent: the one by which the rule sees them. */
  readonly timestampField?: FieldName
  /** Orders events of the same time; absent: as they were stored. */
  readonly tiebreakerField?: FieldName
}

/** Gives the time that orders an event, epoch milliseconds; undefined where it has none. */
export function orderTimeOf(
  { timestampField }: Ordering,
  time: TimeFields,
): (source: EventSource) => number | undefined {
  const fields = timestampField === undefined ? time : { primary: timestampField }
  return (source) => eventMsOf(source, fields)
}

/** The place of an event among others; one without a time comes last. */
export function placeOf(
  { source }: EventDocument,
  timeMs: number | undefined,
  { tiebreakerField, position }: Ordering & { readonly position: number },
): Ordinal {
  const tiebreaker =
    tiebreakerField === undefined ? undefined : firstValueOf(source, tiebreakerField)
  return {
    timeMs: timeMs ?? Number.POSITIVE_INFINITY,
    position,
    ...(tiebreaker === undefined ? {} : { tiebreaker }),
  }
}
