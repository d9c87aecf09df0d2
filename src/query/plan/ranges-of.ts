import type { FilterPlan } from './filter-plan.ts'

type BetweenPlan = Extract<FilterPlan, { readonly kind: 'between' }>
type RangePlan = Extract<FilterPlan, { readonly kind: 'range' }>

/** The lower and the upper bound of a span, each as a range: one value must satisfy both. */
export function rangesOf({ field, low, high }: BetweenPlan): readonly [RangePlan, RangePlan] {
  return [
    { kind: 'range', field, op: low.inclusive ? 'gte' : 'gt', value: low.value },
    { kind: 'range', field, op: high.inclusive ? 'lte' : 'lt', value: high.value },
  ]
}
