import { unreachable } from '#base'
import type { FieldName } from '#event'
import type { FieldSelector, FilterPlan } from './filter-plan.ts'
import { globText } from './glob-text.ts'
import { expressionFields } from './value-expression.ts'

/**
 * Every field that a plan names, sorted, once each; patterns as written (`process.*`), `*` for a search
 * over any field, and the paths of nested parts.
 */
export function planFields(plan: FilterPlan): readonly FieldName[] {
  const found = new Set<FieldName>()
  collect(plan, found)
  return [...found].toSorted()
}

function collect(plan: FilterPlan, found: Set<FieldName>): void {
  switch (plan.kind) {
    case 'all':
    case 'none':
      return
    case 'not':
      return collect(plan.of, found)
    case 'and':
    case 'or':
      for (const part of plan.of) collect(part, found)
      return
    case 'nested':
      found.add(plan.path)
      return collect(plan.of, found)
    case 'match':
    case 'match-any':
    case 'glob':
    case 'exists':
    case 'range':
    case 'between':
    case 'regexp':
      found.add(nameOf(plan.field))
      return
    case 'expression':
      for (const field of expressionFields(plan.of)) found.add(field)
      return
    default:
      return unreachable(plan)
  }
}

function nameOf(field: FieldSelector): FieldName {
  if (field.kind === 'field') return field.name
  return field.kind === 'pattern' ? globText(field.parts) : '*'
}
