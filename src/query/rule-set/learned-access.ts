import type { FieldName } from '#event'
import { accessOf } from './access.ts'
import type { Column } from './column.ts'
import { forEachPredicate, type Condition } from './condition.ts'
import type { OpenFilter } from './entry.ts'
import type { OpenDocument } from './open-document.ts'
import type { PredicateBook, ValuePredicate } from './predicate-book.ts'

/** Learns from documents of a sort what is rare among them. */
export interface LearnedAccess {
  /** Counts which predicates the open document satisfies. */
  look(): void
  /** The predicates of which one must hold for a filter, the rarest; undefined where nothing must. */
  choiceFor(filter: { readonly condition: Condition }): readonly number[] | undefined
}

/** {@link LearnedAccess} to some filters, which as yet goes by what is to be expected. */
export function learnedAccess<Key>(
  filters: readonly OpenFilter<Key>[],
  {
    book,
    document,
    guards,
  }: {
    readonly book: PredicateBook
    readonly document: OpenDocument
    readonly guards: readonly FieldName[]
  },
): LearnedAccess {
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
      for (const [number, count] of hits) if (document.holds(number)) hits.set(number, count + 1)
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
