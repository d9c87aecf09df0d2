import type { Column } from './column.ts'
import { columnClasses, type ColumnClasses } from './column-classes.ts'
import type { DocumentSlots } from './document-slots.ts'
import type { OpenDocument } from './open-document.ts'
import type { ValuePredicate } from './predicate-book.ts'

/** The classes into which some predicates of one column part documents: made once for the same predicates. */
export type ClassBook = (column: Column, predicates: Iterable<ValuePredicate>) => ColumnClasses

/** A {@link ClassBook} without any. */
export function classBook(document: OpenDocument, slots: DocumentSlots): ClassBook {
  const known = new Map<string, ColumnClasses>()
  return (column, predicates) => {
    const sorted = [...predicates].toSorted((a, b) => a.number - b.number)
    const key = sorted.map(({ number }) => number).join(' ')
    const before = known.get(key)
    if (before !== undefined) return before
    const fresh = columnClasses(column, sorted, document, slots.newClasses())
    known.set(key, fresh)
    return fresh
  }
}
