import type { AskedFilter } from './asked-filter.ts'
import type { Condition } from './condition.ts'

/** A filter of a rule set. */
export interface RuleSetEntry<Key> {
  readonly key: Key
  readonly asked: AskedFilter
  condition: Condition
  /** False once it was taken out or replaced. */
  isLive: boolean
  /** Documents for which there was reason to look at the filter, since it came. */
  looked: number
  /** Documents that it matched. */
  matched: number
  /** The documents for which it was last looked at, and that it last matched, by their number among findings. */
  lookedAt: number
  matchedAt: number
}

/** A filter as far as it is open once something is known of documents. */
export interface OpenFilter<Key> {
  readonly entry: RuleSetEntry<Key>
  readonly condition: Condition
}
