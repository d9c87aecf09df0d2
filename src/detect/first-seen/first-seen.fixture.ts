import { alertCollection } from '#alert'
import { silentLogger, type Clock, type JsonObject } from '#base'
import { ecsCatalogue } from '#event'
import type { FilterPlan } from '#query'
import type { Store } from '#store'
import { minuteMs, noonMs } from '../detect.fixture.ts'
import { eventReader } from '../execution/event-reader.ts'
import { combinationsOf, type Combination } from './combination.ts'
import { firstSeenBook, type BookOptions, type FirstSeenBook } from './first-seen-book.ts'
import type { FirstSeenAnswer, FirstSeenRequest, HistorySearch } from './first-seen-history.ts'
import { indexedHistory, type IndexedHistory } from './indexed-history.ts'
import { termFieldOf, type TermField } from './term.ts'

/** The two fields that tests ask for. */
export const termFields: readonly TermField[] = ['first', 'second'].flatMap((name) => {
  const field = termFieldOf(name, ecsCatalogue())
  return typeof field === 'string' ? [] : [field]
})

const values = ['x', 'y', 'z']

/** Every combination that the events of tests can make, and one that none has. */
export const allCombinations: readonly Combination[] = [
  ...combinationsOf({ first: values, second: [...values, 'never'] }, termFields),
]

/** A clock that tests set, also back. */
export interface SetClock extends Clock {
  set(ms: number): void
}

/** A {@link SetClock} at noon. */
export function clockToSet(): SetClock {
  let nowMs = noonMs
  return {
    nowMs: () => nowMs,
    set: (ms) => {
      nowMs = ms
    },
    sleep: () => Promise.resolve(),
  }
}

/** A history over the indexes of a store, and the book that keeps them. */
export interface Shelf {
  readonly book: FirstSeenBook
  readonly history: IndexedHistory
}

/** What a process would open over a store. */
export function shelfOver(store: Store, clock: Clock, options: Partial<BookOptions> = {}): Shelf {
  const book = firstSeenBook({
    store,
    fields: ecsCatalogue(),
    clock,
    logger: silentLogger,
    productVersion: 'test',
    isAtWork: () => true,
    maxBytes: 1024 * 1024,
    ...options,
  })
  return { book, history: indexedHistory(book, () => store.events.sequences()) }
}

/** A question of a rule that reads nine minutes and knows half an hour of history. */
export interface Question {
  /** When the window ends. */
  readonly toMs: number
  readonly windowMinutes?: number
  readonly historyMinutes?: number
  readonly filter: FilterPlan
}

/** The search and the request of a question, for all combinations. */
export function asking(
  store: Store,
  { toMs, windowMinutes = 9, historyMinutes = 30, filter }: Question,
): { readonly search: HistorySearch; readonly request: FirstSeenRequest } {
  const window = { fromMs: toMs - windowMinutes * minuteMs, toMs }
  const alerts = store.documents.collection(alertCollection)
  const search: HistorySearch = {
    owner: { ruleUuid: 'rule', space: 'default' },
    window,
    dueMs: toMs,
    time: { primary: '@timestamp' },
    indices: ['logs-*'],
    filter,
    context: { fields: ecsCatalogue(), nowMs: toMs },
    reader: eventReader({ events: store.events, alerts, space: 'default' }),
    signal: new AbortController().signal,
  }
  const request: FirstSeenRequest = {
    fields: termFields,
    combinations: allCombinations,
    historyStartMs: toMs - historyMinutes * minuteMs,
    knownUntilMs: window.fromMs,
  }
  return { search, request }
}

/** Events in which a field has a value. */
export function fieldIs(name: string, value: string): FilterPlan {
  return { kind: 'match', field: { kind: 'field', name }, literal: { value, quoted: true } }
}

/** What two histories must agree on: which combinations are known, and the first events of the others. */
export function comparable({ known, fresh }: FirstSeenAnswer): JsonObject {
  return {
    known: [...known.keys()].toSorted(),
    fresh: Object.fromEntries(
      [...fresh]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, first]) => [key, { ...first }]),
    ),
  }
}
