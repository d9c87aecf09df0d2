import { unreachable } from '#base'
import type { FieldCatalogue, FieldName } from '#event'
import type { FilterPlan } from './filter-plan.ts'
import { isHeldByField } from './necessary-terms.ts'
import { normalForm } from './normal-form.ts'

/** A plan in parts that each ask about the values of one field, for stores that keep fields in columns. */
export type FieldPlan =
  | { readonly kind: 'and' | 'or'; readonly of: readonly FieldPlan[] }
  | {
      readonly kind: 'field'
      /** In which the values stand that `plan` asks for. */
      readonly field: FieldName
      /** Where values may stand besides, for a multi-field; another name than `field`. */
      readonly besides?: FieldName
      /** Of a document that has these fields alone it says what it says of the whole. */
      readonly plan: FilterPlan
    }
  /** Asks about something else. */
  | { readonly kind: 'other' }

/** The same plan by fields. What matches it matches each part of an `and`, and a part of an `or`. */
export function fieldPlanOf(plan: FilterPlan, fields: FieldCatalogue): FieldPlan {
  return byFields(normalForm(plan), fields)
}

function byFields(plan: FilterPlan, fields: FieldCatalogue): FieldPlan {
  switch (plan.kind) {
    case 'and':
    case 'or':
      return { kind: plan.kind, of: plan.of.map((part) => byFields(part, fields)) }
    case 'not': {
      const of = byFields(plan.of, fields)
      return of.kind === 'field' ? { ...of, plan } : { kind: 'other' }
    }
    case 'match':
    case 'match-any':
    case 'glob':
    case 'exists':
    case 'range':
    case 'between':
    case 'regexp': {
      if (plan.field.kind !== 'field') return { kind: 'other' }
      const { name } = plan.field
      const mapping = fields.mappingOf(name)
      if (!isHeldByField(plan, mapping) || fields.nestedPathOf(name) !== undefined) {
        return { kind: 'other' }
      }
      const field = mapping?.valuesFrom ?? name
      return { kind: 'field', field, plan, ...(field !== name && { besides: name }) }
    }
    case 'all':
    case 'none':
    case 'nested':
    case 'expression':
      return { kind: 'other' }
    default:
      return unreachable(plan)
  }
}
