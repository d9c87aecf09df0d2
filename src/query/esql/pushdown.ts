import { familyOf, type FieldCatalogue, type FieldName } from '#event'
import type { FilterPlan, RangeOp } from '../plan/filter-plan.ts'
import type { EsqlExpression } from './ast.ts'
import { matchPlan, searchPlan } from './functions/searches.ts'
import type { EsqlContext } from './functions/scalar-function.ts'
import { fitsAnything, likeParts } from './patterns.ts'
import type { Typed } from './typed.ts'

/** Of which field a name gives the stored values at this place; undefined where it gives something else. */
export type FieldOf = (name: string) => FieldName | undefined

/**
 * What a document must satisfy for a condition to be true of some row made of it: a superset, since a filter
 * asks whether some value fits, and a condition of several values is null. What a filter cannot say is left out.
 */
export function necessaryFilter(
  condition: EsqlExpression,
  fieldOf: FieldOf,
  context: EsqlContext,
): FilterPlan {
  const field = (of: EsqlExpression) => (of.kind === 'column' ? fieldOf(of.name) : undefined)
  switch (condition.kind) {
    case 'binary':
      return binaryFilter(condition, fieldOf, context)
    case 'in': {
      const name = field(condition.of)
      const values = condition.values.flatMap((value) => literalOf(value) ?? [])
      const isWhole = values.length === condition.values.length
      if (name === undefined || !isWhole) return all
      if (!values.every((value) => isComparable(name, value, context.fields))) return all
      return { kind: 'or', of: values.map((value) => equal(name, value)) }
    }
    case 'like': {
      const name = field(condition.of)
      const patterns = condition.patterns.map(({ text }) => text)
      if (!isTextual(name, context.fields) || patterns.some(fitsAnything)) return all
      return {
        kind: 'or',
        of: patterns.map((pattern) => ({
          kind: 'glob',
          field: { kind: 'field', name },
          glob: likeParts(pattern),
        })),
      }
    }
    case 'not':
      if (condition.of.kind !== 'is-null') return all
      return existing(field(condition.of.of), context.fields)
    case 'search': {
      const name = field(condition.of)
      const value = literalOf(condition.value)
      if (name === undefined || value === undefined) return all
      return planOr(matchPlan({ field: name }, { constant: { cell: value } }, context))
    }
    case 'call':
      return callFilter(condition, fieldOf, context)
    default:
      return all
  }
}

const all: FilterPlan = { kind: 'all' }

function planOr(plan: FilterPlan | string): FilterPlan {
  return typeof plan === 'string' ? all : plan
}

type Part<Kind extends EsqlExpression['kind']> = Extract<EsqlExpression, { kind: Kind }>

const ranges: { readonly [operator: string]: readonly [RangeOp, RangeOp] } = {
  '<': ['lt', 'gt'],
  '<=': ['lte', 'gte'],
  '>': ['gt', 'lt'],
  '>=': ['gte', 'lte'],
}

function binaryFilter(
  { operator, left, right }: Part<'binary'>,
  fieldOf: FieldOf,
  context: EsqlContext,
): FilterPlan {
  if (operator === 'and' || operator === 'or') {
    const of = [left, right].map((side) => necessaryFilter(side, fieldOf, context))
    return { kind: operator, of }
  }
  const isReversed = right.kind === 'column'
  const [column, other] = isReversed ? [right, left] : [left, right]
  const name = column.kind === 'column' ? fieldOf(column.name) : undefined
  const value = literalOf(other)
  if (name === undefined || value === undefined) return all
  if (operator === '==') {
    return isComparable(name, value, context.fields) ? equal(name, value) : all
  }
  const range = ranges[operator]?.[isReversed ? 1 : 0]
  const mapping = context.fields.mappingOf(name)
  const isNumber = mapping !== undefined && familyOf(mapping.type) === 'number'
  if (range === undefined || typeof value !== 'number' || !isNumber) return all
  return { kind: 'range', field: { kind: 'field', name }, op: range, value }
}

function callFilter(
  { name, of: [first, second] }: Part<'call'>,
  fieldOf: FieldOf,
  context: EsqlContext,
): FilterPlan {
  const text = first?.kind === 'text' ? first.value : undefined
  if (name === 'kql') return text === undefined ? all : planOr(searchPlan('kuery', text))
  if (name === 'qstr') return text === undefined ? all : planOr(searchPlan('lucene', text))
  const field = first?.kind === 'column' ? fieldOf(first.name) : undefined
  const value = second === undefined ? undefined : literalOf(second)
  if (field === undefined || value === undefined) return all
  if (name === 'match') {
    const given: Pick<Typed, 'field'> = { field }
    return planOr(matchPlan(given, { constant: { cell: value } }, context))
  }
  if (typeof value !== 'string' || !isTextual(field, context.fields)) return all
  const literal = { kind: 'literal', text: value } as const
  const run = { kind: 'any-run' } as const
  const glob = {
    starts_with: [literal, run],
    ends_with: [run, literal],
    contains: [run, literal, run],
  }
  if (!Object.hasOwn(glob, name) || value === '') return all
  const parts = Object.entries(glob).find(([key]) => key === name)?.[1] ?? []
  return { kind: 'glob', field: { kind: 'field', name: field }, glob: parts }
}

function literalOf(expression: EsqlExpression): string | number | boolean | undefined {
  switch (expression.kind) {
    case 'text':
    case 'boolean':
    case 'integer':
    case 'long':
    case 'double':
      return expression.value
    default:
      return undefined
  }
}

/** Whether a filter compares the field's values with such a one as a query does: nothing is read as another type first. */
function isComparable(
  name: FieldName,
  value: string | number | boolean,
  fields: FieldCatalogue,
): boolean {
  const mapping = fields.mappingOf(name)
  if (mapping === undefined) return true
  switch (familyOf(mapping.type)) {
    case 'keyword':
    case 'ip':
      return typeof value === 'string'
    case 'number':
      return typeof value === 'number'
    case 'boolean':
      return typeof value === 'boolean'
    default:
      return false
  }
}

function isTextual(name: FieldName | undefined, fields: FieldCatalogue): name is FieldName {
  if (name === undefined) return false
  const mapping = fields.mappingOf(name)
  return mapping === undefined || familyOf(mapping.type) === 'keyword'
}

function equal(name: FieldName, value: string | number | boolean): FilterPlan {
  return { kind: 'match', field: { kind: 'field', name }, literal: { value, quoted: true } }
}

function existing(name: FieldName | undefined, fields: FieldCatalogue): FilterPlan {
  if (name === undefined) return all
  const mapping = fields.mappingOf(name)
  const family = mapping === undefined ? 'keyword' : familyOf(mapping.type)
  const isPlain = family === 'keyword' || family === 'number' || family === 'boolean'
  return isPlain || family === 'ip' ? { kind: 'exists', field: { kind: 'field', name } } : all
}
