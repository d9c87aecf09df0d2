import type { Clock } from '#base'
import { acceptedEvents, type AcceptedEvent, type AppendOutcome, type EventStore } from '#store'
import { arrivalsByMinute, type ArrivalsByMinute } from './arrivals-by-minute.ts'
import { stamper, type Arrival } from './arrival.ts'

/** The one way in for events, whoever saw them: shippers through `_bulk`, the local sensor directly. */
export interface Ingest {
  /**
   * Keeps the events, with the time of their arrival as `event.ingested`, and tells the engine of each new one.
   * When this resolves, every `created` event is on stable storage. Faults: those of the event store.
   */
  append(events: readonly Arrival[]): Promise<readonly AppendOutcome[]>
  /** What was kept, known already and refused since the start. */
  counts(): IngestCounts
  /** What was kept by the minute, in the last hour. */
  byMinute(): ReturnType<ArrivalsByMinute['told']>
}

/** Events by what became of them since the server started. */
export interface IngestCounts {
  readonly created: number
  readonly exists: number
  readonly refused: number
}

/** An {@link Ingest} over a store; `offer` is called with new events only, once they are durable. */
export function createIngest({
  events: store,
  clock,
  offer,
}: {
  readonly events: EventStore
  readonly clock: Clock
  readonly offer: (events: readonly AcceptedEvent[]) => void
}): Ingest {
  const counts = { created: 0, exists: 0, refused: 0 }
  const minutes = arrivalsByMinute()
  return {
    async append(events) {
      const stamped = events.map(stamper(clock.nowMs()))
      const outcomes = await store.append(stamped)
      for (const { status } of outcomes) counts[status]++
      const created = acceptedEvents(stamped, outcomes)
      minutes.add(created.length, clock.nowMs())
      if (created.length > 0) offer(created)
      return outcomes
    },
    counts: () => ({ ...counts }),
    byMinute: () => minutes.told(clock.nowMs()),
  }
}
