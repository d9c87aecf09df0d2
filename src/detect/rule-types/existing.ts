import type { FieldName } from '#event'
import type { FilterPlan } from '#query'

/** Documents that have a field. */
export function existing(name: FieldName): FilterPlan {
  return { kind: 'exists', field: { kind: 'field', name } }
}
