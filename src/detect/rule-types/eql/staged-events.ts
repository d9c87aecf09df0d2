import type { EventDocument } from '#event'
import {
  compareOrdinals,
  compileStages,
  type JoinedPlan,
  type StagedEvent,
  type StageMatcher,
} from '#query'
import { eventsOfWindow } from '../../execution/window-events.ts'
import type { WindowSearch } from '../../rule-type.ts'
import { orderTimeOf, type Ordering } from './ordering.ts'

/** A plan whose events are joined by keys, and how these are put in order. */
export interface JoinedQuestion extends Ordering {
  readonly plan: JoinedPlan
}

/** The name of an event: all that is held of it until what it takes part in is complete. */
export type EventName = Pick<EventDocument, 'index' | 'id'>

/** Says which parts events can play, one after the other in the order in which they were stored. */
export function stager(
  { plan, ...ordering }: JoinedQuestion,
  { context, time }: Pick<WindowSearch, 'context' | 'time'>,
  onUntimed: () => void = () => undefined,
): (event: EventDocument) => StagedEvent<EventName> | undefined {
  const timeOf = orderTimeOf(ordering, time)
  const stage: StageMatcher = compileStages(plan, {
    ...context,
    timeMsOf(source) {
      const timeMs = timeOf(source)
      if (timeMs === undefined) onUntimed()
      return timeMs
    },
    ...(ordering.tiebreakerField === undefined
      ? {}
      : { tiebreakerField: ordering.tiebreakerField }),
  })
  let position = 0
  return ({ index, id, source }) => {
    const staged = stage({ source, sequence: position++ })
    return staged === undefined ? undefined : { ...staged, event: { index, id } }
  }
}

/** Events that wait for others that belong before them, at most: some 60 MB. */
const maxWaiting = 200_000

/**
 * The events of a window that can play some part, in their order. Those of the same time wait for each other
 * where a tie-breaker orders them, and all of the window where another field than the rule's time does; beyond
 * `most` that wait the rest takes no part, and is told of.
 */
export async function* stagedEvents(
  search: WindowSearch,
  question: JoinedQuestion,
  most = maxWaiting,
): AsyncGenerator<StagedEvent<EventName>> {
  const { timestampField, tiebreakerField } = question
  const isStored = timestampField === undefined && tiebreakerField === undefined
  let [untimed, passedOver] = [0, 0]
  // Made for the first event: most windows have none.
  let stage: ReturnType<typeof stager> | undefined
  let waiting: StagedEvent<EventName>[] = []
  const released = (): readonly StagedEvent<EventName>[] => {
    const events = waiting.toSorted((a, b) => compareOrdinals(a.at, b.at))
    waiting = []
    return events
  }
  for await (const page of eventsOfWindow(search)) {
    for (const event of page) {
      stage ??= stager(question, search, () => untimed++)
      const staged = stage(event)
      if (staged === undefined) continue
      const [first = staged] = waiting
      if (timestampField === undefined && first.at.timeMs < staged.at.timeMs) yield* released()
      if (isStored) yield staged
      else if (waiting.length < most) waiting.push(staged)
      else passedOver++
    }
  }
  yield* released()
  if (untimed > 0) {
    const message = `${untimed} events have no ${timestampField} that could order them and took no part`
    search.warn('events_without_order', message)
  }
  if (passedOver > 0) {
    const message = `${passedOver} events took no part, because more than ${most} had to be put in order: narrow the stages, or leave timestamp_field or tiebreaker_field out`
    search.warn('sequences_forgotten', message)
  }
}
