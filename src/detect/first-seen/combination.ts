import type { EventSource } from '#event'
import type { Term, TermField } from './term.ts'

/** One value of each new-terms field, in the order of the fields. */
export interface Combination {
  /** Equal for equal combinations only. */
  readonly key: string
  readonly terms: readonly Term[]
}

/** Of one document so many combinations count at most: three hostile arrays would make a thousand million. */
export const maxCombinationsOfDocument = 200_000

/** How many combinations a document's terms make, beyond {@link maxCombinationsOfDocument} too. */
export function combinationCountOf(source: EventSource, fields: readonly TermField[]): number {
  return fields.reduce((count, field) => count * field.termsOf(source).length, 1)
}

/**
 * Every combination that a document contributes: the cross product of its fields' distinct terms, each
 * once, at most {@link maxCombinationsOfDocument}; none if any field has no term. Lazy, since one document may
 * contribute very many.
 */
export function* combinationsOf(
  source: EventSource,
  fields: readonly TermField[],
): Generator<Combination> {
  const columns = fields.map((field) => field.termsOf(source))
  if (columns.some((terms) => terms.length === 0)) return
  const at = columns.map(() => 0)
  for (let count = 0; count < maxCombinationsOfDocument; count++) {
    const terms = columns.map((column, i) => column[at[i] ?? 0] ?? '')
    yield { key: JSON.stringify(terms), terms }
    let i = columns.length - 1
    while (i >= 0 && (at[i] ?? 0) + 1 >= (columns[i]?.length ?? 0)) at[i--] = 0
    if (i < 0) return
    at[i] = (at[i] ?? 0) + 1
  }
}

/** Ascending by the fields in the rule's order. */
export function compareCombinations(fields: readonly TermField[]) {
  return (a: Combination, b: Combination): number => {
    for (const [i, field] of fields.entries()) {
      const order = field.compare(a.terms[i] ?? '', b.terms[i] ?? '')
      if (order !== 0) return order
    }
    return 0
  }
}
