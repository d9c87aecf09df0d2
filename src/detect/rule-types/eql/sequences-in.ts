import {
  compareKeys,
  compareOrdinals,
  rolesOf,
  sequenceMachine,
  type SequenceMatch,
  type SequencePlan,
} from '#query'
import type { WindowSearch } from '../../rule-type.ts'
import { keptResults } from './kept-results.ts'
import { stagedEvents, type EventName, type JoinedQuestion } from './staged-events.ts'

/** A plan of series of events, and how these are put in order. */
export interface SequenceQuestion extends JoinedQuestion {
  readonly plan: SequencePlan
}

/** Events that unfinished sequences of one window may hold together: some 160 MB. */
const maxHeldEvents = 200_000

/**
 * The sequences that lie whole in a window, by the place of their last event, that pipes leave: the last as
 * many as alerts may be made. Whole is also the time in which nothing may precede or follow.
 */
export async function sequencesIn(
  search: WindowSearch,
  question: SequenceQuestion,
  maxEvents = maxHeldEvents,
): Promise<readonly SequenceMatch<EventName>[]> {
  const { plan } = question
  const machine = sequenceMachine<EventName>(plan, { maxEvents })
  const isWhole = seenWhole(search, question)
  const kept = keptResults<SequenceMatch<EventName>>(
    (a, b) => compareOrdinals(a.lastAt, b.lastAt) || compareKeys(a.key, b.key),
    { pipes: plan.pipes, size: search.maxAlerts },
  )
  for await (const event of stagedEvents(search, question)) {
    // Whatever comes before it has been given; what comes at the same millisecond may not have.
    kept.take(machine.advance(event.at.timeMs - 1).filter(isWhole))
    kept.take(machine.push(event).filter(isWhole))
  }
  kept.take(machine.advance(search.window.toMs).filter(isWhole))
  tellLosses(search, machine.counts(), maxEvents)
  return kept.end()
}

/** Whether a window begins before all that could undo a sequence: a later window must not tell what an earlier one saw undone. */
function seenWhole(
  { window }: WindowSearch,
  { plan, timestampField }: SequenceQuestion,
): (match: SequenceMatch<EventName>) => boolean {
  const { maxSpanMs = 0 } = plan
  if (rolesOf(plan).leading.length === 0 || timestampField !== undefined) return () => true
  return ({ lastAt }) => lastAt.timeMs - maxSpanMs >= window.fromMs
}

function tellLosses(
  search: WindowSearch,
  { evicted, cutEvents }: { readonly evicted: number; readonly cutEvents: number },
  maxEvents: number,
): void {
  if (evicted > 0) {
    const message = `${evicted} unfinished sequences were forgotten, because more than ${maxEvents} events waited in them: narrow the first stages, or shorten maxspan`
    search.warn('sequences_forgotten', message)
  }
  if (cutEvents > 0) {
    const message = `${cutEvents} events have very many values in the fields that join the sequence; they took part under the first of them`
    search.warn('too_many_combinations', message)
  }
}
