import { err, ok, type Diagnostic, type JsonValue, type Result } from '#base'
import type { FieldCatalogue } from '#event'
import type { FilterPlan } from '../plan/filter-plan.ts'
import { clausePlan } from './clause-plan.ts'

/**
 * The plan of a query in Elasticsearch's query DSL, read as a filter: scores and boosts say nothing. Conditions on
 * `_id` and `_index` are leaves like others. The diagnostics name the place in `origin` (`query.bool.must[1]`).
 */
export function fromQueryDsl(
  query: JsonValue,
  { fields, at = 'query' }: { readonly fields: FieldCatalogue; readonly at?: string },
): Result<FilterPlan, readonly Diagnostic[]> {
  const diagnostics: Diagnostic[] = []
  const plan = clausePlan(query, { diagnostics, at, depth: 0, fields })
  return plan === undefined || diagnostics.length > 0 ? err(diagnostics) : ok(plan)
}
