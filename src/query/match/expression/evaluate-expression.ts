import { lowerCaseAscii, unreachable } from '#base'
import type { FieldMapping, FieldName, FieldValue } from '#event'
import type { ValueExpression } from '../../plan/filter-plan.ts'
import { expressionFields, leafField, neededArguments } from '../../plan/value-expression.ts'
import { evaluateRegexp } from '../../regexp/evaluate.ts'
import { slowGlob, valueHolds } from '../evaluate-value.ts'
import { computedValue, maxCombinations, type ComputedValue } from './computed-value.ts'
import { patternParts } from './pattern-parts.ts'
import { valueOperations } from './value-functions.ts'

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
  const [first = [[]], ...others] = choices.map((some) => some.map((one) => [one]))
  const combinations = others.reduce(
    (before, next) =>
      before.flatMap((left) => next.map((right) => [...left, ...right])).slice(0, maxCombinations),
    first,
  )
  return combinations.some((chosen) => evaluate(expression, { chosen, nowMs }) === true)
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
    case 'apply':
      return applied(
        expression,
        expression.of.map((part) => evaluate(part, combination)),
      )
    default:
      return unreachable(expression)
  }
}

function chosenOf(field: FieldName, { chosen }: Combination): Chosen | undefined {
  return chosen.find(({ name }) => name === field)
}

function applied(
  { function: name, caseless = false }: Extract<ValueExpression, { readonly kind: 'apply' }>,
  of: readonly ComputedValue[],
): ComputedValue {
  if (name === 'isNull') return of[0] === null
  if (name === 'and' || name === 'or') {
    const decisive = name === 'or'
    if (of.includes(decisive)) return decisive
    return of.includes(null) ? null : !decisive
  }
  if (of.slice(0, neededArguments(name)).includes(null)) return null
  if (name !== 'like' && name !== 'regex') return valueOperations[name](of, caseless)
  const [text, pattern] = of
  if (typeof text !== 'string' || typeof pattern !== 'string') return null
  if (name === 'regex') return evaluateRegexp(pattern, text, { caseless })
  const fold = (part: string) => (caseless ? lowerCaseAscii(part) : part)
  return slowGlob(patternParts(fold(pattern)), fold(text))
}
