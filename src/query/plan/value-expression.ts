import type { FieldName } from '#event'
import type { FieldLeafPlan, FilterPlan, ValueExpression, ValueFunction } from './filter-plan.ts'

/** The fields that an expression reads, in the order written, once each. */
export function expressionFields(expression: ValueExpression): readonly FieldName[] {
  const found = new Set<FieldName>()
  collect(expression, found)
  return [...found]
}

function collect(expression: ValueExpression, found: Set<FieldName>): void {
  if (expression.kind === 'field') found.add(expression.name)
  if (expression.kind === 'leaf') found.add(leafField(expression.of))
  if (expression.kind === 'apply') for (const part of expression.of) collect(part, found)
}

/** The field of a leaf of an expression; asserts that it is one field. */
export function leafField({ field }: FieldLeafPlan): FieldName {
  if (field.kind !== 'field') throw new Error('a leaf of an expression is about one field')
  return field.name
}

/** The fields without a value of which an expression is null, whatever else there is. */
export function neededFields(expression: ValueExpression): readonly FieldName[] {
  if (expression.kind !== 'apply') return expressionFields(expression)
  const needed = expression.of.slice(0, neededArguments(expression.function))
  return [...new Set(needed.flatMap(neededFields))]
}

/** How many arguments, from the first, must not be null: with one of them null the whole is null. */
export function neededArguments(name: ValueFunction): number {
  switch (name) {
    case 'and':
    case 'isNull':
    case 'or':
      return 0
    case 'number':
    case 'substring':
      return 1
    case 'indexOf':
      return 2
    case 'between':
      return 3
    default:
      return Number.POSITIVE_INFINITY
  }
}

/** That every field of an expression has a value: the nearest to it where there are no words for it. */
export function fieldsExist(expression: ValueExpression): FilterPlan {
  const of = expressionFields(expression).map((name): FilterPlan => ({
    kind: 'exists',
    field: { kind: 'field', name },
  }))
  return { kind: 'and', of }
}
