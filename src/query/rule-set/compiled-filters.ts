import { forEachPredicate, never, withKnown, type Condition } from './condition.ts'
import { guardColumns, type GuardColumn } from './guards.ts'
import type { Column, PredicateBook } from './predicate-book.ts'
import type { RuleSetOptions } from './rule-set-options.ts'
import {
  view,
  type OpenFilter,
  type RuleSetEntry,
  type ValueMemory,
  type View,
  type ViewAccount,
} from './view.ts'

/** The filters of one moment: a graph of guards, whose ends are made as documents first arrive at them. */
export interface CompiledFilters<Key> {
  /** Adds the keys of the filters that the open document satisfies. */
  match(found: Key[]): void
  /** Whether so many sorts of documents came that it is time to begin anew. */
  isOverrun(): boolean
  /** How a filter stands with documents of any sort, and with each sort met so far in which it is open. */
  accountOf(entry: RuleSetEntry<Key>): {
    readonly ofAnySort: ViewAccount | undefined
    readonly bySort: readonly (ViewAccount & { readonly satisfied: readonly number[] })[]
  }
}

/** A step of the graph of guards: the filters left open, and where each sort of its column leads. */
interface Step<Key> {
  readonly filters: readonly OpenFilter<Key>[]
  readonly guard: GuardColumn | undefined
  /** The columns after this one. */
  readonly later: readonly GuardColumn[]
  readonly nextBySort: (Step<Key> | undefined)[]
  /** What of the guards is known to hold. */
  readonly satisfied: readonly number[]
  view: View<Key> | undefined
}

/** Compiles filters as far as can be done without seeing documents. Cost: that of looking at each leaf. */
export function compileFilters<Key>(
  entries: readonly RuleSetEntry<Key>[],
  book: PredicateBook,
  options: RuleSetOptions,
): CompiledFilters<Key> {
  const memory = valueMemory(options.maxValues)
  const viewOf = (filters: readonly OpenFilter<Key>[]): View<Key> =>
    view(filters, book, { ...options, memory })
  const all = entries.map((entry) => ({ entry, condition: entry.condition }))
  const ofAnySort = viewOf(all)
  const ends: Step<Key>[] = []
  let steps = 0
  let unsorted = 0

  /** A step that looks at the first column about which the filters still ask. */
  const stepOf = (
    filters: readonly OpenFilter<Key>[],
    guards: readonly GuardColumn[],
    satisfied: readonly number[],
  ): Step<Key> => {
    const asked = columnsAsked(filters, book)
    const at = guards.findIndex(({ column }) => asked.has(column))
    const [guard, ...later] = at < 0 ? [] : guards.slice(at)
    return { filters, guard, later, nextBySort: [], satisfied, view: undefined }
  }

  const stepAfter = (step: Step<Key>, guard: GuardColumn, sort: number): Step<Key> => {
    const filters = step.filters.flatMap(({ entry, condition }) => {
      const left = entry.isLive ? leftFor(condition, guard, sort) : never
      return left.kind === 'never' ? [] : [{ entry, condition: left }]
    })
    return stepOf(filters, step.later, [...step.satisfied, ...guard.satisfiedBy(sort)])
  }

  const root = stepOf(
    all,
    guardColumns(
      entries.map(({ condition }) => condition),
      book,
      options.guards,
    ),
    [],
  )

  /** Where the graph leads the open document; undefined where it has grown as far as it may. */
  const endOf = (): Step<Key> | undefined => {
    let step = root
    while (step.guard !== undefined) {
      const sort = step.guard.sortOf(book)
      if (sort === undefined) return undefined
      let next = step.nextBySort[sort]
      if (next === undefined) {
        if (steps >= options.maxSorts) return undefined
        steps++
        next = stepAfter(step, step.guard, sort)
        step.nextBySort[sort] = next
      }
      step = next
    }
    return step
  }

  return {
    match(found) {
      const end = endOf()
      if (end === undefined) {
        unsorted++
        ofAnySort.match(found)
        return
      }
      if (end.view === undefined) {
        end.view = viewOf(end.filters)
        ends.push(end)
      }
      end.view.match(found)
    },
    isOverrun: () => unsorted > options.maxUnsorted,
    accountOf: (entry) => ({
      ofAnySort: ofAnySort.accountOf(entry),
      bySort: ends.flatMap(({ satisfied, view }) => {
        const account = view?.accountOf(entry)
        return account === undefined ? [] : [{ satisfied, ...account }]
      }),
    }),
  }
}

/** What is left of a condition for documents of a sort. */
function leftFor(condition: Condition, guard: GuardColumn, sort: number): Condition {
  return withKnown(condition, (predicate) => guard.known(sort, predicate))
}

function columnsAsked<Key>(
  filters: readonly OpenFilter<Key>[],
  book: PredicateBook,
): ReadonlySet<Column> {
  const columns = new Set<Column>()
  for (const { condition } of filters) {
    forEachPredicate(condition, (number) => {
      const predicate = book.predicate(number)
      if (predicate.kind === 'values') columns.add(predicate.column)
    })
  }
  return columns
}

function valueMemory(maxValues: number): ValueMemory {
  let values = 0
  let period = 0
  return {
    take() {
      if (++values < maxValues) return
      values = 0
      period++
    },
    get period() {
      return period
    },
  }
}
