import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import type { FilterPlan } from '../plan/filter-plan.ts'
import { boolPlan } from './bool-plan.ts'
import { fieldClausePlan, isFieldClause } from './field-clause-plan.ts'
import { below, malformed, unsupported, type Reading } from './reading.ts'
import { multiMatchPlan, queryStringPlan, simpleQueryStringPlan } from './text-clause-plan.ts'

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

type ReadBody = (body: JsonObject, reading: Reading) => FilterPlan | undefined

const readers: ReadonlyMap<string, ReadBody> = new Map<string, ReadBody>([
  ['bool', (body, reading) => boolPlan(body, reading, clausePlan)],
  ['boosting', inner('positive')],
  ['constant_score', inner('filter')],
  ['dis_max', disMaxPlan],
  ['exists', existsPlan],
  ['ids', idsPlan],
  ['multi_match', multiMatchPlan],
  ['nested', nestedPlan],
  // Gone from Elasticsearch since version 5, and still written by tools of that time.
  ['query', (body, reading) => clausePlan(body, reading)],
  ['query_string', queryStringPlan],
  ['simple_query_string', simpleQueryStringPlan],
])

const known =
  'bool, term, terms, match, match_phrase, multi_match, exists, range, wildcard, prefix, regexp, ids, query_string, simple_query_string, nested, match_all and match_none are'

function namedClausePlan(kind: string, body: JsonObject, reading: Reading): FilterPlan | undefined {
  if (isFieldClause(kind)) return fieldClausePlan(kind, body, reading)
  const read = readers.get(kind)
  if (read !== undefined) return read(body, reading)
  return unsupported(reading, `${kind} queries are not supported; ${known}`)
}

/** A clause that only changes the score of the one within. */
function inner(key: string): ReadBody {
  return (body, reading) => clausePlan(body[key] ?? null, below(reading, `.${key}`))
}

function disMaxPlan(body: JsonObject, reading: Reading): FilterPlan | undefined {
  const { queries } = body
  if (!Array.isArray(queries)) return malformed(reading, 'dis_max needs a list of queries')
  const of = queries.flatMap(
    (clause: JsonValue, position) =>
      clausePlan(clause, below(reading, `.queries[${position}]`)) ?? [],
  )
  return { kind: 'or', of }
}

function existsPlan(body: JsonObject, reading: Reading): FilterPlan | undefined {
  const { field } = body
  if (typeof field !== 'string') return malformed(reading, 'exists needs a field')
  return { kind: 'exists', field: { kind: 'field', name: field } }
}

function idsPlan(body: JsonObject, reading: Reading): FilterPlan | undefined {
  if (reading.fields === undefined) {
    return unsupported(reading, 'ids: a filter of a rule is not about single documents')
  }
  const { values } = body
  const list: readonly JsonValue[] = Array.isArray(values) ? values : [values ?? null]
  const ids = list.filter((id) => typeof id === 'string')
  if (ids.length < list.length) return malformed(reading, 'ids needs a list of texts as values')
  return { kind: 'match-any', field: { kind: 'field', name: '_id' }, values: ids }
}

function nestedPlan(body: JsonObject, reading: Reading): FilterPlan | undefined {
  const { path, query } = body
  if (typeof path !== 'string') return malformed(reading, 'nested needs a path')
  const of = clausePlan(query ?? null, below(reading, '.query'))
  return of === undefined ? undefined : { kind: 'nested', path, of }
}
