import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import type { FilterPlan } from '../plan/filter-plan.ts'
import { boolPlan } from './bool-plan.ts'
import { fieldClausePlan, isFieldClause } from './field-clause-plan.ts'
import { below, malformed, unsupported, type Reading } from './reading.ts'

/** Deeper queries are refused; Elasticsearch itself stops at 30 levels of `bool`. */
const maxDepth = 100

/** The plan of one clause of the query DSL: an object whose only key names the kind of clause. */
export function clausePlan(clause: JsonValue, reading: Reading): FilterPlan | undefined {
  if (reading.depth > maxDepth) return unsupported(reading, `nested deeper than ${maxDepth} levels`)
  if (!isJsonObject(clause)) return malformed(reading, 'a query clause must be an object')
  const [kind, ...others] = Object.keys(clause)
  if (kind === undefined) return malformed(reading, 'a query clause must name its kind')
  if (others.length > 0) {
    return malformed(reading, `a query clause has one kind, found ${[kind, ...others].join(', ')}`)
  }
  const inside = below(reading, `.${kind}`)
  const body = clause[kind]
  if (kind === 'match_all') return { kind: 'all' }
  if (kind === 'match_none') return { kind: 'none' }
  if (!isJsonObject(body)) return malformed(inside, `${kind} must be an object`)
  return namedClausePlan(kind, body, inside)
}

function namedClausePlan(kind: string, body: JsonObject, reading: Reading): FilterPlan | undefined {
  if (isFieldClause(kind)) return fieldClausePlan(kind, body, reading)
  if (kind === 'bool') return boolPlan(body, reading, clausePlan)
  if (kind === 'exists') return existsPlan(body, reading)
  if (kind === 'nested') return nestedPlan(body, reading)
  if (kind === 'constant_score')
    return clausePlan(body['filter'] ?? null, below(reading, '.filter'))
  return unsupported(
    reading,
    `${kind} queries are not supported in filters; bool, term, terms, match, match_phrase, exists, range, wildcard, prefix and nested are`,
  )
}

function existsPlan(body: JsonObject, reading: Reading): FilterPlan | undefined {
  const { field } = body
  if (typeof field !== 'string') return malformed(reading, 'exists needs a field')
  return { kind: 'exists', field: { kind: 'field', name: field } }
}

function nestedPlan(body: JsonObject, reading: Reading): FilterPlan | undefined {
  const { path, query } = body
  if (typeof path !== 'string') return malformed(reading, 'nested needs a path')
  const of = clausePlan(query ?? null, below(reading, '.query'))
  return of === undefined ? undefined : { kind: 'nested', path, of }
}
