import { isJsonObject, unreachable, type JsonObject, type JsonValue } from '#base'
import type { FieldCatalogue, FieldMapping, FieldName } from '#event'
import { globText, neededFields, normalForm, type FilterPlan, type GlobPart } from '#query'
import type { EventIndexing } from './event-mapping.ts'

/** What a plan is turned into a query against. */
export interface PlanQueryContext {
  readonly fields: FieldCatalogue
  readonly indexing: EventIndexing
}

/**
 * A query that finds every event which a plan matches, and perhaps more: the matcher decides among them. What the
 * cluster indexes as the plan's catalogue has it is asked by value; of all else it is asked whether the event has the
 * field at all (`vedette.fields`), and so is a plan of more clauses than clusters take. An event that is kept as text is
 * found by every query.
 */
export function planQuery(plan: FilterPlan, context: PlanQueryContext): JsonObject {
  const form = normalForm(plan)
  const byFields = { ...context, indexing: () => undefined }
  const queries = [superset(form, context), superset(form, byFields)]
  const query = queries.find((each) => clausesOf(each) <= maxClauses) ?? all
  return isAll(query) ? query : anyOf([query, { term: { 'vedette.as_text': true } }])
}

/** Clusters take 1,024 clauses unless they are told otherwise; some are left for what stands around a plan. */
const maxClauses = 1_000

/** How many conditions a query has that are not made of others. */
function clausesOf(query: JsonObject): number {
  const { bool } = query
  if (!isJsonObject(bool)) return 1
  return Object.values(bool)
    .flatMap((part) => (Array.isArray(part) ? part.filter(isJsonObject) : []))
    .reduce((count, part) => count + clausesOf(part), 0)
}

type Leaf = Extract<FilterPlan, { readonly field: unknown }>

interface LeafQuery {
  readonly query: JsonObject
  /** Whether it finds nothing besides what the leaf matches: only then may it be negated. */
  readonly isExact: boolean
}

function superset(plan: FilterPlan, context: PlanQueryContext): JsonObject {
  switch (plan.kind) {
    case 'all':
      return all
    case 'none':
      return { match_none: {} }
    case 'and':
      return allOf(plan.of.map((part) => superset(part, context)))
    case 'or':
      return anyOf(plan.of.map((part) => superset(part, context)))
    case 'not': {
      const of = 'field' in plan.of ? leafQuery(plan.of, context) : undefined
      return of?.isExact === true ? { bool: { must_not: [of.query] } } : all
    }
    case 'nested':
      return allOf([hasField(plan.path), superset(plan.of, context)])
    case 'expression':
      return allOf(neededFields(plan.of).map((name) => hasSome(heldBy(name, context.fields))))
    case 'match':
    case 'match-any':
    case 'glob':
    case 'exists':
    case 'range':
    case 'between':
    case 'regexp':
      return leafQuery(plan, context).query
    default:
      return unreachable(plan)
  }
}

const all: JsonObject = { match_all: {} }

function isAll(query: JsonObject): boolean {
  return 'match_all' in query
}

function allOf(queries: readonly JsonObject[]): JsonObject {
  const filter = distinct(queries.filter((query) => !isAll(query)))
  const [first] = filter
  if (first === undefined) return all
  return filter.length === 1 ? first : { bool: { filter } }
}

function anyOf(queries: readonly JsonObject[]): JsonObject {
  if (queries.some(isAll)) return all
  const should = distinct(queries)
  const [first] = should
  if (first === undefined) return { match_none: {} }
  return should.length === 1 ? first : { bool: { should, minimum_should_match: 1 } }
}

function distinct(queries: readonly JsonObject[]): readonly JsonObject[] {
  return [...new Map(queries.map((query) => [JSON.stringify(query), query])).values()]
}

function leafQuery(plan: Leaf, context: PlanQueryContext): LeafQuery {
  const { fields, indexing } = context
  if (plan.field.kind === 'any') return { query: all, isExact: false }
  if (plan.field.kind === 'pattern') {
    return { query: hasFieldLike(globText(plan.field.parts), fields), isExact: false }
  }
  const { name } = plan.field
  const mapping = fields.mappingOf(name)
  const indexed = indexing(name)
  const byValue =
    indexed !== undefined && mapping !== undefined && isSame(mapping, indexed.mapping)
      ? valueQuery(plan, name, mapping)
      : undefined
  return byValue ?? { query: hasSome(heldBy(name, fields)), isExact: false }
}

/** Whether the plan reads a field as it was indexed. */
function isSame(asked: FieldMapping, indexed: FieldMapping): boolean {
  return (
    asked.type === indexed.type &&
    asked.ignoreAbove === indexed.ignoreAbove &&
    asked.caseless === indexed.caseless
  )
}

/** The fields in which the values of a field may stand: a multi-field has those of another. */
function heldBy(name: FieldName, fields: FieldCatalogue): readonly FieldName[] {
  return [...new Set([fields.mappingOf(name)?.valuesFrom ?? name, name])]
}

function hasField(name: FieldName): JsonObject {
  return hasSome([name])
}

function hasSome(names: readonly FieldName[]): JsonObject {
  return { terms: { 'vedette.fields': names } }
}

/** Events with a field of such a name, or with one that a multi-field of such a name indexes. */
function hasFieldLike(pattern: string, fields: FieldCatalogue): JsonObject {
  const besides = fields.expand(pattern).flatMap((name) => fields.mappingOf(name)?.valuesFrom ?? [])
  const value = pattern.replaceAll('\\', '\\\\')
  const like = { wildcard: { 'vedette.fields': { value } } }
  return besides.length === 0 ? like : anyOf([like, hasSome([...new Set(besides)])])
}

function valueQuery(plan: Leaf, name: FieldName, mapping: FieldMapping): LeafQuery | undefined {
  switch (mapping.type) {
    case 'keyword':
    case 'constant_keyword':
    case 'wildcard':
      return mapping.caseless === true ? undefined : keywordQuery(plan, name)
    case 'boolean':
      return atLeast(booleanQuery(plan, name))
    case 'ip':
      return atLeast(ipQuery(plan, name))
    default:
      return atLeast(numberQuery(plan, name))
  }
}

function atLeast(query: JsonObject | undefined): LeafQuery | undefined {
  return query && { query, isExact: false }
}

/** Longer patterns, and more values at once, cost a cluster more than they save; some clusters refuse them. */
const maxPatternLength = 1_000
const maxAnyRuns = 8
const maxTerms = 10_000

function keywordQuery(plan: Leaf, name: FieldName): LeafQuery | undefined {
  const isCaseless = 'caseless' in plan && (plan.caseless ?? false)
  const term = (value: string): JsonObject => ({
    term: { [name]: { value, ...(isCaseless && { case_insensitive: true }) } },
  })
  switch (plan.kind) {
    case 'match': {
      const value = String(plan.literal.value)
      if (!isPlain(value)) return undefined
      return { query: term(value), isExact: !isCaseless }
    }
    case 'match-any': {
      const values = plan.values.map(String)
      if (values.length > maxTerms || !values.every(isPlain)) return undefined
      if (!isCaseless) return { query: { terms: { [name]: values } }, isExact: true }
      return values.length > 500 ? undefined : { query: anyOf(values.map(term)), isExact: false }
    }
    case 'glob': {
      const value = wildcardText(plan.glob)
      const runs = plan.glob.filter(({ kind }) => kind === 'any-run').length
      if (value.length > maxPatternLength || runs > maxAnyRuns || !isPlain(value)) return undefined
      const caseless = isCaseless && { case_insensitive: true }
      return { query: { wildcard: { [name]: { value, ...caseless } } }, isExact: false }
    }
    case 'range':
      if (isCaseless || !isPlain(String(plan.value))) return undefined
      return { query: rangeOf(name, { [plan.op]: String(plan.value) }), isExact: false }
    case 'exists':
    case 'between':
    case 'regexp':
      return undefined
    default:
      return unreachable(plan)
  }
}

/** A text with half a character reaches no cluster as it is. */
function isPlain(text: string): boolean {
  return text.isWellFormed()
}

function wildcardText(glob: readonly GlobPart[]): string {
  return glob
    .map((part) => {
      if (part.kind === 'literal') return part.text.replaceAll(/[\\*?]/g, '\\$&')
      return part.kind === 'any-run' ? '*' : '?'
    })
    .join('')
}

function booleanQuery(plan: Leaf, name: FieldName): JsonObject | undefined {
  if (plan.kind !== 'match' && plan.kind !== 'match-any') return undefined
  const values = plan.kind === 'match' ? [plan.literal.value] : plan.values
  const asked = new Set(values.map(String).filter((text) => text === 'true' || text === 'false'))
  return asked.size === 1 ? { term: { [name]: asked.has('true') } } : undefined
}

function ipQuery(plan: Leaf, name: FieldName): JsonObject | undefined {
  if (plan.kind !== 'match' && plan.kind !== 'match-any') return undefined
  const values = (plan.kind === 'match' ? [plan.literal.value] : plan.values).map(String)
  const isKnown = values.every((text) => /^\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?$/.test(text))
  return isKnown && values.length <= 500 && values.every(isIpv4)
    ? { terms: { [name]: values } }
    : undefined
}

function isIpv4(text: string): boolean {
  const [address = '', bits = '32'] = text.split('/')
  return (
    Number(bits) <= 32 &&
    address.split('.').every((part) => Number(part) <= 255 && String(Number(part)) === part)
  )
}

/**
 * Whole and half-precision numbers are rounded before they are compared, and the cluster has them unrounded: it is
 * asked for a stretch around the number, wide enough for any of them.
 */
function numberQuery(plan: Leaf, name: FieldName): JsonObject | undefined {
  const around = (
    value: JsonValue,
  ): { readonly low: number; readonly high: number } | undefined => {
    const number = Number(value)
    if (typeof value === 'boolean' || !Number.isFinite(number) || value === '') return undefined
    const slack = 1 + Math.abs(number) / 512
    return { low: number - slack, high: number + slack }
  }
  const near = (value: JsonValue): JsonObject | undefined => {
    const found = around(value)
    return found && rangeOf(name, { gte: found.low, lte: found.high })
  }
  switch (plan.kind) {
    case 'match':
      return near(plan.literal.value)
    case 'match-any': {
      if (plan.values.length > 500) return undefined
      const parts = plan.values.map(near)
      const known = parts.filter((part) => part !== undefined)
      return known.length === parts.length ? anyOf(known) : undefined
    }
    case 'range': {
      const found = around(plan.value)
      if (found === undefined) return undefined
      return rangeOf(name, plan.op.startsWith('g') ? { gte: found.low } : { lte: found.high })
    }
    default:
      return undefined
  }
}

function rangeOf(name: FieldName, bounds: JsonObject): JsonObject {
  return { range: { [name]: bounds } }
}
