import { Fault, type JsonValue } from '#base'
import type { FieldCatalogue } from '#event'
import { fromQueryDsl, type FilterPlan } from '#query'

/** The plan of a query; no query means all documents. Faults: `invalid`, with every place that is wrong. */
export function filterAt(
  query: JsonValue | undefined,
  at: string,
  fields: FieldCatalogue,
): FilterPlan {
  if (query === undefined || query === null) return { kind: 'all' }
  const plan = fromQueryDsl(query, { fields, at })
  if (plan.ok) return plan.value
  const told = plan.error.map(({ message }) => message)
  throw new Fault('invalid', 'search.wrong-query', told.slice(0, 10).join('; '))
}
