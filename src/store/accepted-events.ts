import type { AcceptedEvent, AppendOutcome, NewEvent, WrittenNewEvent } from './event-store.ts'
import { acceptedEvent } from './written-event.ts'

/** Those events of an append that are new in the store, as it has them; `outcomes` are in the events' order. */
export function acceptedEvents(
  events: readonly (NewEvent | WrittenNewEvent)[],
  outcomes: readonly AppendOutcome[],
): readonly AcceptedEvent[] {
  const accepted: AcceptedEvent[] = []
  for (const [position, event] of events.entries()) {
    const outcome = outcomes[position]
    if (outcome?.status !== 'created') continue
    const { id, sequence } = outcome
    accepted.push(acceptedEvent({ index: event.index, id, sequence }, event))
  }
  return accepted
}
