import type { FieldName } from '#event'
import type { ValuePlan } from '../match/compiled-value-test.ts'
import type { FilterPlan } from '../plan/filter-plan.ts'

/** A question that is answered once for a document, however many filters ask it. */
export type Predicate =
  /** Some value of a field satisfies one of these leaves. */
  | {
      readonly kind: 'values'
      readonly field: FieldName
      readonly leaves: readonly ValueLeaf[]
      readonly nowMs: number
    }
  /** The document lies in an index that these patterns mean. */
  | { readonly kind: 'index'; readonly patterns: readonly string[] }
  /** Something stands at a field or below it, be it an empty object. */
  | { readonly kind: 'presence'; readonly field: FieldName }
  /** Whatever cannot be answered value by value: asked of the document as a whole. */
  | { readonly kind: 'document'; readonly plan: FilterPlan; readonly nowMs: number }

/** A leaf about one field that each of its values answers by itself. */
export type ValueLeaf = (ValuePlan | Extract<FilterPlan, { readonly kind: 'exists' }>) & {
  readonly field: { readonly kind: 'field'; readonly name: FieldName }
}
