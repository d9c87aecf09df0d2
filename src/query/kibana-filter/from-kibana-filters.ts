import {
  err,
  isJsonObject,
  ok,
  type Diagnostic,
  type JsonObject,
  type JsonValue,
  type Result,
} from '#base'
import type { FilterPlan } from '../plan/filter-plan.ts'
import { clausePlan } from '../dsl/clause-plan.ts'
import { malformed, type Reading } from '../dsl/reading.ts'

/**
 * The plan of a rule's Kibana filters, all of which must hold: `query` holds Elasticsearch's query DSL, older
 * filters have the clause at their top; `meta.negate` and `meta.disabled` are obeyed. No filters mean all
 * documents. The diagnostics name the place in `origin` (`filters[0].query.bool.must[1]`).
 */
export function fromKibanaFilters(
  filters: readonly JsonValue[],
): Result<FilterPlan, readonly Diagnostic[]> {
  const diagnostics: Diagnostic[] = []
  const of = filters.flatMap(
    (filter, position) =>
      filterPlan(filter, { diagnostics, at: `filters[${position}]`, depth: 0 }) ?? [],
  )
  if (diagnostics.length > 0) return err(diagnostics)
  const [first] = of
  if (first === undefined) return ok({ kind: 'all' })
  return ok(of.length === 1 ? first : { kind: 'and', of })
}

/** The plan of one filter; undefined for one that is switched off, or wrong. */
function filterPlan(filter: JsonValue, reading: Reading): FilterPlan | undefined {
  if (!isJsonObject(filter)) return malformed(reading, 'a filter must be an object')
  const meta = isJsonObject(filter['meta']) ? filter['meta'] : {}
  if (meta['disabled'] === true) return undefined
  const plan = meta['type'] === 'combined' ? combinedPlan(meta, reading) : ownPlan(filter, reading)
  if (plan === undefined) return undefined
  return meta['negate'] === true ? { kind: 'not', of: plan } : plan
}

function combinedPlan(meta: JsonObject, reading: Reading): FilterPlan | undefined {
  const { params } = meta
  if (!Array.isArray(params)) return malformed(reading, 'a combined filter needs meta.params')
  const of = params.flatMap((filter: JsonValue, position) => {
    const at = `${reading.at}.meta.params[${position}]`
    return filterPlan(filter, { ...reading, at }) ?? []
  })
  return { kind: meta['relation'] === 'OR' ? 'or' : 'and', of }
}

/** What stands beside a clause in a filter and says nothing about which documents. */
const besides = new Set(['meta', '$state', 'query'])

function ownPlan(filter: JsonObject, reading: Reading): FilterPlan | undefined {
  if (isJsonObject(filter['query'])) {
    return clausePlan(filter['query'], { ...reading, at: `${reading.at}.query` })
  }
  const clause = Object.entries(filter).filter(([key]) => !besides.has(key))
  return clausePlan(Object.fromEntries(clause), reading)
}
