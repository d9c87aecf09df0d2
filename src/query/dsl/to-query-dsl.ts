import { unreachable, type JsonObject, type JsonValue } from '#base'
import { familyOf, type FieldCatalogue, type FieldName } from '#event'
import type { FieldSelector, FilterPlan, GlobPart } from '../plan/filter-plan.ts'
import { globText } from '../plan/glob-text.ts'

/**
 * The Elasticsearch query of a plan, as Kibana writes it for KQL: keyword fields by `term` and `wildcard`,
 * dates by `range`, everything else by `match`, `match_phrase` and `query_string`. Throws for an expression, which
 * only EQL writes and Elasticsearch has no query for but a script.
 */
export function toQueryDsl(plan: FilterPlan, fields: FieldCatalogue): JsonObject {
  switch (plan.kind) {
    case 'all':
      return { match_all: {} }
    case 'none':
      return { match_none: {} }
    case 'not':
      return { bool: { must_not: [toQueryDsl(plan.of, fields)] } }
    case 'and':
      return { bool: { filter: plan.of.map((part) => toQueryDsl(part, fields)) } }
    case 'or':
      return oneOf(plan.of.map((part) => toQueryDsl(part, fields)))
    case 'nested':
      return nested(plan.path, toQueryDsl(plan.of, fields))
    case 'match':
    case 'match-any':
    case 'glob':
    case 'exists':
    case 'range':
    case 'between':
    case 'regexp':
      return leafDsl(plan, fields)
    case 'expression':
      throw new Error('an expression has no Elasticsearch query')
    default:
      return unreachable(plan)
  }
}

type Leaf = Extract<
  FilterPlan,
  { readonly kind: 'match' | 'match-any' | 'glob' | 'exists' | 'range' | 'between' | 'regexp' }
>

function oneOf(should: readonly JsonObject[]): JsonObject {
  return { bool: { should, minimum_should_match: 1 } }
}

function nested(path: FieldName, query: JsonObject): JsonObject {
  return { nested: { path, query, score_mode: 'none' } }
}

function leafDsl(plan: Leaf, fields: FieldCatalogue): JsonObject {
  if (plan.field.kind === 'any') return anyFieldDsl(plan)
  return oneOf(
    namesOf(plan.field, fields).map((name) => {
      const clause = clauseDsl(plan, name, fields)
      const path = plan.field.kind === 'pattern' ? fields.nestedPathOf(name) : undefined
      return path === undefined ? clause : nested(path, clause)
    }),
  )
}

/** A pattern means every known field it matches, and where there is none, the field of that very name. */
function namesOf(field: FieldSelector, fields: FieldCatalogue): readonly FieldName[] {
  if (field.kind === 'field') return [field.name]
  const pattern = field.kind === 'pattern' ? globText(field.parts) : '*'
  const known = fields.expand(pattern)
  return known.length > 0 ? known : [pattern]
}

function anyFieldDsl(plan: Leaf): JsonObject {
  switch (plan.kind) {
    case 'match':
      return multiMatch(plan.literal.value, plan.literal.quoted)
    case 'match-any':
      return oneOf(plan.values.map((value) => multiMatch(value, true)))
    case 'glob':
      return { query_string: { query: queryString(plan.glob) } }
    case 'exists':
      return { match_all: {} }
    case 'regexp':
      return { query_string: { query: `/${slashesEscaped(plan.pattern)}/` } }
    case 'range':
    case 'between':
      return { match_none: {} }
    default:
      return unreachable(plan)
  }
}

function multiMatch(query: JsonValue, quoted: boolean): JsonObject {
  return { multi_match: { type: quoted ? 'phrase' : 'best_fields', query, lenient: true } }
}

function clauseDsl(plan: Leaf, name: FieldName, fields: FieldCatalogue): JsonObject {
  const mapping = fields.mappingOf(name)
  const family = mapping === undefined ? undefined : familyOf(mapping.type)
  const isKeyword = family === 'keyword'
  switch (plan.kind) {
    case 'exists':
      return { exists: { field: name } }
    case 'range':
      return { range: { [name]: { [plan.op]: plan.value } } }
    case 'between':
      return {
        range: {
          [name]: {
            [plan.low.inclusive ? 'gte' : 'gt']: plan.low.value,
            [plan.high.inclusive ? 'lte' : 'lt']: plan.high.value,
          },
        },
      }
    case 'regexp':
      return { regexp: { [name]: withCase({ value: plan.pattern }, plan.caseless) } }
    case 'match-any':
      if (plan.caseless === true) {
        const terms = plan.values.map((value) => withCase({ value }, plan.caseless))
        return oneOf(terms.map((term) => ({ term: { [name]: term } })))
      }
      if (isKeyword) return { terms: { [name]: plan.values } }
      return oneOf(plan.values.map((value) => ({ match_phrase: { [name]: value } })))
    case 'glob':
      if (!isKeyword && plan.caseless !== true) {
        return { query_string: { fields: [name], query: queryString(plan.glob) } }
      }
      return { wildcard: { [name]: withCase({ value: wildcardText(plan.glob) }, plan.caseless) } }
    case 'match': {
      const { value, quoted } = plan.literal
      if (isKeyword || plan.caseless === true) {
        return { term: { [name]: withCase({ value }, plan.caseless) } }
      }
      if (family === 'date') return { range: { [name]: { gte: value, lte: value } } }
      return quoted ? { match_phrase: { [name]: value } } : { match: { [name]: value } }
    }
    default:
      return unreachable(plan)
  }
}

function withCase(body: JsonObject, caseless: boolean | undefined): JsonObject {
  return caseless === true ? { ...body, case_insensitive: true } : body
}

/** A glob in the syntax of `query_string`; spaces stay bare, so Elasticsearch splits at them. */
function queryString(glob: readonly GlobPart[]): string {
  return escaped(glob, /[-+=&|><!(){}[\]^"~*?:\\/]/g)
}

/** A regular expression between slashes; a slash that is escaped already stays as it is. */
function slashesEscaped(pattern: string): string {
  return pattern.replace(/\\.|\//gs, (found) => (found === '/' ? '\\/' : found))
}

function wildcardText(glob: readonly GlobPart[]): string {
  return escaped(glob, /[\\*?]/g)
}

function escaped(glob: readonly GlobPart[], special: RegExp): string {
  return glob
    .map((part) => {
      if (part.kind === 'literal') return part.text.replace(special, '\\$&')
      return part.kind === 'any-run' ? '*' : '?'
    })
    .join('')
}
