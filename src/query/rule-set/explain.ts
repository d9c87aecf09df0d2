import { globText } from '../plan/glob-text.ts'
import { planFields } from '../plan/plan-fields.ts'
import type { Condition } from './condition.ts'
import type { Predicate, ValueLeaf } from './predicate.ts'

/** How a rule set finds the documents of one filter, in words. */
export interface FilterAccount {
  /** The filter as it was compiled. */
  readonly condition: string
  /** Documents for which there was reason to look at it; those seen while learning what is rare do not count. */
  readonly looked: number
  readonly matched: number
  /** What would make it be looked at in documents of a sort that was not met yet; undefined: nothing in particular. */
  readonly access: readonly string[] | undefined
  /** For each sort of documents met in which the filter is open, most frequent first. */
  readonly sorts: readonly {
    /** What of the filter documents of the sort satisfy. */
    readonly satisfied: readonly string[]
    readonly documents: number
    /** What is left to ask of them. */
    readonly left: string
    readonly access: readonly string[] | undefined
  }[]
}

/** More alternatives than these are counted only. */
const maxShown = 6

/** A condition as text for people: KQL's look, without its escapes. */
export function conditionText(condition: Condition, textOf: (predicate: number) => string): string {
  switch (condition.kind) {
    case 'always':
      return 'always'
    case 'never':
      return 'never'
    case 'holds':
      return textOf(condition.predicate)
    case 'fails':
      return `not ${textOf(condition.predicate)}`
    default: {
      const parts = condition.of.map((part) => {
        const text = conditionText(part, textOf)
        return part.kind === 'and' || part.kind === 'or' ? `(${text})` : text
      })
      return parts.join(` ${condition.kind} `)
    }
  }
}

/** A predicate as text for people. */
export function predicateText(predicate: Predicate): string {
  switch (predicate.kind) {
    case 'index':
      return `_index: ${shortList(predicate.patterns)}`
    case 'presence':
      return `something at ${predicate.field}`
    case 'document':
      return `${predicate.plan.kind} over ${shortList(planFields(predicate.plan))} (asked of the whole document)`
    default:
      return `${predicate.field}: ${shortList(predicate.leaves.flatMap(leafTexts))}`
  }
}

function shortList(texts: readonly string[]): string {
  const shown = texts.slice(0, maxShown).join(' | ')
  const more = texts.length - maxShown
  return more > 0 ? `(${shown} | ${more} more)` : texts.length > 1 ? `(${shown})` : shown
}

function leafTexts(leaf: ValueLeaf): readonly string[] {
  switch (leaf.kind) {
    case 'match':
      return [JSON.stringify(leaf.literal.value)]
    case 'match-any':
      return leaf.values.map((value) => JSON.stringify(value))
    case 'glob':
      return [globText(leaf.glob)]
    case 'exists':
      return ['*']
    case 'regexp':
      return [`/${leaf.pattern}/`]
    case 'range':
      return [`${rangeSigns[leaf.op]} ${leaf.value}`]
    default:
      return [
        `${leaf.low.inclusive ? '[' : '{'}${leaf.low.value} TO ${leaf.high.value}${leaf.high.inclusive ? ']' : '}'}`,
      ]
  }
}

const rangeSigns = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const
