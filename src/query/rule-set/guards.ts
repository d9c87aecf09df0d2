import type { FieldName, FieldValue } from '#event'
import { forEachPredicate, type Condition } from './condition.ts'
import type { Column, PredicateBook, ValuePredicate } from './predicate-book.ts'

/** One sort of document, told by the values of one column: those that satisfy the same of its predicates. */
export interface GuardColumn {
  readonly column: Column
  /** The sort of the open document; undefined when there are too many sorts already. */
  sortOf(book: PredicateBook): number | undefined
  /** Whether documents of a sort satisfy a predicate; undefined for a predicate of another column. */
  known(sort: number, predicate: number): boolean | undefined
  /** The predicates that documents of a sort satisfy. */
  satisfiedBy(sort: number): Iterable<number>
}

/** Sorts and values remembered for each column. */
const maxSorts = 512
const maxRemembered = 4096
const maxLength = 128

/** The guards of some conditions, in the order in which they are looked at. */
export function guardColumns(
  conditions: readonly Condition[],
  book: PredicateBook,
  guards: readonly FieldName[],
): readonly GuardColumn[] {
  /** When a column is looked at: the index first; below zero for one that is no guard. */
  const rankOf = ({ holds, field }: Column): number => {
    if (holds === 'index') return 0
    return holds === 'values' && guards.includes(field) ? guards.indexOf(field) + 1 : -1
  }

  const byColumn = new Map<Column, Set<ValuePredicate>>()
  for (const condition of conditions) {
    forEachPredicate(condition, (number) => {
      const predicate = book.predicate(number)
      if (predicate.kind !== 'values' || rankOf(predicate.column) < 0) return
      const { column } = predicate
      byColumn.set(column, (byColumn.get(column) ?? new Set()).add(predicate))
    })
  }
  return [...byColumn]
    .toSorted(([a], [b]) => rankOf(a) - rankOf(b))
    .map(([column, predicates]) => guardColumn(column, [...predicates]))
}

function guardColumn(column: Column, predicates: readonly ValuePredicate[]): GuardColumn {
  const own = new Set(predicates.map(({ number }) => number))
  const satisfiedBySort: ReadonlySet<number>[] = []
  const sorts = new Map<string, number>()
  const sortByValue = new Map<FieldValue, number | undefined>()

  const sortWith = (satisfied: readonly number[]): number | undefined => {
    const sorted = [...new Set(satisfied)].toSorted((a, b) => a - b)
    const key = sorted.join(' ')
    const known = sorts.get(key)
    if (known !== undefined || satisfiedBySort.length >= maxSorts) return known
    sorts.set(key, satisfiedBySort.length)
    satisfiedBySort.push(new Set(sorted))
    return satisfiedBySort.length - 1
  }
  const sortOfValue = (value: FieldValue): number | undefined => {
    const known = sortByValue.get(value)
    if (known !== undefined) return known
    const fresh = sortWith(predicates.filter(({ test }) => test(value)).map(({ number }) => number))
    if (sortByValue.size >= maxRemembered) sortByValue.clear()
    if (typeof value !== 'string' || value.length <= maxLength) sortByValue.set(value, fresh)
    return fresh
  }
  const none = sortWith([])

  return {
    column,
    sortOf(book) {
      let sort = none
      for (const slot of column.slots) {
        const values = book.valuesIn(slot)
        if (values === undefined) continue
        for (const value of typeof values === 'object' ? values : [values]) {
          const next = sortOfValue(value)
          if (next === undefined) return undefined
          if (sort === undefined || sort === none) sort = next
          else if (next !== none && next !== sort) {
            sort = sortWith(union(sort, next))
            if (sort === undefined) return undefined
          }
        }
      }
      return sort
    },
    known: (sort, predicate) =>
      own.has(predicate) ? satisfiedBySort[sort]?.has(predicate) === true : undefined,
    satisfiedBy: (sort) => satisfiedBySort[sort] ?? [],
  }

  function union(a: number, b: number): readonly number[] {
    return [...(satisfiedBySort[a] ?? []), ...(satisfiedBySort[b] ?? [])]
  }
}
