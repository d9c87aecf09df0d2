import { hashOf } from '#base'
import type { FilterPlan } from '#query'
import { dependsOnTime, filterKey } from './effective-filter.ts'

/** What a filter means, for whoever keeps something of it. */
export interface FilterMeaning {
  /** The same for filters that mean the same documents at the same time. */
  readonly key: string
  /** Whether it may mean other documents at another time. */
  readonly isOfTheMoment: boolean
}

/**
 * The meaning of a filter. Cost: next to nothing for parts that were asked about before, and a rule's own
 * filter is the same object in all of its executions.
 */
export function filterMeaning(plan: FilterPlan): FilterMeaning {
  if (plan.kind !== 'and') return meaningOfPart(plan)
  const parts = plan.of.map(filterMeaning)
  return {
    key: `and(${parts.map(({ key }) => key).join(',')})`,
    isOfTheMoment: parts.some(({ isOfTheMoment }) => isOfTheMoment),
  }
}

const meanings = new WeakMap<FilterPlan, FilterMeaning>()

function meaningOfPart(plan: FilterPlan): FilterMeaning {
  const known = meanings.get(plan)
  if (known !== undefined) return known
  const text = filterKey(plan)
  const fresh = { key: hashOf('filter', text), isOfTheMoment: dependsOnTime(text) }
  meanings.set(plan, fresh)
  return fresh
}
