import { messageOf } from '#base'
import type { AcceptedEvent, StoredEvent } from '#store'
import type { ReadRequest } from '../execution/event-reader.ts'
import { questionBook, type QuestionBookOptions, type QuestionFacts } from './question-book.ts'
import type { RecurringSearch } from './recurring-question.ts'

/** How windows were read since the start, and what is kept for it. */
export interface PostingsFacts extends QuestionFacts {
  /** Reads that were told by postings where their events are. */
  readonly byPostings: number
  /** Reads that searched the store for their events. */
  readonly bySearch: number
}

/**
 * What matched is decided once: a search that recurs reads the events that are known to satisfy it. What the
 * postings say is only where to look; the store has the last word on each event, as in any search.
 */
export interface Postings {
  /** Matching events in pages, as the store itself would give them. */
  search(request: ReadRequest): AsyncIterable<readonly StoredEvent[]>
  /** Takes events that the store has accepted. Never waits. */
  offer(events: readonly AcceptedEvent[]): void
  /** Resolves once nothing offered waits. */
  idle(): Promise<void>
  /** Forgets everything, and ends once the store is not read any more. */
  clear(): Promise<void>
  facts(): PostingsFacts
}

/** {@link Postings} of nothing. */
export function postings(options: QuestionBookOptions): Postings {
  const { events, logger } = options
  const book = questionBook(options)
  const counts = { byPostings: 0, bySearch: 0 }

  /** Where the events of a search may be, rising; undefined where nothing tells. */
  const placesOf = async (search: RecurringSearch): Promise<readonly number[] | undefined> => {
    try {
      const asked = await book.upToDate(search)
      return asked?.postings.within(search.time.fromMs, search.time.toMs)
    } catch (thrown) {
      // Whoever asked has gone.
      search.signal?.throwIfAborted()
      logger.warn('what rules match could not be noted; their windows are searched', {
        reason: messageOf(thrown),
      })
      return undefined
    }
  }

  return {
    async *search({ recurs, ...request }) {
      const { time, limit, afterSequence, signal } = request
      const isWhole = time !== undefined && limit === undefined && afterSequence === undefined
      const places = recurs === true && isWhole ? await placesOf({ ...request, time }) : undefined
      signal?.throwIfAborted()
      if (places === undefined) {
        counts.bySearch++
        return yield* events.search(request)
      }
      counts.byPostings++
      if (places.length > 0) yield* events.search({ ...request, among: places })
    },
    offer: (accepted) => book.offer(accepted),
    idle: () => book.idle(),
    clear: () => book.clear(),
    facts: () => ({ ...counts, ...book.facts() }),
  }
}
