import { familyOf, type FieldCatalogue, type FieldMapping, type FieldName } from '#event'
import type { ComputedValue } from '../match/expression/computed-value.ts'
import { patternParts } from '../match/expression/pattern-parts.ts'
import { instantText } from '../match/instant.ts'
import type { FilterPlan, GlobPart, RangeOp } from '../plan/filter-plan.ts'
import type { EqlComparisonOp, EqlExpression, EqlField, EqlPatternOp } from './ast.ts'
import { exactName } from './exact-field.ts'
import { anyOf, notOf } from './lower-parts.ts'

/** What a leaf is lowered with. */
export interface EqlLowering {
  readonly fields: FieldCatalogue
  /** The value of an expression without fields; undefined of any other. */
  constantIn(expression: EqlExpression): ComputedValue | undefined
}

/** The leaf, or the leaves, of a condition on a plain field and constants; undefined for any other condition. */
export function leafPlan(condition: EqlExpression, lowering: EqlLowering): FilterPlan | undefined {
  switch (condition.kind) {
    case 'field':
      return equalTo(plainField(condition, lowering), true)
    case 'comparison':
      return comparisonPlan(condition, lowering)
    case 'membership':
      return membershipPlan(condition, lowering)
    case 'pattern':
      if (condition.of.kind !== 'field') return undefined
      return patternPlan(
        plainField(condition.of, lowering),
        condition.op,
        condition.patterns.map((pattern) => String(lowering.constantIn(pattern))),
      )
    case 'call':
      return callPlan(condition, lowering)
    default:
      return undefined
  }
}

/** A plain field, by the name under which its whole values are compared. */
interface PlainField {
  readonly field: { readonly kind: 'field'; readonly name: FieldName }
  readonly mapping: FieldMapping | undefined
}

function plainField({ name }: EqlField, { fields }: EqlLowering): PlainField {
  const exact = exactName(name, fields)
  return { field: { kind: 'field', name: exact }, mapping: fields.mappingOf(exact) }
}

type Part<Kind extends EqlExpression['kind']> = Extract<EqlExpression, { readonly kind: Kind }>

function comparisonPlan(
  { op, left, right }: Part<'comparison'>,
  lowering: EqlLowering,
): FilterPlan | undefined {
  const ofRight = left.kind === 'field' ? operandIn(right, lowering) : undefined
  if (left.kind === 'field' && ofRight !== undefined) {
    return comparedPlan(left, { op, value: ofRight, lowering })
  }
  const ofLeft = right.kind === 'field' ? operandIn(left, lowering) : undefined
  if (right.kind !== 'field' || ofLeft === undefined) return undefined
  return comparedPlan(right, { op: mirrored[op], value: ofLeft, lowering })
}

/** What a field is compared with: a constant, or a field that may be missing and is known nowhere, which is null. */
function operandIn(operand: EqlExpression, lowering: EqlLowering): ComputedValue | undefined {
  if (operand.kind !== 'field') return lowering.constantIn(operand)
  return operand.isOptional && lowering.fields.mappingOf(operand.name) === undefined
    ? null
    : undefined
}

const mirrored: { readonly [op in EqlComparisonOp]: EqlComparisonOp } = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}

const rangeOps: { readonly [op in EqlComparisonOp]?: RangeOp } = {
  '<': 'lt',
  '<=': 'lte',
  '>': 'gt',
  '>=': 'gte',
}

function comparedPlan(
  of: EqlField,
  {
    op,
    value,
    lowering,
  }: {
    readonly op: EqlComparisonOp
    readonly value: ComputedValue
    readonly lowering: EqlLowering
  },
): FilterPlan {
  if (op === '!=') return notOf(comparedPlan(of, { op: '==', value, lowering }))
  const plain = plainField(of, lowering)
  const range = rangeOps[op]
  if (value === null) {
    if (range !== undefined) return { kind: 'none' }
    return { kind: 'not', of: { kind: 'exists', field: { kind: 'field', name: of.name } } }
  }
  if (range === undefined) return equalTo(plain, value)
  const literal = literalOf(value)
  return {
    kind: 'range',
    field: plain.field,
    op: range,
    value: typeof literal === 'boolean' ? String(literal) : literal,
  }
}

function membershipPlan(
  { of, values, isCaseless }: Part<'membership'>,
  lowering: EqlLowering,
): FilterPlan | undefined {
  if (of.kind !== 'field') return undefined
  const plain = plainField(of, lowering)
  const constants: Exclude<ComputedValue, null>[] = []
  for (const value of values) {
    const constant = operandIn(value, lowering)
    if (constant === undefined) return undefined
    // Nothing equals null.
    if (constant !== null) constants.push(constant)
  }
  const [only, ...others] = constants
  if (only === undefined) return { kind: 'none' }
  if (others.length === 0) {
    return isCaseless ? likeText(plain, String(only), true) : equalTo(plain, only)
  }
  return {
    kind: 'match-any',
    field: plain.field,
    values: constants.map((value) => exactLiteral(value, plain.mapping)),
    ...caselessIf(isCaseless),
  }
}

function patternPlan(plain: PlainField, op: EqlPatternOp, patterns: readonly string[]): FilterPlan {
  const caseless = op === ':' || op.endsWith('~')
  if (op.startsWith('regex')) return regexpPlan(plain, patterns, caseless)
  return anyOf(patterns.map((pattern) => globPlan(plain, patternParts(pattern), caseless)))
}

/** A list of expressions is the one that means any of them; without operators it is a text. */
function regexpPlan(
  { field, mapping }: PlainField,
  patterns: readonly string[],
  isCaseless: boolean,
): FilterPlan {
  const [only = ''] = patterns
  const pattern = patterns.length === 1 ? only : patterns.map((each) => `(${each})`).join('|')
  if (/^[\w\s/:,;=%'-]+$/.test(pattern)) return likeText({ field, mapping }, pattern, isCaseless)
  return { kind: 'regexp', field, pattern, ...caselessIf(isCaseless) }
}

function callPlan(
  { name, isCaseless, of }: Part<'call'>,
  lowering: EqlLowering,
): FilterPlan | undefined {
  const [first, ...others] = of
  if (first?.kind !== 'field') return undefined
  const plain = plainField(first, lowering)
  const constants = others.map((argument) => lowering.constantIn(argument))
  if (constants.some((constant) => typeof constant !== 'string')) return undefined
  const texts = constants.map(String)
  if (name === 'cidrMatch') {
    const isAddress = plain.mapping !== undefined && familyOf(plain.mapping.type) === 'ip'
    return isAddress ? { kind: 'match-any', field: plain.field, values: texts } : undefined
  }
  const [text = ''] = texts
  const literal: readonly GlobPart[] = text === '' ? [] : [{ kind: 'literal', text }]
  const glob = globOfCall[name]?.(literal)
  return glob === undefined || !isText(plain) ? undefined : globPlan(plain, glob, isCaseless)
}

const anyRun: GlobPart = { kind: 'any-run' }

const globOfCall: {
  readonly [name in Part<'call'>['name']]?: (of: readonly GlobPart[]) => readonly GlobPart[]
} = {
  startsWith: (of) => [...of, anyRun],
  endsWith: (of) => [anyRun, ...of],
  stringContains: (of) => (of.length === 0 ? [anyRun] : [anyRun, ...of, anyRun]),
}

function isText({ mapping }: PlainField): boolean {
  return mapping === undefined || familyOf(mapping.type) === 'keyword'
}

/** A glob, or where it has no wildcard the text that it is. */
function globPlan(plain: PlainField, glob: readonly GlobPart[], isCaseless: boolean): FilterPlan {
  const text = glob.map((part) => (part.kind === 'literal' ? part.text : '')).join('')
  if (glob.every((part) => part.kind === 'literal')) return likeText(plain, text, isCaseless)
  return { kind: 'glob', field: plain.field, glob, ...caselessIf(isCaseless) }
}

function likeText({ field }: PlainField, text: string, isCaseless: boolean): FilterPlan {
  return { kind: 'match', field, literal: { value: text, quoted: true }, ...caselessIf(isCaseless) }
}

function equalTo({ field, mapping }: PlainField, value: Exclude<ComputedValue, null>): FilterPlan {
  const literal = { value: exactLiteral(value, mapping), quoted: true }
  return { kind: 'match', field, literal }
}

function caselessIf(isCaseless: boolean): { readonly caseless?: true } {
  return isCaseless ? { caseless: true } : {}
}

type PlanValue = string | number | boolean

/** A date is an instant, where a plan's match would mean all of a day. */
function exactLiteral(
  value: Exclude<ComputedValue, null>,
  mapping: FieldMapping | undefined,
): PlanValue {
  const literal = literalOf(value)
  if (mapping === undefined || familyOf(mapping.type) !== 'date') return literal
  return instantText(String(literal), mapping.type) ?? literal
}

/** Whole numbers that a double cannot hold are written as texts; no number is infinite. */
function literalOf(value: Exclude<ComputedValue, null>): PlanValue {
  if (typeof value === 'bigint') {
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : String(value)
  }
  if (typeof value !== 'number') return value
  return Math.max(-Number.MAX_VALUE, Math.min(value, Number.MAX_VALUE))
}
