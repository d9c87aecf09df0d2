import type { FilterPlan } from '../plan/filter-plan.ts'

/** All of these, chains flattened and what changes nothing left out. */
export function allOf(parts: readonly FilterPlan[]): FilterPlan {
  return chain('and', parts)
}

/** Any of these, chains flattened and what changes nothing left out. */
export function anyOf(parts: readonly FilterPlan[]): FilterPlan {
  return chain('or', parts)
}

/** What a plan does not mean. */
export function notOf(plan: FilterPlan): FilterPlan {
  if (plan.kind === 'all') return { kind: 'none' }
  if (plan.kind === 'none') return { kind: 'all' }
  return plan.kind === 'not' ? plan.of : { kind: 'not', of: plan }
}

function chain(kind: 'and' | 'or', parts: readonly FilterPlan[]): FilterPlan {
  const [neutral, absorbing] =
    kind === 'and' ? (['all', 'none'] as const) : (['none', 'all'] as const)
  const flat = parts.flatMap((part) => (part.kind === kind ? part.of : [part]))
  if (flat.some((part) => part.kind === absorbing)) return { kind: absorbing }
  const of = flat.filter((part) => part.kind !== neutral)
  const [first] = of
  if (first === undefined) return { kind: neutral }
  return of.length === 1 ? first : { kind, of }
}
