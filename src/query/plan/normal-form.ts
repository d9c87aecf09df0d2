import { canonicalJson, unreachable, type JsonValue } from '#base'
import type { FilterPlan } from './filter-plan.ts'

/**
 * A plan that means the same, in one shape: negations pushed down to the conditions, chains flattened,
 * sorted and without repetitions, constants folded. Two plans with equal normal forms mean the same; the
 * converse does not hold.
 */
export function normalForm(plan: FilterPlan): FilterPlan {
  return normalize(plan, false)
}

function normalize(plan: FilterPlan, negated: boolean): FilterPlan {
  switch (plan.kind) {
    case 'all':
    case 'none':
      return { kind: (plan.kind === 'all') === negated ? 'none' : 'all' }
    case 'not':
      return normalize(plan.of, !negated)
    case 'and':
    case 'or':
      return chain(
        (plan.kind === 'and') === negated ? 'or' : 'and',
        plan.of.map((part) => normalize(part, negated)),
      )
    case 'nested':
      return negate({ ...plan, of: normalForm(plan.of) }, negated)
    case 'match':
    case 'match-any':
    case 'glob':
    case 'exists':
    case 'range':
    case 'between':
    case 'regexp':
    case 'expression':
      return negate(plan, negated)
    default:
      return unreachable(plan)
  }
}

function negate(plan: FilterPlan, negated: boolean): FilterPlan {
  return negated ? { kind: 'not', of: plan } : plan
}

function chain(kind: 'and' | 'or', parts: readonly FilterPlan[]): FilterPlan {
  const flat = parts.flatMap((part) => (part.kind === kind ? part.of : [part]))
  const absorbing = kind === 'and' ? 'none' : 'all'
  if (flat.some((part) => part.kind === absorbing)) return { kind: absorbing }
  const neutral = kind === 'and' ? 'all' : 'none'
  const byKey = new Map(
    flat.filter((part) => part.kind !== neutral).map((part) => [keyOf(part), part]),
  )
  const of = [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part)
  const [first] = of
  if (first === undefined) return { kind: neutral }
  return of.length === 1 ? first : { kind, of }
}

function keyOf(plan: FilterPlan): string {
  const json: JsonValue = JSON.parse(JSON.stringify(plan))
  return canonicalJson(json)
}
