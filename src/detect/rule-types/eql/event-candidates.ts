import type { EventDocument } from '#event'
import { compareOrdinals, type Ordinal, type PipePlan } from '#query'
import { eventsOfWindow } from '../../execution/window-events.ts'
import type { Candidate, WindowSearch } from '../../rule-type.ts'
import { candidateOf } from '../event-candidate.ts'
import { keptResults } from './kept-results.ts'
import { orderTimeOf, placeOf, type Ordering } from './ordering.ts'

/** Matching events of a window that pipes leave, in their order: the last as many as alerts may be made. */
export async function eventCandidates(
  search: WindowSearch,
  { pipes, ...ordering }: Ordering & { readonly pipes: readonly PipePlan[] },
): Promise<readonly Candidate[]> {
  const timeOf = orderTimeOf(ordering, search.time)
  const size = search.maxAlerts
  const kept = keptResults<PlacedEvent>((a, b) => compareOrdinals(a.at, b.at), { pipes, size })
  let position = 0
  for await (const page of eventsOfWindow(search)) {
    kept.take(
      page.map((event) => {
        const at = placeOf(event, timeOf(event.source), { ...ordering, position: position++ })
        return { event, at }
      }),
    )
  }
  return kept.end().flatMap(({ event }) => candidateOf(event, search))
}

interface PlacedEvent {
  readonly event: EventDocument
  readonly at: Ordinal
}
