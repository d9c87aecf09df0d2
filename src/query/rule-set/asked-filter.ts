import type { MatchContext } from '../match/matcher.ts'
import type { FilterPlan } from '../plan/filter-plan.ts'

/** A filter, what it is compiled against, and the indices whose documents it is about. */
export interface AskedFilter {
  readonly filter: FilterPlan
  readonly context: MatchContext
  /** Index patterns; absent: documents of any index. */
  readonly indices?: readonly string[]
}
