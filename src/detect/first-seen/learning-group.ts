import { ruleSet, type FilterPlan, type MatchContext } from '#query'
import type { EventDocument } from '#event'
import type { AcceptedEvent } from '#store'
import type { SightingIndex } from './sighting-index.ts'

/** An index with what decides which events it learns. */
export interface Learner {
  readonly index: SightingIndex
  /** What the members of an event decide of the rule's filter. */
  readonly filter: FilterPlan
  /** Asked beside it, where the rule's filter asks for `_id` or `_index`. */
  readonly identifies: ((event: EventDocument) => boolean) | undefined
  readonly indices: readonly string[]
  readonly context: MatchContext
  /** It learns no more: what it was told while others learn is to be passed over. */
  readonly isClosed: boolean
  /** Told for how many combinations an event was news. */
  readonly note: (news: number) => void
}

/** Indexes that learn the same events: each event is matched once for all. */
export interface LearningGroup {
  put(learner: Learner): void
  delete(learner: Learner): void
  readonly size: number
  learn(events: readonly AcceptedEvent[]): void
}

/** A group of indexes over fields. */
export function learningGroup(
  fields: MatchContext['fields'],
  learners: readonly Learner[] = [],
): LearningGroup {
  const filters = ruleSet<Learner>(fields)
  for (const learner of learners) filters.put(learner, learner)
  return {
    put: (learner) => filters.put(learner, learner),
    delete: (learner) => filters.delete(learner),
    get size() {
      return filters.size
    },
    learn(events) {
      for (const event of events) {
        for (const learner of filters.matchingEvent(event)) {
          if (learner.isClosed || learner.identifies?.(event) === false) continue
          learner.note(learner.index.learn(event))
        }
      }
    },
  }
}
