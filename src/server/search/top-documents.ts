import type { FoundDocument } from './found-document.ts'
import type { Budget } from './limits.ts'
import { compareSortValues, sortValuesOf, type SortKey, type SortValues } from './read/sort.ts'

/** A document and what it sorts by. */
export interface SortedDocument {
  readonly document: FoundDocument
  readonly values: SortValues
}

/** The first of the documents shown to it, by a sort; ties by the order of arrival. */
export interface TopDocuments {
  offer(document: FoundDocument): void
  /** As they are sorted. */
  taken(): readonly SortedDocument[]
}

interface Held extends SortedDocument {
  readonly characters: number
}

/**
 * An empty {@link TopDocuments} for at most `limit` of them, all after the one with the sort values `after`. What is
 * held stays a small multiple of the limit.
 */
export function topDocuments({
  keys,
  limit,
  after,
  budget,
}: {
  readonly keys: readonly SortKey[]
  readonly limit: number
  readonly after?: SortValues | undefined
  readonly budget: Budget
}): TopDocuments {
  let held: Held[] = []
  let worst: Held | undefined
  const compare = (a: SortedDocument, b: SortedDocument): number =>
    compareSortValues(a.values, b.values, keys) || a.document.place - b.document.place
  const cut = (): void => {
    held.sort(compare)
    for (const { characters } of held.slice(limit)) budget.text(-characters)
    held = held.slice(0, limit)
    worst = held.length < limit ? undefined : held.at(-1)
  }
  return {
    offer(document) {
      if (limit <= 0) return
      const sorted = { document, values: sortValuesOf(document, keys) }
      if (after !== undefined && !isAfter(sorted.values, after, keys)) return
      if (worst !== undefined && compare(sorted, worst) >= 0) return
      const characters = JSON.stringify(document.source).length
      held.push({ ...sorted, characters })
      budget.text(characters)
      if (held.length >= 2 * limit) cut()
    },
    taken() {
      cut()
      return held
    },
  }
}

/** `after` may be short of the last key, the tiebreaker: then what it does not name decides nothing. */
function isAfter(values: SortValues, after: SortValues, keys: readonly SortKey[]): boolean {
  return compareSortValues(values, after, keys.slice(0, after.length)) > 0
}
