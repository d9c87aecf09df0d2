import type { FieldCatalogue } from '#event'
import { documentSlots, type DocumentSlots } from './document-slots.ts'
import { openDocument, type OpenDocument } from './open-document.ts'
import { predicateBook, type PredicateBook } from './predicate-book.ts'

/** What all rule sets of a catalogue have in common: one book of predicates, and one document at a time. */
export interface SharedBook {
  readonly book: PredicateBook
  readonly document: OpenDocument
  readonly slots: DocumentSlots
}

const booksByFields = new WeakMap<FieldCatalogue, SharedBook>()

/** Predicates in one book; beyond that the next rule set begins another. About a kilobyte each. */
const maxPredicates = 100_000

/** The book that all rule sets of a catalogue share. */
export function sharedBook(fields: FieldCatalogue): SharedBook {
  const known = booksByFields.get(fields)
  if (known !== undefined && known.book.size < maxPredicates) return known
  const slots = documentSlots()
  const book = predicateBook(fields, slots)
  const fresh = { book, document: openDocument(book, slots), slots }
  booksByFields.set(fields, fresh)
  return fresh
}
