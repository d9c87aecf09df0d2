import { unreachable } from '#base'
import { familyOf, type FieldCatalogue, type FieldFamily } from '#event'
import type { EqlExpression, EqlField, EqlFunctionName } from './ast.ts'

/** What sort of value an expression has; `null` of what is always missing, `unknown` of fields nobody has mapped. */
export type Sort = 'text' | 'number' | 'boolean' | 'date' | 'address' | 'null' | 'unknown'

/** The sort of an expression's values. */
export function sortOf(expression: EqlExpression, fields: FieldCatalogue): Sort {
  switch (expression.kind) {
    case 'field':
      return sortOfField(expression, fields)
    case 'string':
      return 'text'
    case 'integer':
    case 'decimal':
    case 'negative':
    case 'arithmetic':
      return 'number'
    case 'null':
      return 'null'
    case 'boolean':
    case 'not':
    case 'and':
    case 'or':
    case 'comparison':
    case 'membership':
    case 'pattern':
      return 'boolean'
    case 'call':
      return sortOfCall[expression.name]
    default:
      return unreachable(expression)
  }
}

function sortOfField({ name, isOptional }: EqlField, fields: FieldCatalogue): Sort {
  const mapping = fields.mappingOf(name)
  if (mapping === undefined) return isOptional ? 'null' : 'unknown'
  return sortOfFamily[familyOf(mapping.type)]
}

const sortOfFamily: { readonly [family in FieldFamily]: Sort } = {
  keyword: 'text',
  text: 'text',
  number: 'number',
  ip: 'address',
  date: 'date',
  boolean: 'boolean',
  // These are refused for what they are, whatever is done with them.
  flattened: 'unknown',
  structure: 'unknown',
  opaque: 'unknown',
}

const sortOfCall: { readonly [name in EqlFunctionName]: Sort } = {
  add: 'number',
  between: 'text',
  cidrMatch: 'boolean',
  concat: 'text',
  divide: 'number',
  endsWith: 'boolean',
  indexOf: 'number',
  length: 'number',
  modulo: 'number',
  multiply: 'number',
  number: 'number',
  startsWith: 'boolean',
  string: 'text',
  stringContains: 'boolean',
  substring: 'text',
  subtract: 'number',
}

/** The first field whose value a constant cannot replace; undefined where the whole is constant. Optional fields that are not mapped are null. */
export function firstField(
  expression: EqlExpression,
  fields: FieldCatalogue,
): EqlField | undefined {
  if (expression.kind === 'field') {
    return sortOfField(expression, fields) === 'null' ? undefined : expression
  }
  for (const part of partsOf(expression)) {
    const found = firstField(part, fields)
    if (found !== undefined) return found
  }
  return undefined
}

/** The expressions that an expression is made of, in the order written. */
export function partsOf(expression: EqlExpression): readonly EqlExpression[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
    case 'call':
      return expression.of
    case 'not':
    case 'negative':
      return [expression.of]
    case 'comparison':
    case 'arithmetic':
      return [expression.left, expression.right]
    case 'membership':
      return [expression.of, ...expression.values]
    case 'pattern':
      return [expression.of, ...expression.patterns]
    default:
      return []
  }
}
