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

/**
 * The events of a window that can play some part, in their order. Where another field than the rule's time
 * orders them, all are held until the window is read.
 */
export async function* stagedEvents(
  search: WindowSearch,
  question: JoinedQuestion,
): AsyncGenerator<StagedEvent<EventName>> {
  let untimed = 0
  const stage = stager(question, search, () => untimed++)
  const isInTime = question.timestampField === undefined
  let waiting: StagedEvent<EventName>[] = []
  for await (const page of eventsOfWindow(search)) {
    for (const event of page) {
      const staged = stage(event)
      if (staged === undefined) continue
      const [first] = waiting
      if (isInTime && first !== undefined && first.at.timeMs < staged.at.timeMs) {
        yield* inOrder(waiting)
        waiting = []
      }
      waiting.push(staged)
    }
  }
  yield* inOrder(waiting)
  if (untimed > 0) {
    const message = `${untimed} events have no ${question.timestampField} that could order them and took no part`
    search.warn('events_without_order', message)
  }
}

function inOrder(events: readonly StagedEvent<EventName>[]): readonly StagedEvent<EventName>[] {
  return events.length < 2 ? events : events.toSorted((a, b) => compareOrdinals(a.at, b.at))
}
