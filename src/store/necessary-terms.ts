import type { FieldCatalogue } from '#event'
import type { FilterPlan } from '#query'

/** Something every match has: a value, spelt like this, of a field; or any value of the field. */
export type NecessaryTerm =
  | { readonly kind: 'value'; readonly field: string; readonly value: string }
  | { readonly kind: 'field'; readonly field: string }

/** ANDed groups of ORed terms: a document that lacks all terms of a group does not match the plan. */
export function necessaryTerms(
  _plan: FilterPlan,
  _fields: FieldCatalogue,
): readonly (readonly NecessaryTerm[])[] {
  return []
}
