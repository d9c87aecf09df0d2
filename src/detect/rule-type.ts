import type { Diagnostic, JsonObject, JsonValue, Result } from '#base'
import type { AlertBody, SequenceDraft } from '#alert'
import type { EventDocument, FieldCatalogue } from '#event'
import type { FilterPlan } from '#query'
import type { AlertSuppression, Rule, RuleParams, RuleSource, RuleWindow } from '#rule'
import type { WarningKind } from './execution/message.ts'
import type { EventReader } from './execution/event-reader.ts'
import type { FirstSeenHistory, HistorySearch } from './first-seen/first-seen-history.ts'
import type { WindowNotes } from './execution/window-notes.ts'
import type { SavedQueryBook } from './saved-queries.ts'

/** One way of finding candidates. Stateless: what must last between executions is in the stores. */
export interface RuleType {
  /** The wire name. */
  readonly id: RuleParams['type']
  readonly title: string
  /** The rule made ready to run, or everything that keeps it from running. Needs no data. */
  compile(rule: Rule, fields: FieldCatalogue): Result<RunnableRule, readonly Diagnostic[]>
}

/** A rule whose texts are understood. Immutable, except for what an {@link EarlyAnswers} keeps. */
export interface RunnableRule {
  readonly source: RuleSource
  /** Query and filters, without exceptions. */
  readonly filter: FilterPlan
  readonly suppression?: AlertSuppression
  /**
   * `by-search`: whole groups of events become one alert before any candidate is made.
   * `in-memory`: candidates are folded as they come. `by-rule-type`: each candidate is a group already.
   */
  readonly suppressionManner: 'by-search' | 'in-memory' | 'by-rule-type'
  /** Whether exceptions that no filter can hold are evaluated document by document, or not at all. */
  readonly readsDocuments: boolean
  /** Whether alerts on alerts of the same rule are dropped. */
  readonly guardsAgainstLoops: boolean
  /** Whatever passes the filter alerts by itself, whatever else there is. */
  readonly alertsOnEachEvent?: true
  /** Why the rule cannot run at this time although its texts are right; checked at each execution. */
  problemAt?(nowMs: number): string | undefined
  /** An execution that still reads after so many milliseconds fails, and says so. */
  readonly longestMs?: number
  /** An execution may hold some hundred megabytes at the worst: few of such run at a time. */
  readonly holdsMuch?: true
  /**
   * Filters each of which some event must pass before anything can be found: what {@link filter} does not
   * ask for and the rule type does. Absent: the filter alone.
   */
  readonly needs?: readonly FilterPlan[]
  /** Documents without which nothing can be found: what events are compared with. */
  readonly comparedWith?: {
    readonly indices: readonly string[]
    readonly filter: FilterPlan
    counts(source: EventDocument['source'], nowMs: number): boolean
  }
  /** Where the history begins that a window is compared with which ends then, epoch milliseconds. */
  historyStartMs?(endMs: number): number | undefined
  /** Patterns of indices, beside those that the rule reads, whose new documents early answers want to hear of. */
  readonly learnsFrom?: readonly string[]
  /**
   * Yields candidates in pages, in the order in which a limit should keep them. Duplicates of stored
   * alerts are the caller's business; a caller that has enough stops asking.
   */
  candidates(search: WindowSearch): AsyncIterable<readonly Candidate[]>
  /**
   * Starts answering for events before their window is due, knowing of none that was stored before `nowMs`;
   * absent: only a whole window gives answers.
   */
  earlyAnswers?(nowMs: number): EarlyAnswers
  /** Starts to find the rule's sequences in events that are read once; absent where only a whole window tells them. */
  sequenceStream?(search: Pick<WindowSearch, 'context' | 'time'>): SequenceStream
  /**
   * What the rule runs is kept apart from it: gives the rule with what is there now, or what keeps it from
   * running. Asked for each execution.
   */
  lookUp?(savedQueries: SavedQueries): Promise<Result<RunnableRule, readonly Diagnostic[]>>
}

/** Where rules find queries that are kept apart from them. */
export type SavedQueries = Pick<SavedQueryBook, 'get'>

/** What a rule reads in one window. */
export interface WindowSearch extends HistorySearch {
  /** Reads what is no event of the rule: no exception of the rule applies to it. */
  readonly lookUps: EventReader
  /** The rule's earlier alerts that tell of events in the window; see `execution/own-alerts.ts`. */
  readonly ownAlerts: (window: RuleWindow) => AsyncIterable<AlertBody>
  /** What was there before the window. */
  readonly history: FirstSeenHistory
  readonly notes: WindowNotes
  /** `max_signals`. */
  readonly maxAlerts: number
  /** Tells the rule's owner of something about this window. */
  readonly warn: (kind: WarningKind, message: string) => void
  /** Notes the name of one search, for whoever previews a rule. */
  readonly noteSearch: (name: string) => void
}

/** What a rule type found, before stored duplicates, suppression and limits are looked at. */
export interface Candidate {
  /** Of a sequence: a document that nobody sent, of what its events say alike. */
  readonly event: EventDocument
  /** The time at which the rule sees the event, or the last one of a sequence; epoch milliseconds. */
  readonly eventMs: number
  /** The id that its alert will have. */
  readonly alertId: string
  /** Dotted members that the rule type adds to the alert. */
  readonly extras: JsonObject
  /** Where the rule type groups events itself: the values of the group, and the time of its last event. */
  readonly group?: { readonly values: readonly JsonValue[]; readonly endMs: number }
  /** What it stands for where it is a sequence: each event gets a building block beside the alert. */
  readonly sequence?: Pick<SequenceDraft, 'events' | 'ids'>
}

/** Finds sequences in events that are read once, in their order; one that comes out of it may go without effect. */
export interface SequenceStream {
  /** Takes an event that matches the filter; gives the sequences that it completes, each event after the other. */
  take(event: EventDocument): readonly (readonly EventDocument[])[]
  /** Unfinished sequences that were forgotten to make room. */
  forgotten(): number
}

/**
 * The answers of a coming window given early, event by event. `answer` takes events that match the filter
 * and yields the candidates which the window, asked at this moment, would make of them. May remember what
 * it looked up; whoever holds it drops it when filter, indices or fields change or events passed it by.
 */
export interface EarlyAnswers {
  answer(events: readonly EventDocument[], search: WindowSearch): Promise<readonly Candidate[]>
  /** Takes new documents of the indices that the rule learns from, whether it reads them or not. */
  learn?(documents: readonly EventDocument[], search: WindowSearch): void
}
