import { type JsonObject, type JsonValue } from '#base'
import { lowerLucene } from '../lucene/lower.ts'
import { parseLucene } from '../lucene/parse.ts'
import type { LuceneClause, LuceneNode } from '../lucene/ast.ts'
import type { FieldSelector, FilterPlan, GlobPart } from '../plan/filter-plan.ts'
import { malformed, unsupported, type Reading } from './reading.ts'
import { parseSimpleQuery } from './simple-query-string.ts'
import { wordsPlan, type WantedWords } from './words-plan.ts'

/** Members that change scores, or nothing that a filter sees. */
const harmless = [
  '_name',
  'allow_leading_wildcard',
  'analyze_wildcard',
  'auto_generate_synonyms_phrase_query',
  'boost',
  'enable_position_increments',
  'fuzzy_max_expansions',
  'fuzzy_prefix_length',
  'fuzzy_transpositions',
  'lenient',
  'max_determinized_states',
  'rewrite',
  'tie_breaker',
]

/** The plan of a `multi_match` query: a match in any of its fields. */
export function multiMatchPlan(body: JsonObject, reading: Reading): FilterPlan | undefined {
  if (!hasOnly(body, ['query', 'fields', 'type', 'operator'], reading)) return undefined
  const { query, type = 'best_fields' } = body
  if (typeof query === 'object' || query === undefined) {
    return malformed(reading, 'multi_match needs a query')
  }
  const selectors = selectorsOf(body['fields'], reading)
  const operator = operatorOf(body['operator'], reading)
  if (selectors === undefined || operator === undefined) return undefined
  const quoted = type === 'phrase'
  if (!quoted && type !== 'best_fields' && type !== 'most_fields' && type !== 'cross_fields') {
    return unsupported(reading, `type ${JSON.stringify(type)} of multi_match`)
  }
  return inAnyOf(selectors, { value: query, quoted, operator }, reading)
}

/** The plan of a `query_string` query, which is Lucene's syntax. */
export function queryStringPlan(body: JsonObject, reading: Reading): FilterPlan | undefined {
  const mine = ['query', 'fields', 'default_field', 'default_operator', 'type']
  if (!hasOnly(body, mine, reading)) return undefined
  const { query, type = 'best_fields' } = body
  if (typeof query !== 'string') return malformed(reading, 'query_string needs a query')
  if (type !== 'best_fields') {
    return unsupported(reading, `type ${JSON.stringify(type)} of query_string`)
  }
  const selectors = selectorsOf(body['fields'] ?? body['default_field'], reading)
  const operator = operatorOf(body['default_operator'], reading)
  if (selectors === undefined || operator === undefined) return undefined
  const parsed = parseLucene(query)
  if (!parsed.ok) {
    for (const { message, span } of parsed.error) {
      malformed(reading, `${message} (at character ${span.start + 1} of the query)`)
    }
    return undefined
  }
  const { node } = parsed.value
  if (node === undefined) return { kind: 'none' }
  return onFields(lowerLucene(operator === 'and' ? allRequired(node) : node), {
    selectors,
    operator,
    reading,
  })
}

/** The plan of a `simple_query_string` query, which no text is an error to. */
export function simpleQueryStringPlan(body: JsonObject, reading: Reading): FilterPlan | undefined {
  const mine = ['query', 'fields', 'default_operator', 'flags']
  if (!hasOnly(body, mine, reading)) return undefined
  const { query, flags = 'ALL' } = body
  if (typeof query !== 'string') return malformed(reading, 'simple_query_string needs a query')
  if (flags !== 'ALL' && flags !== -1) {
    return unsupported(reading, 'flags of simple_query_string: only ALL')
  }
  const selectors = selectorsOf(body['fields'], reading)
  const operator = operatorOf(body['default_operator'], reading)
  if (selectors === undefined || operator === undefined) return undefined
  const plan = parseSimpleQuery(query, operator)
  if (typeof plan === 'string') return unsupported(reading, plan)
  return onFields(plan, { selectors, operator, reading })
}

function hasOnly(body: JsonObject, mine: readonly string[], reading: Reading): boolean {
  const strange = Object.keys(body).find((key) => !mine.includes(key) && !harmless.includes(key))
  if (strange === undefined) return true
  unsupported(reading, `${strange} is not supported; leave it out`)
  return false
}

function operatorOf(value: JsonValue | undefined, reading: Reading): 'and' | 'or' | undefined {
  const text = String(value ?? 'or').toLowerCase()
  if (text === 'and' || text === 'or') return text
  return malformed(reading, `the operator is "and" or "or", not ${JSON.stringify(value)}`)
}

/** Fields by name or pattern, a weight (`message^2`) left out; every field where none is named. */
function selectorsOf(
  value: JsonValue | undefined,
  reading: Reading,
): readonly FieldSelector[] | undefined {
  if (value === undefined) return [{ kind: 'any' }]
  const list: readonly JsonValue[] = Array.isArray(value) ? value : [value]
  const selectors: FieldSelector[] = []
  for (const name of list) {
    if (typeof name !== 'string' || name === '') {
      return malformed(reading, 'fields must be a list of names')
    }
    selectors.push(selectorOf(name.replace(/\^[\d.]+$/, '')))
  }
  return selectors.length === 0 ? [{ kind: 'any' }] : selectors
}

function selectorOf(name: string): FieldSelector {
  if (name === '*') return { kind: 'any' }
  if (!name.includes('*')) return { kind: 'field', name }
  const parts = name
    .split(/(\*)/)
    .filter((piece) => piece !== '')
    .map((piece): GlobPart =>
      piece === '*' ? { kind: 'any-run' } : { kind: 'literal', text: piece },
    )
  return { kind: 'pattern', parts }
}

function inAnyOf(
  selectors: readonly FieldSelector[],
  wanted: WantedWords,
  reading: Reading,
): FilterPlan | undefined {
  const of = selectors.flatMap((field) => wordsPlan(field, wanted, reading) ?? [])
  const [first] = of
  return of.length === 1 ? first : { kind: 'or', of }
}

interface Target {
  readonly selectors: readonly FieldSelector[]
  readonly operator: 'and' | 'or'
  readonly reading: Reading
}

/** The plan with its leaves that name no field asked of these fields. */
function onFields(plan: FilterPlan, target: Target): FilterPlan | undefined {
  const { selectors, operator, reading } = target
  switch (plan.kind) {
    case 'and':
    case 'or':
      return { kind: plan.kind, of: plan.of.flatMap((part) => onFields(part, target) ?? []) }
    case 'not':
    case 'nested': {
      const of = onFields(plan.of, target)
      return of === undefined ? undefined : { ...plan, of }
    }
    case 'match': {
      const { quoted, value } = plan.literal
      const fields = plan.field.kind === 'any' ? selectors : [plan.field]
      return inAnyOf(fields, { value, quoted, operator }, reading)
    }
    case 'match-any':
    case 'glob':
    case 'exists':
    case 'range':
    case 'between':
    case 'regexp':
      if (plan.field.kind !== 'any') return plan
      return { kind: 'or', of: selectors.map((field) => ({ ...plan, field })) }
    default:
      return plan
  }
}

/** The tree as the classic parser reads it where AND is what a blank means: OR makes its two sides optional. */
function allRequired(node: LuceneNode): LuceneNode {
  if (node.kind === 'leaf') return node
  const of = node.of.map((clause, position): LuceneClause => {
    const inside = { ...clause, of: allRequired(clause.of) }
    if (clause.occur === 'prohibited') return inside
    const isOptional = clause.joinedBy === 'or' || node.of[position + 1]?.joinedBy === 'or'
    return { ...inside, occur: isOptional ? 'optional' : 'required' }
  })
  return { ...node, of }
}
