import { eventAlertId } from '#alert'
import type { EventDocument } from '#event'
import { eventMsOf } from '../execution/event-time.ts'
import type { Candidate, EarlyAnswers, WindowSearch } from '../rule-type.ts'

/** An event that alerts by itself; none where it has no time that the rule could see it by. */
export function candidateOf(
  event: EventDocument,
  { time, owner }: WindowSearch,
): readonly Candidate[] {
  const eventMs = eventMsOf(event.source, time)
  if (eventMs === undefined) return []
  return [{ event, eventMs, alertId: eventAlertId(event, owner), extras: {} }]
}

/** Of rules whose every event alerts by itself: its own time decides, and nothing needs remembering. */
export const earlyEvents: EarlyAnswers = {
  answer: async (events, search) =>
    events.flatMap((event) => {
      const [candidate] = candidateOf(event, search)
      if (candidate === undefined) return []
      const { fromMs, toMs } = search.window
      return candidate.eventMs >= fromMs && candidate.eventMs <= toMs ? [candidate] : []
    }),
}
