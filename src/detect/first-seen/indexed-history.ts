import type { SequenceRange } from '#store'
import type { Combination } from './combination.ts'
import type { FirstSeenBook } from './first-seen-book.ts'
import type {
  FirstSeenAnswer,
  FirstSeenHistory,
  FirstSeenRequest,
  HistorySearch,
} from './first-seen-history.ts'
import { scanHistory } from './scan-history.ts'
import type { Verdict } from './sighting-index.ts'

/** Combinations by how they were answered for since the start. */
export interface FirstSeenCounts {
  /** Known, by an index alone. */
  readonly byIndex: number
  /** Not known, by an index; which event of the window was first, the window's events told. */
  readonly byWindow: number
  /** By reading history. */
  readonly byScan: number
}

/** A history that asks an index where one is ready, and reads the events where it cannot tell. */
export interface IndexedHistory extends FirstSeenHistory {
  counts(): FirstSeenCounts
}

/** A history over a book's indexes; `stored` tells what the store holds now. */
export function indexedHistory(
  book: Pick<FirstSeenBook, 'upToDate'>,
  stored: () => SequenceRange,
): IndexedHistory {
  const counts = { byIndex: 0, byWindow: 0, byScan: 0 }
  return {
    counts: () => ({ ...counts }),
    async firstSeen(search, request) {
      const { combinations, historyStartMs, knownUntilMs } = request
      const index = await book.upToDate(search, request)
      if (index === undefined) {
        counts.byScan += combinations.length
        return scanHistory.firstSeen(search, request)
      }
      const untilMs = Math.min(knownUntilMs, search.window.toMs)
      const keys = combinations.map(({ key }) => key)
      const verdicts = index.ask(keys, { fromMs: historyStartMs, untilMs, stored: stored() })
      const { known, absent, undecided } = byVerdict(combinations, verdicts)
      counts.byIndex += known.length
      counts.byWindow += absent.length
      counts.byScan += undecided.length
      const windowStartMs = Math.max(historyStartMs, knownUntilMs + 1)
      const inWindow = await scanned(search, {
        ...request,
        combinations: absent,
        historyStartMs: windowStartMs,
      })
      const inHistory = await scanned(search, { ...request, combinations: undecided })
      const byIndex = known.map(({ key }) => [key, undefined] as const)
      return {
        known: new Map([...byIndex, ...inWindow.known, ...inHistory.known]),
        fresh: new Map([...inWindow.fresh, ...inHistory.fresh]),
      }
    },
  }
}

function byVerdict(
  combinations: readonly Combination[],
  verdicts: readonly Verdict[],
): { readonly [verdict in Verdict]: readonly Combination[] } {
  const parts: { readonly [verdict in Verdict]: Combination[] } = {
    known: [],
    absent: [],
    undecided: [],
  }
  combinations.forEach((combination, at) => parts[verdicts[at] ?? 'undecided'].push(combination))
  return parts
}

async function scanned(search: HistorySearch, request: FirstSeenRequest): Promise<FirstSeenAnswer> {
  if (request.combinations.length === 0 || request.historyStartMs > search.window.toMs) {
    return { known: new Map(), fresh: new Map() }
  }
  return scanHistory.firstSeen(search, request)
}
