import type { FieldCatalogue } from '#event'
import type { FilterPlan } from '../plan/filter-plan.ts'
import type { EqlExpression } from './ast.ts'
import { sortOf } from './check-sort.ts'
import { leafPlan } from './lower-leaf.ts'
import { allOf, anyOf, notOf } from './lower-parts.ts'
import { constantOf, loweringFor, valueExpression } from './lower-value.ts'

/**
 * The plan of a condition: `and`, `or` and `not` of leaves, each of which is true or false. What is no
 * comparison of a plain field with constants is an expression.
 */
export function conditionPlan(condition: EqlExpression, fields: FieldCatalogue): FilterPlan {
  switch (condition.kind) {
    case 'and':
      return allOf(condition.of.map((part) => conditionPlan(part, fields)))
    case 'or':
      return anyOf(condition.of.map((part) => conditionPlan(part, fields)))
    case 'not':
      return notOf(conditionPlan(condition.of, fields))
    default:
      return (
        withoutTruth(condition, fields) ??
        leafPlan(condition, loweringFor(fields)) ??
        worked(condition, fields)
      )
  }
}

function worked(condition: EqlExpression, fields: FieldCatalogue): FilterPlan {
  const of = valueExpression(condition, fields)
  const constant = constantOf(of)
  if (constant === undefined) return { kind: 'expression', of }
  return { kind: constant === true ? 'all' : 'none' }
}

/** A condition compared with true or false is that condition, or its negation. Plain fields are leaves. */
function withoutTruth(condition: EqlExpression, fields: FieldCatalogue): FilterPlan | undefined {
  if (condition.kind !== 'comparison') return undefined
  const { op, left, right } = condition
  if (op !== '==' && op !== '!=') return undefined
  const [inner, truth] = left.kind === 'boolean' ? [right, left] : [left, right]
  if (truth.kind !== 'boolean' || inner.kind === 'field') return undefined
  if (sortOf(inner, fields) !== 'boolean') return undefined
  const plan = conditionPlan(inner, fields)
  return truth.value === (op === '==') ? plan : notOf(plan)
}
