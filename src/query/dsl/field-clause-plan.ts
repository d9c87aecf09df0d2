import { isJsonObject, unreachable, type JsonObject, type JsonValue } from '#base'
import type {
  FieldSelector,
  FilterPlan,
  GlobPart,
  PlanBound,
  RangeOp,
} from '../plan/filter-plan.ts'
import { checkRegexp } from '../regexp/compile.ts'
import { below, malformed, unsupported, type Reading } from './reading.ts'
import { wordsPlan } from './words-plan.ts'

const fieldClauses = [
  'term',
  'terms',
  'match',
  'match_phrase',
  'range',
  'wildcard',
  'prefix',
  'regexp',
] as const

type FieldClause = (typeof fieldClauses)[number]

/** Whether a kind of clause has the form `{ <kind>: { <field>: <what> } }`. */
export function isFieldClause(kind: string): kind is FieldClause {
  return fieldClauses.some((known) => known === kind)
}

/** The plan of a clause about one field. */
export function fieldClausePlan(
  kind: FieldClause,
  body: JsonObject,
  reading: Reading,
): FilterPlan | undefined {
  const [entry, ...more] = Object.entries(body).filter(
    ([key]) => key !== 'boost' && key !== '_name',
  )
  if (entry === undefined) return malformed(reading, `${kind} needs a field`)
  if (more.length > 0) return malformed(reading, `${kind} takes one field`)
  const [name, value] = entry
  const field: FieldSelector = { kind: 'field', name }
  const inside = below(reading, `.${name}`)
  switch (kind) {
    case 'range':
      return rangePlan(field, value, inside)
    case 'terms':
      return termsPlan(field, value, inside)
    case 'match':
    case 'match_phrase':
      return matchPlan(kind, field, optionsOf(value, 'query'), inside)
    case 'term':
    case 'wildcard':
    case 'prefix':
    case 'regexp':
      return termPlan(kind, field, optionsOf(value, 'value'), inside)
    default:
      return unreachable(kind)
  }
}

/** The long form of what may be written as a bare value. */
function optionsOf(value: JsonValue, key: string): JsonObject {
  return isJsonObject(value) ? value : { [key]: value }
}

type Scalar = string | number | boolean

function isScalar(value: JsonValue | undefined): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function termPlan(
  kind: 'term' | 'wildcard' | 'prefix' | 'regexp',
  field: FieldSelector,
  options: JsonObject,
  reading: Reading,
): FilterPlan | undefined {
  const value = options['value'] ?? options[kind]
  if (!isScalar(value)) return malformed(reading, `${kind} needs a value`)
  const caseless = options['case_insensitive'] === true ? { caseless: true } : {}
  if (kind === 'term') {
    return { kind: 'match', field, literal: { value, quoted: true }, ...caseless }
  }
  const text = String(value)
  if (kind === 'regexp') return regexpPlan(field, text, options, reading)
  const glob: readonly GlobPart[] =
    kind === 'wildcard' ? wildcardGlob(text) : [...literalParts(text), { kind: 'any-run' }]
  return { kind: 'glob', field, glob, ...caseless }
}

function regexpPlan(
  field: FieldSelector,
  pattern: string,
  options: JsonObject,
  reading: Reading,
): FilterPlan | undefined {
  const { flags = 'ALL' } = options
  if (flags !== 'ALL') return unsupported(reading, 'flags of a regexp: only ALL')
  const problems = checkRegexp(pattern).filter(({ severity }) => severity === 'error')
  for (const { message, span } of problems) {
    malformed(reading, `${message} (at character ${span.start + 1} of the expression)`)
  }
  if (problems.length > 0) return undefined
  const caseless = options['case_insensitive'] === true ? { caseless: true } : {}
  return { kind: 'regexp', field, pattern, ...caseless }
}

function literalParts(text: string): readonly GlobPart[] {
  return text === '' ? [] : [{ kind: 'literal', text }]
}

/** `*` any run, `?` any one character, a backslash takes the next character as it is. */
function wildcardGlob(pattern: string): readonly GlobPart[] {
  const parts: GlobPart[] = []
  let piece = ''
  const endPiece = () => {
    parts.push(...literalParts(piece))
    piece = ''
  }
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? ''
    if (character === '*' || character === '?') {
      endPiece()
      parts.push({ kind: character === '*' ? 'any-run' : 'any-one' })
    } else if (character === '\\' && at + 1 < pattern.length) {
      piece += pattern[++at] ?? ''
    } else {
      piece += character
    }
  }
  endPiece()
  return parts
}

function termsPlan(
  field: FieldSelector,
  value: JsonValue,
  reading: Reading,
): FilterPlan | undefined {
  if (!Array.isArray(value)) return unsupported(reading, 'terms needs a list of values')
  const values = value.filter(isScalar)
  if (values.length < value.length)
    return malformed(reading, 'terms takes strings, numbers, booleans')
  return { kind: 'match-any', field, values }
}

function matchPlan(
  kind: 'match' | 'match_phrase',
  field: FieldSelector,
  options: JsonObject,
  reading: Reading,
): FilterPlan | undefined {
  const value = options['query']
  if (!isScalar(value)) return malformed(reading, `${kind} needs a query`)
  if (options['slop'] !== undefined && options['slop'] !== 0) {
    return unsupported(reading, 'slop: only phrases whose words stand in a row')
  }
  const operator = String(options['operator'] ?? 'or').toLowerCase()
  if (operator !== 'or' && operator !== 'and') {
    return malformed(reading, `the operator of a match is "and" or "or", not ${operator}`)
  }
  if (options['minimum_should_match'] !== undefined || !isExact(options['fuzziness'])) {
    return unsupported(reading, 'minimum_should_match and fuzziness of a match')
  }
  const quoted = kind === 'match_phrase' || options['type'] === 'phrase'
  return wordsPlan(field, { value, quoted, operator }, reading)
}

/** Whether a fuzziness asks for the very word. */
function isExact(fuzziness: JsonValue | undefined): boolean {
  return fuzziness === undefined || fuzziness === 0 || fuzziness === '0'
}

const knownFormat = /^(?:(?:strict_)?date_optional_time(?:_nanos)?|epoch_millis|\|\|)+$/

const rangeOps: readonly RangeOp[] = ['gt', 'gte', 'lt', 'lte']

const rangeMembers: ReadonlySet<string> = new Set([
  ...rangeOps,
  'time_zone',
  'format',
  'boost',
  'relation',
  '_name',
])

function rangePlan(
  field: FieldSelector,
  value: JsonValue,
  reading: Reading,
): FilterPlan | undefined {
  if (!isJsonObject(value)) return malformed(reading, 'range needs bounds')
  if (value['time_zone'] !== undefined) return unsupported(reading, 'time_zone of a range')
  const format = value['format']
  if (format !== undefined && !(typeof format === 'string' && knownFormat.test(format))) {
    return unsupported(reading, `range format ${JSON.stringify(format)}`)
  }
  const strange = Object.keys(value).find((key) => !rangeMembers.has(key))
  if (strange !== undefined) {
    return unsupported(reading, `${strange} of a range: its bounds are gt, gte, lt and lte`)
  }
  const bounds: { readonly op: RangeOp; readonly value: string | number }[] = []
  for (const op of rangeOps) {
    const bound = value[op]
    if (bound === undefined || bound === null) continue
    if (typeof bound !== 'string' && typeof bound !== 'number') {
      return malformed(reading, `${op} needs a number or a text`)
    }
    bounds.push({ op, value: bound })
  }
  const [first, second, ...more] = bounds
  if (first === undefined) return malformed(reading, 'range needs gt, gte, lt or lte')
  if (second === undefined) return { kind: 'range', field, ...first }
  if (more.length > 0 || first.op.startsWith('l') === second.op.startsWith('l')) {
    return malformed(reading, 'range takes one lower and one upper bound')
  }
  // Both bounds hold for one and the same value.
  return { kind: 'between', field, low: boundOf(first), high: boundOf(second) }
}

function boundOf({
  op,
  value,
}: {
  readonly op: RangeOp
  readonly value: string | number
}): PlanBound {
  return { value, inclusive: op.endsWith('e') }
}
