import { unreachable } from '#base'
import type { FieldMapping, FieldName, FieldValue } from '#event'
import type { ValueExpression } from '../../plan/filter-plan.ts'
import { expressionFields, leafField, neededArguments } from '../../plan/value-expression.ts'
import { valueHolds } from '../evaluate-value.ts'
import { computedValue, maxCombinations, type ComputedValue } from './computed-value.ts'
import { evaluateFunction } from './evaluate-function.ts'

/** A field of an expression: its type, and its values in a document. */
export interface ExpressionField {
  readonly mapping: FieldMapping | undefined
  readonly values: readonly FieldValue[]
}

/**
 * Whether some combination of values makes an expression true: the slow, obvious reading that the compiled
 * one must agree with.
 */
export function expressionHolds(
  expression: ValueExpression,
  fieldOf: (name: FieldName) => ExpressionField,
  nowMs: number,
): boolean {
  const fields = expressionFields(expression).map((name) => ({ name, ...fieldOf(name) }))
  const choices = fields.map(({ name, mapping, values }): readonly Chosen[] => {
    const held = [...new Set(values)].filter((value) => computedValue(value, mapping) !== undefined)
    return held.length === 0
      ? [{ name, mapping, value: null }]
      : held.map((value) => ({ name, mapping, value }))
  })
  const most = fields.length < 2 ? Number.POSITIVE_INFINITY : maxCombinations
  return combinationsOf(choices)
    .take(most)
    .some((chosen) => evaluate(expression, { chosen, nowMs }) === true)
}

/** One choice of each list, the first list's changing slowest. */
function* combinationsOf<T>(lists: readonly (readonly T[])[]): Generator<readonly T[]> {
  const [first, ...others] = lists
  if (first === undefined) {
    yield []
    return
  }
  for (const choice of first) {
    for (const rest of combinationsOf(others)) yield [choice, ...rest]
  }
}

/** What an expression without fields comes to. */
export function evaluateConstant(expression: ValueExpression): ComputedValue {
  return evaluate(expression, { chosen: [], nowMs: 0 })
}

interface Chosen {
  readonly name: FieldName
  readonly mapping: FieldMapping | undefined
  readonly value: FieldValue | null
}

interface Combination {
  readonly chosen: readonly Chosen[]
  readonly nowMs: number
}

function evaluate(expression: ValueExpression, combination: Combination): ComputedValue {
  switch (expression.kind) {
    case 'null':
      return null
    case 'constant':
      return expression.value
    case 'number':
      return /^-?\d+$/.test(expression.text) ? BigInt(expression.text) : Number(expression.text)
    case 'field': {
      const { value = null, mapping } = chosenOf(expression.name, combination) ?? {}
      return value === null ? null : (computedValue(value, mapping) ?? null)
    }
    case 'leaf': {
      const { value = null, mapping } = chosenOf(leafField(expression.of), combination) ?? {}
      return value === null ? null : valueHolds(expression.of, value, mapping, combination.nowMs)
    }
    case 'apply': {
      const { function: name, of, caseless = false } = expression
      const values = of.map((part) => evaluate(part, combination))
      if (values.slice(0, neededArguments(name)).includes(null)) return null
      return evaluateFunction(name, values, caseless)
    }
    default:
      return unreachable(expression)
  }
}

function chosenOf(field: FieldName, { chosen }: Combination): Chosen | undefined {
  return chosen.find(({ name }) => name === field)
}
