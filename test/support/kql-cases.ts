import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import {
  emptyCatalogue,
  fieldTypeOf,
  withMappings,
  type FieldCatalogue,
  type MappingOverride,
} from '#event'
import {
  compileFilter,
  evaluateFilter,
  kuery,
  normalForm,
  toKueryAst,
  toQueryDsl,
  type FilterPlan,
  type MatchContext,
} from '#query'

/** What one test vector gave, ready to be compared as a whole. */
export interface CaseOutcome {
  readonly id: string
  readonly query: string
  readonly expected: JsonValue
  readonly found: JsonValue
}

/** The outcomes of a file of KQL parse vectors: `cases`, `equivalences` and `to_dsl`. */
export function kqlParseOutcomes(file: JsonObject): readonly CaseOutcome[] {
  return [
    ...objectsOf(file['cases']).map(parseOutcome),
    ...objectsOf(file['equivalences']).map(equivalenceOutcome),
    ...objectsOf(file['to_dsl']).map(dslOutcome),
  ]
}

/** The outcomes of a file of KQL evaluation vectors; `found` is null where the two matchers disagree. */
export function kqlEvalOutcomes(file: JsonObject): readonly CaseOutcome[] {
  const documents = objectOf(file['documents'])
  const nowMs = Date.parse(textOf(file['now']))
  return objectsOf(file['cases']).map((vector) => {
    const document = objectOf(documents[textOf(vector['doc'])])
    const context = { fields: catalogueOf(document), nowMs }
    const query = textOf(vector['query'])
    const found = matchOf(query, objectOf(document['doc']), context)
    return { id: textOf(vector['id']), query, expected: vector['expected'] ?? null, found }
  })
}

/** The catalogue that a vector's document speaks of: its mappings, its `ignore_above`, keywords for the rest. */
export function catalogueOf(document: JsonObject): FieldCatalogue {
  const limits = objectOf(document['ignore_above'])
  const overrides: Record<string, MappingOverride> = {}
  for (const [name, type] of Object.entries(objectOf(document['mapping']))) {
    overrides[name] = fieldTypeOf(textOf(type)) ?? 'keyword'
  }
  for (const [name, limit] of Object.entries(limits)) {
    const own = overrides[name]
    const type = typeof own === 'string' ? own : 'keyword'
    overrides[name] = { type, ignore_above: Number(limit) }
  }
  return withMappings(emptyCatalogue(), overrides)
}

function matchOf(query: string, source: JsonObject, context: MatchContext): JsonValue {
  const plan = kuery.parse(query)
  if (!plan.ok) return plan.error.map((diagnostic) => diagnostic.message)
  const fast = compileFilter(plan.value, context)(source)
  return fast === evaluateFilter(plan.value, source, context) ? fast : null
}

function parseOutcome(vector: JsonObject): CaseOutcome {
  const query = textOf(vector['query'])
  const parsed = toKueryAst(query)
  const isRefused = vector['error'] === true
  return {
    id: textOf(vector['id']),
    query,
    expected: isRefused ? 'an error' : (vector['ast'] ?? null),
    found: parsed.ok ? parsed.value : isRefused ? 'an error' : (parsed.error[0]?.message ?? null),
  }
}

function equivalenceOutcome(vector: JsonObject): CaseOutcome {
  const [left, right] = [textOf(vector['left']), textOf(vector['right'])]
  return {
    id: textOf(vector['id']),
    query: left,
    expected: normalJson(right),
    found: normalJson(left),
  }
}

function normalJson(text: string): JsonValue {
  const plan = kuery.parse(text)
  return plan.ok ? jsonOf(normalForm(plan.value)) : 'an error'
}

function jsonOf(plan: FilterPlan): JsonValue {
  const json: JsonValue = JSON.parse(JSON.stringify(plan))
  return json
}

function dslOutcome(vector: JsonObject): CaseOutcome {
  const query = textOf(vector['query'])
  const plan = kuery.parse(query)
  const fields = describedFields(objectOf(vector['field_types']))
  return {
    id: textOf(vector['id']),
    query,
    expected: vector['dsl'] ?? null,
    found: plan.ok ? toQueryDsl(plan.value, fields) : 'an error',
  }
}

/** The vectors describe types in words: a type's name, `inside nested <path>`, or that it is no keyword. */
function describedFields(types: JsonObject): FieldCatalogue {
  const overrides: Record<string, MappingOverride> = {}
  for (const [name, described] of Object.entries(types)) {
    const words = textOf(described)
    const path = /^inside nested (\S+)$/.exec(words)?.[1]
    if (path !== undefined) overrides[path] = 'nested'
    overrides[name] = fieldTypeOf(words) ?? 'text'
  }
  return withMappings(emptyCatalogue(), overrides)
}

function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : String(value)
}
