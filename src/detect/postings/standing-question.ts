import { eventTimesOf, type StoredEvent } from '#store'
import { postingList, type PostingList } from './posting-list.ts'
import type { RecurringQuestion } from './recurring-question.ts'

/** A question whose answers are kept, and how far they reach. */
export interface StandingQuestion {
  readonly question: RecurringQuestion
  readonly postings: PostingList
  /** Every event that stands at or after this and satisfies the question has its posting; epoch milliseconds. */
  fromMs: number
  /** Resolves once that is so; rejects where the store refused. */
  readonly filled: Promise<void>
  /** How far before the present its windows have begun of late, milliseconds. */
  reachMs: number
  askedMs: number
  /** Nothing is posted any more. */
  isClosed: boolean
}

/** A question to which nothing is known yet, asked now. */
export function newStanding(
  question: RecurringQuestion,
  {
    fromMs,
    nowMs,
    filled,
  }: { readonly nowMs: number } & Pick<StandingQuestion, 'fromMs' | 'filled'>,
): StandingQuestion {
  const postings = postingList()
  const reachMs = nowMs - fromMs
  return { question, postings, fromMs, filled, reachMs, askedMs: nowMs, isClosed: false }
}

/** Notes an event that satisfies a question. Gives the bytes that this took. */
export function post(
  { postings, question, isClosed }: StandingQuestion,
  { sequence, source }: Pick<StoredEvent, 'sequence' | 'source'>,
): number {
  if (isClosed) return 0
  const before = postings.bytes
  postings.add(sequence, eventTimesOf(source, question.timeFields))
  return postings.bytes - before
}

/** Of what its windows reached back it forgets a tenth with each question: one long window is not for ever. */
const remembered = 0.9
/** So many times what its windows reach back is kept: two rules may ask the same, or a run may be late. */
const keptReaches = 1.5

/** Notes that it is asked from a time on, and forgets what lies further back than it is asked for. Gives the bytes that this freed. */
export function askFrom(standing: StandingQuestion, fromMs: number, nowMs: number): number {
  const { postings } = standing
  standing.askedMs = nowMs
  standing.reachMs = Math.max(nowMs - fromMs, remembered * standing.reachMs)
  const keepFromMs = Math.min(fromMs, nowMs - keptReaches * standing.reachMs)
  if (keepFromMs <= standing.fromMs) return 0
  standing.fromMs = keepFromMs
  const before = postings.bytes
  postings.dropBefore(keepFromMs)
  return before - postings.bytes
}
