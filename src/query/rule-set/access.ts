import type { Condition } from './condition.ts'

/** Predicates of which one must hold where a condition does, and how often that is expected, as a share of documents. */
export interface Access {
  readonly predicates: readonly number[]
  readonly share: number
}

/**
 * The rarest predicates of which one must hold for a condition to hold: the reason to look at it at all.
 * Undefined for a condition that may hold although nothing in particular does (mere negations, and whatever
 * is asked of whole documents): it must be asked of every document.
 */
export function accessOf(
  condition: Condition,
  shareOf: (predicate: number) => number | undefined,
): Access | undefined {
  switch (condition.kind) {
    case 'holds': {
      const share = shareOf(condition.predicate)
      return share === undefined ? undefined : { predicates: [condition.predicate], share }
    }
    case 'and':
      return condition.of
        .map((part) => accessOf(part, shareOf))
        .reduce((best, part) => {
          if (best === undefined || part === undefined) return best ?? part
          return part.share < best.share ? part : best
        }, undefined)
    case 'or': {
      const parts = condition.of.map((part) => accessOf(part, shareOf))
      const known = parts.filter((part) => part !== undefined)
      if (known.length < parts.length) return undefined
      return {
        predicates: [...new Set(known.flatMap(({ predicates }) => predicates))],
        share: known.reduce((sum, { share }) => sum + share, 0),
      }
    }
    case 'never':
      return { predicates: [], share: 0 }
    default:
      return undefined
  }
}
