import type { Column } from './column.ts'
import { forEachPredicate } from './condition.ts'
import type { OpenFilter } from './entry.ts'
import type { PredicateBook, ValuePredicate } from './predicate-book.ts'

/** What open filters ask of each column. */
export function askedColumns<Key>(
  filters: readonly OpenFilter<Key>[],
  book: PredicateBook,
): ReadonlyMap<Column, ReadonlySet<ValuePredicate>> {
  const asked = new Map<Column, Set<ValuePredicate>>()
  for (const { condition } of filters) {
    forEachPredicate(condition, (number) => {
      const predicate = book.predicate(number)
      if (predicate.kind !== 'values') return
      const ofColumn = asked.get(predicate.column)
      if (ofColumn === undefined) asked.set(predicate.column, new Set([predicate]))
      else ofColumn.add(predicate)
    })
  }
  return asked
}
