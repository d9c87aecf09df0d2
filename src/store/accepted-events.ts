import type { AcceptedEvent, AppendOutcome, NewEvent } from './event-store.ts'

/** Those events of an append that are new in the store, as it has them; `outcomes` are in the events' order. */
export function acceptedEvents(
  events: readonly NewEvent[],
  outcomes: readonly AppendOutcome[],
): readonly AcceptedEvent[] {
  return events.flatMap(({ index, source }, position) => {
    const outcome = outcomes[position]
    if (outcome?.status !== 'created') return []
    return [{ index, id: outcome.id, source, sequence: outcome.sequence }]
  })
}
