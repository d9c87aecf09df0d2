import { matchSamples, type SampleMatch, type SamplePlan, type StagedEvent } from '#query'
import type { WindowSearch } from '../../rule-type.ts'
import { stagedEvents, type EventName, type JoinedQuestion } from './staged-events.ts'

/** A plan of groups of events in any order, and how the earliest of them are told. */
export interface SampleQuestion extends JoinedQuestion {
  readonly plan: SamplePlan
}

/** Events of one window from which samples are taken, at most. */
const maxEventsToSample = 200_000

/** One sample for each key of a window, by key: the first as many as alerts may be made. */
export async function samplesIn(
  search: WindowSearch,
  question: SampleQuestion,
  maxEvents = maxEventsToSample,
): Promise<readonly SampleMatch<EventName>[]> {
  const events: StagedEvent<EventName>[] = []
  let passedOver = 0
  for await (const event of stagedEvents(search, question)) {
    if (events.length < maxEvents) events.push(event)
    else passedOver++
  }
  if (passedOver > 0) {
    const message = `samples were taken of the first ${maxEvents} events; ${passedOver} more were passed over: narrow the stages`
    search.warn('sequences_forgotten', message)
  }
  return matchSamples(question.plan.stages.length, events, { size: search.maxAlerts })
}
