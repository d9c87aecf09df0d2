import type { AlertOwner } from '#alert'
import type { FilterPlan, MatchContext } from '#query'
import type { RuleWindow } from '#rule'
import type { TimeFields } from '#store'
import type { EventReader } from '../execution/event-reader.ts'
import type { Combination } from './combination.ts'
import type { TermField } from './term.ts'

/** The oldest event of a combination: its time as the rule sees it, and where it lies. */
export interface FirstSeen {
  readonly ms: number
  readonly index: string
  readonly id: string
}

/** Whose history, and among which events: what a rule reads in one window. */
export interface HistorySearch {
  readonly owner: AlertOwner
  readonly window: RuleWindow
  /** When the execution to which the window belongs is due, or, of a window that catches up, was; epoch milliseconds. */
  readonly dueMs: number
  readonly time: TimeFields
  readonly indices: readonly string[]
  /** The effective filter: query, filters, exceptions, settings. */
  readonly filter: FilterPlan
  readonly context: MatchContext
  readonly reader: EventReader
  readonly signal: AbortSignal
}

/** Which combinations, and since when. */
export interface FirstSeenRequest {
  readonly fields: readonly TermField[]
  readonly combinations: readonly Combination[]
  /** Where history begins, epoch milliseconds, included. It ends where the search's window does, included. */
  readonly historyStartMs: number
  /** A combination met at or before this time is known. */
  readonly knownUntilMs: number
}

/** What history says of combinations, by their keys; those that it never met are in neither. */
export interface FirstSeenAnswer {
  /** Met at or before `knownUntilMs`: the time of one such event, where the member knows one. */
  readonly known: ReadonlyMap<string, number | undefined>
  /** Met only later: the oldest event, of several of one time the one stored first. */
  readonly fresh: ReadonlyMap<string, FirstSeen>
}

/**
 * When combinations were first seen among the events that satisfy a search's filter. Which combinations
 * are known and which event was first depends on nothing but the events: every member says the same.
 */
export interface FirstSeenHistory {
  firstSeen(search: HistorySearch, request: FirstSeenRequest): Promise<FirstSeenAnswer>
}
