import type { Clock, Logger } from '#base'
import type { FieldCatalogue } from '#event'
import { ruleSet } from '#query'
import type { AcceptedEvent, EventStore } from '#store'
import { eventFeed } from '../feed/event-feed.ts'
import { fills } from './fill.ts'
import { questionOf, type RecurringSearch } from './recurring-question.ts'
import { askFrom, newStanding, post, type StandingQuestion } from './standing-question.ts'

/** The questions that are asked again and again, with postings that keep up with the store. */
export interface QuestionBook {
  /**
   * The question of a search, its postings complete from the beginning of the search's time on and up to date
   * with the store. Undefined where there are none: it asks too far back, or too much satisfies it. Faults: those of the store.
   */
  upToDate(search: RecurringSearch): Promise<StandingQuestion | undefined>
  /** Takes events that the store has accepted. Never waits. */
  offer(events: readonly AcceptedEvent[]): void
  /** Resolves once nothing offered waits. */
  idle(): Promise<void>
  /** Forgets everything, and ends once the store is not read any more. */
  clear(): Promise<void>
  facts(): QuestionFacts
}

/** What a book keeps, and counts since the start. */
export interface QuestionFacts {
  /** Questions whose answers are kept. */
  readonly questions: number
  readonly bytes: number
  /** Questions for which the store was read so that they have postings from then on, and the passes that this took. */
  readonly filled: number
  readonly passes: number
  /** Questions whose postings took too much and were let go. */
  readonly givenUp: number
}

/** What a book is made of. */
export interface QuestionBookOptions {
  readonly events: EventStore
  /** The fields that queries may name. */
  readonly fields: FieldCatalogue
  readonly clock: Pick<Clock, 'nowMs'>
  readonly logger: Logger
  /** Of all postings together; those of the question that has most are given up beyond it. */
  readonly maxBytes: number
}

/** Windows that begin further back, in times of their length, are of the past and do not recur. */
const furthestBack = 5
/** A question that nobody asks for so long, and for so many times what its windows reach back, is let go. */
const idleMs = 3_600_000
const idleReaches = 3
/** Further behind the store than this all begin anew: windows are shorter. */
const maxBehind = 50_000
/** So long a question that took too much has no postings. */
const givenUpMs = 3_600_000

/** A {@link QuestionBook} without questions. */
export function questionBook(options: QuestionBookOptions): QuestionBook {
  const { events, fields, clock, logger, maxBytes } = options
  const standing = new Map<string, StandingQuestion>()
  const filters = ruleSet<StandingQuestion>(fields)
  const givenUpUntilMs = new Map<string, number>()
  const reads = fills(events, () => clock.nowMs())
  const filling = new Set<Promise<void>>()
  const counts = { filled: 0, givenUp: 0 }
  let bytes = 0

  const note = (each: StandingQuestion, event: AcceptedEvent): void => {
    bytes += post(each, event)
    if (bytes > maxBytes) giveUpLargest()
  }

  const feed = eventFeed(events, {
    isWanted: () => standing.size > 0,
    take(batch) {
      for (const event of batch) {
        for (const each of filters.matchingEvent(event)) note(each, event)
      }
    },
  })

  const letGo = (each: StandingQuestion): void => {
    if (each.isClosed) return
    each.isClosed = true
    bytes -= each.postings.bytes
    standing.delete(each.question.key)
    filters.delete(each)
  }

  const giveUpLargest = (): void => {
    const [largest] = [...standing.values()].toSorted((a, b) => b.postings.bytes - a.postings.bytes)
    if (largest === undefined) return
    const { question, postings } = largest
    logger.warn('too many events satisfy a rule to keep their places; its windows are searched', {
      indices: question.indices.join(', '),
      events: postings.size,
      bytes: postings.bytes,
    })
    counts.givenUp++
    givenUpUntilMs.set(question.key, clock.nowMs() + givenUpMs)
    letGo(largest)
  }

  const letGoOfIdle = (nowMs: number): void => {
    for (const each of standing.values()) {
      if (nowMs - each.askedMs > Math.max(idleMs, idleReaches * each.reachMs)) letGo(each)
    }
    for (const [key, untilMs] of givenUpUntilMs) if (nowMs >= untilMs) givenUpUntilMs.delete(key)
  }

  /** Begins to keep the answers of a question: what comes is fed, what is there is read. */
  const begin = (
    question: StandingQuestion['question'],
    at: { readonly fromMs: number; readonly nowMs: number },
  ): StandingQuestion => {
    letGoOfIdle(at.nowMs)
    const fedAbove = feed.begin()
    const { promise: filled, resolve, reject } = Promise.withResolvers<void>()
    const fresh = newStanding(question, { ...at, filled })
    filters.put(fresh, question)
    standing.set(question.key, fresh)
    counts.filled++
    const reading = reads.read({
      question,
      fromMs: at.fromMs,
      found: (event) => {
        if (event.sequence <= fedAbove) note(fresh, event)
      },
      isOver: () => fresh.isClosed,
    })
    reading.catch(() => letGo(fresh))
    reading.then(resolve, reject)
    // Whoever asked may have gone.
    filled.catch(() => undefined)
    filling.add(filled)
    filled.finally(() => filling.delete(filled)).catch(() => undefined)
    return fresh
  }

  const standingFor = (search: RecurringSearch): StandingQuestion | undefined => {
    const question = search.context.fields === fields ? questionOf(search) : undefined
    if (question === undefined) return undefined
    const nowMs = clock.nowMs()
    if ((givenUpUntilMs.get(question.key) ?? 0) > nowMs) return undefined
    const { fromMs, toMs } = search.time
    const known = standing.get(question.key)
    if (known !== undefined && known.fromMs <= fromMs) return known
    if (nowMs - fromMs > furthestBack * (toMs - fromMs)) return undefined
    if (known !== undefined) letGo(known)
    return begin(question, { fromMs, nowMs })
  }

  const letAllGo = (): void => {
    for (const each of standing.values()) letGo(each)
  }

  return {
    async upToDate(search) {
      if (feed.behind() > maxBehind) letAllGo()
      const asked = standingFor(search)
      if (asked === undefined) return undefined
      await untilAborted(asked.filled, search.signal)
      await untilAborted(feed.catchUp(), search.signal)
      if (asked.isClosed || asked.fromMs > search.time.fromMs) return undefined
      bytes -= askFrom(asked, search.time.fromMs, clock.nowMs())
      return asked
    },
    offer: (accepted) => feed.offer(accepted),
    idle: () => feed.idle(),
    async clear() {
      letAllGo()
      await feed.idle()
      await Promise.allSettled(filling)
    },
    facts: () => ({
      ...counts,
      questions: standing.size,
      bytes,
      passes: reads.passes,
    }),
  }
}

/** The same, but whoever is told to stop does not wait for the end. */
async function untilAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return work
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = (): void => reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    signal.throwIfAborted()
    await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
