import type { FieldName, FieldValue } from '#event'
import { accessOf } from './access.ts'
import type { AskedFilter } from './asked-filter.ts'
import { forEachPredicate, isSatisfied, type Condition } from './condition.ts'
import type { Column, PredicateBook, ValuePredicate } from './predicate-book.ts'
import type { RuleSetOptions } from './rule-set-options.ts'
import { compileLookup, type ValueLookup } from './value-lookup.ts'

/** A filter as far as documents of one sort leave it open. */
export interface OpenFilter<Key> {
  readonly entry: RuleSetEntry<Key>
  readonly condition: Condition
}

/** A filter of a rule set. */
export interface RuleSetEntry<Key> {
  readonly key: Key
  readonly asked: AskedFilter
  condition: Condition
  /** False once it was taken out or replaced. */
  isLive: boolean
  /** Documents for which there was reason to look at the filter, since it came. */
  looked: number
  /** Documents that it matched. */
  matched: number
}

/** The filters that documents of one sort may match, and how these are found. */
export interface View<Key> {
  /** Adds the keys of the filters that the open document satisfies. */
  match(found: Key[]): void
  /** How a filter stands here; undefined for one that no document of the sort can match. */
  accountOf(entry: RuleSetEntry<Key>): ViewAccount | undefined
}

/** How a filter is found among documents of one sort. */
export interface ViewAccount {
  /** Documents of the sort seen so far. */
  readonly documents: number
  /** What is left of the filter. */
  readonly left: Condition
  /** Predicates of which one must hold for the filter to be looked at; undefined: it always is. */
  readonly access: readonly number[] | undefined
}

/** The values that all views of a rule set remember together. */
export interface ValueMemory {
  /** Notes that one more is remembered. At the limit all are to be forgotten: a new period begins. */
  take(): void
  readonly period: number
}

/** Longer values are looked up anew each time. */
const maxLength = 256

/** A {@link View}. */
export function view<Key>(
  filters: readonly OpenFilter<Key>[],
  book: PredicateBook,
  {
    memory,
    lessons,
    guards,
  }: { readonly memory: ValueMemory } & Pick<RuleSetOptions, 'lessons' | 'guards'>,
): View<Key> {
  let seen = 0
  /** The document at hand, counted from 1, anew before the counter is full. */
  let turn = 0
  const askedIn = new Uint32Array(filters.length)
  const learning = learner(filters, book, guards)
  let index: AccessIndex | undefined

  const isMatch = ({ entry, condition }: OpenFilter<Key>): boolean => {
    if (!entry.isLive || !isSatisfied(condition, book.holds)) return false
    entry.matched++
    return true
  }

  const ask = (place: number, found: Key[]): void => {
    const filter = filters[place]
    if (filter === undefined || askedIn[place] === turn) return
    askedIn[place] = turn
    filter.entry.looked++
    if (isMatch(filter)) found.push(filter.entry.key)
  }

  const learn = (found: Key[]): void => {
    for (const filter of filters) if (isMatch(filter)) found.push(filter.entry.key)
    learning.look()
    index = undefined
  }

  const askByValue = (value: FieldValue, { placesOf }: IndexedColumn, found: Key[]): void => {
    for (const place of placesOf(value)) ask(place, found)
  }

  return {
    match(found) {
      if (filters.length === 0) return
      const document = seen++
      for (const { from, documents } of lessons) {
        if (document >= from && document < from + documents) return learn(found)
      }
      if (++turn > maxTurns) {
        askedIn.fill(0)
        turn = 1
      }
      index ??= accessIndex(filters.map(learning.choiceFor), book, memory)
      for (const place of index.always) ask(place, found)
      for (const indexed of index.columns) {
        for (const slot of indexed.column.slots) {
          const values = book.valuesIn(slot)
          if (values === undefined) continue
          if (typeof values !== 'object') askByValue(values, indexed, found)
          else for (const value of values) askByValue(value, indexed, found)
        }
      }
    },
    accountOf(entry) {
      const place = filters.findIndex((filter) => filter.entry === entry)
      const filter = filters[place]
      if (filter === undefined) return undefined
      return { documents: seen, left: filter.condition, access: learning.choiceFor(filter) }
    },
  }
}

/** What fits into the counters of turns. */
const maxTurns = 0xfffffffe

interface Learner {
  /** Counts which predicates the open document satisfies. */
  look(): void
  /** The predicates of which one must hold for a filter, the rarest; undefined where nothing must. */
  choiceFor(filter: { readonly condition: Condition }): readonly number[] | undefined
}

function learner<Key>(
  filters: readonly OpenFilter<Key>[],
  book: PredicateBook,
  guards: readonly FieldName[],
): Learner {
  const hits = new Map<number, number>()
  const usesByColumn = new Map<Column, number>()
  for (const { condition } of filters) {
    forEachPredicate(condition, (number, isNegated) => {
      const predicate = book.predicate(number)
      if (isNegated || predicate.kind !== 'values') return
      hits.set(number, 0)
      usesByColumn.set(predicate.column, (usesByColumn.get(predicate.column) ?? 0) + 1)
    })
  }
  const mostUses = Math.max(0, ...usesByColumn.values())
  let looks = 0
  const shareOf = (number: number): number | undefined => {
    const count = hits.get(number)
    const predicate = book.predicate(number)
    if (count === undefined || predicate.kind !== 'values') return undefined
    const isGuard = guards.includes(predicate.column.field)
    // Of equally rare predicates those of a column that is looked up anyway are cheaper.
    const strangeness = 1 - (usesByColumn.get(predicate.column) ?? 0) / mostUses
    const prior = (isGuard ? guardHits : priorHits(predicate)) + strangeHits * strangeness
    return (count + prior) / (looks + 1)
  }
  return {
    look() {
      looks++
      for (const [number, count] of hits) if (book.holds(number)) hits.set(number, count + 1)
    },
    choiceFor: ({ condition }) => accessOf(condition, shareOf)?.predicates,
  }
}

const strangeHits = 0.03

/** What to expect of a predicate about the sort of an event. */
const guardHits = 0.3

/** What to expect of a predicate that no document has satisfied yet: lists are found by look-up, the rest by trying. */
function priorHits({ leaves }: ValuePredicate): number {
  let expected = 0
  for (const { kind } of leaves) {
    if (kind === 'match' || kind === 'match-any') expected += 0.001
    else if (kind === 'glob') expected += 0.004
    else if (kind === 'exists') expected += 0.5
    else expected += 0.05
  }
  return Math.min(expected, 0.5)
}

interface AccessIndex {
  /** Filters that must be asked of every document. */
  readonly always: readonly number[]
  readonly columns: readonly IndexedColumn[]
}

interface IndexedColumn {
  readonly column: Column
  /** The filters that a value gives reason to look at. */
  placesOf(value: FieldValue): readonly number[]
}

function accessIndex(
  choices: readonly (readonly number[] | undefined)[],
  book: PredicateBook,
  memory: ValueMemory,
): AccessIndex {
  const always: number[] = []
  const byColumn = new Map<Column, Map<ValuePredicate, number[]>>()
  for (const [place, predicates] of choices.entries()) {
    if (predicates === undefined) always.push(place)
    for (const number of predicates ?? []) {
      const predicate = book.predicate(number)
      if (predicate.kind !== 'values') continue
      const places = byColumn.get(predicate.column) ?? new Map<ValuePredicate, number[]>()
      byColumn.set(predicate.column, places)
      places.set(predicate, [...(places.get(predicate) ?? []), place])
    }
  }
  const columns = [...byColumn].map(([column, places]) => ({
    column,
    placesOf: rememberedPlaces(compileLookup([...places.keys()]), places, memory),
  }))
  return { always, columns }
}

function rememberedPlaces(
  lookUp: ValueLookup,
  placesByPredicate: ReadonlyMap<ValuePredicate, readonly number[]>,
  memory: ValueMemory,
): (value: FieldValue) => readonly number[] {
  const known = new Map<FieldValue, readonly number[]>()
  let { period } = memory
  const placesOf = (value: FieldValue): readonly number[] => {
    const satisfied = lookUp(value)
    if (satisfied.length === 0) return nowhere
    return [...new Set(satisfied.flatMap((each) => placesByPredicate.get(each) ?? nowhere))]
  }
  return (value) => {
    if (period !== memory.period) {
      known.clear()
      period = memory.period
    }
    const places = known.get(value)
    if (places !== undefined) return places
    const fresh = placesOf(value)
    if (typeof value !== 'string' || value.length <= maxLength) {
      known.set(value, fresh)
      memory.take()
    }
    return fresh
  }
}

const nowhere: readonly number[] = []
