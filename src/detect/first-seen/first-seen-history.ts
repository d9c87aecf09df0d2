import type { WindowSearch } from '../rule-type.ts'
import type { Combination } from './combination.ts'
import type { TermField } from './term.ts'

/** The oldest event of a combination: its time as the rule sees it, and where it lies. */
export interface FirstSeen {
  readonly ms: number
  readonly index: string
  readonly id: string
}

/** Which combinations, and since when. */
export interface FirstSeenRequest {
  readonly fields: readonly TermField[]
  readonly combinations: readonly Combination[]
  /** Where history begins, epoch milliseconds, included. It ends where the search's window does, included. */
  readonly historyStartMs: number
  /** A combination met at or before this time is known; which of its events is told is then of no matter. */
  readonly knownUntilMs: number
}

/**
 * When combinations were first seen among the events that satisfy a search's filter. The answer depends on
 * nothing but the events, so that every member gives the same one.
 */
export interface FirstSeenHistory {
  /** By combination key; combinations never seen are left out. Of several events of one time, the one stored first. */
  firstSeen(
    search: WindowSearch,
    request: FirstSeenRequest,
  ): Promise<ReadonlyMap<string, FirstSeen>>
}
