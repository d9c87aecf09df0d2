import type { EventDocument } from '#event'
import { sequenceMachine } from '#query'
import type { SequenceStream, WindowSearch } from '../../rule-type.ts'
import type { SequenceQuestion } from './sequences-in.ts'
import { stager } from './staged-events.ts'

/** Events that a rule's unfinished sequences may hold together: some 40 MB of ordinary ones. */
const maxEvents = 20_000

/** Finds sequences in events as they are read; what is beyond its span is forgotten by the times of the events. */
export function sequenceStream(
  question: SequenceQuestion,
  search: Pick<WindowSearch, 'context' | 'time'>,
): SequenceStream {
  const machine = sequenceMachine<EventDocument>(question.plan, { maxEvents })
  const stage = stager(question, search)
  return {
    take(event) {
      const staged = stage(event)
      if (staged === undefined) return []
      machine.advance(staged.at.timeMs - 1)
      const found = machine.push({ ...staged, event }).map(({ events }) => events)
      // The same events under two keys are one sequence.
      return [...new Map(found.map((events) => [events.map(nameOf).join(), events])).values()]
    },
    forgotten: () => machine.counts().evicted,
  }
}

function nameOf({ index, id }: EventDocument): string {
  return JSON.stringify([index, id])
}
