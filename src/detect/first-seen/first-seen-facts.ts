import type { FirstSeenBook, FirstSeenIndexFacts } from './first-seen-book.ts'
import type { FirstSeenCounts, IndexedHistory } from './indexed-history.ts'

/** How the history of new terms is answered for. */
export interface FirstSeenFacts {
  readonly indexes: readonly FirstSeenIndexFacts[]
  /** Of all indexes together. */
  readonly combinations: number
  readonly bytes: number
  /** Events of the store that indexes have not learnt yet. */
  readonly behind: number
  /** Combinations by how they were answered for since the start. */
  readonly answered: FirstSeenCounts
}

/** The facts of a book, and of the history that asks it. */
export function firstSeenFacts(book: FirstSeenBook, history: IndexedHistory): FirstSeenFacts {
  const indexes = book.indexes()
  return {
    indexes,
    combinations: indexes.reduce((sum, { combinations }) => sum + combinations, 0),
    bytes: indexes.reduce((sum, { bytes }) => sum + bytes, 0),
    behind: book.behind(),
    answered: history.counts(),
  }
}
