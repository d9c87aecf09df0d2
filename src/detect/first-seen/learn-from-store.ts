import type { EventStore } from '#store'
import { necessaryForAny } from '../execution/necessary-for-any.ts'
import { everyEvent } from '../feed/every-event.ts'
import { learningGroup, type Learner } from './learning-group.ts'

/** What an index has to learn from the store. */
export interface Lesson {
  readonly learner: Learner
  /** What it knows already. */
  readonly afterSequence: number
  /** Event time, epoch milliseconds: nothing before is of use. */
  readonly fromMs: number
}

/**
 * Reads the store for indexes that have something to learn, once for all that place events in time in the
 * same way. Gives way to everything else after each block. Faults: those of the store, and the signal's reason.
 */
export async function learnFromStore(
  events: Pick<EventStore, 'search'>,
  lessons: readonly Lesson[],
  { signal, learnt }: { readonly signal: AbortSignal; readonly learnt: () => void },
): Promise<void> {
  const groups = Map.groupBy(lessons, ({ learner }) => JSON.stringify(learner.index.settings.time))
  for (const group of groups.values()) {
    const [first] = group
    if (first === undefined) continue
    const learners = group.map(({ learner }) => learner)
    const together = learningGroup(first.learner.context.fields, learners)
    const pages = events.search({
      ...everyEvent,
      holding: necessaryForAny(learners),
      afterSequence: Math.min(...group.map(({ afterSequence }) => afterSequence)),
      time: {
        fields: first.learner.index.settings.time,
        fromMs: Math.min(...group.map(({ fromMs }) => fromMs)),
        toMs: Number.MAX_SAFE_INTEGER,
      },
      signal,
    })
    for await (const page of pages) {
      together.learn(page)
      learnt()
    }
  }
}
