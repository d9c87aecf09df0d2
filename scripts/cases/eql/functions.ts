import { canonicalJson, type JsonObject, type JsonValue } from '#base'
import { compileFilter, evaluateFilter, type EqlExpression } from '#query'
import { objectOf, objectsOf, textOf } from '../json.ts'
import { resultOf, type CaseResult, type Difference } from '../outcome.ts'
import type { EqlLanguage } from './language.ts'
import { catalogueOf } from './mapping.ts'

/** Runs vectors of what constant expressions come to, and of what literals mean. */
export function functionCases(eql: EqlLanguage, file: JsonObject): readonly CaseResult[] {
  return [
    ...objectsOf(file['folds']).map((test) => foldCase(eql, test)),
    ...objectsOf(file['literals']).map((test) => literalCase(eql, test)),
    ...objectsOf(file['numbers']).map((test) => numberCase(eql, test)),
  ]
}

/** An expression equals its value and no other; one that comes to null equals null. */
function foldCase(eql: EqlLanguage, test: JsonObject): CaseResult {
  const expression = textOf(test['expression'])
  const { value = null } = test
  const asks: readonly (readonly [query: string, expected: boolean])[] = [
    [`any where ${expression} == ${literalText(value)}`, true],
    [`any where ${expression} == ${otherText(value)}`, false],
    [`any where ${expression} == null`, value === null],
  ]
  const differences = asks.flatMap(([what, expected]): readonly Difference[] => {
    const found = holds(eql, what)
    return found === expected ? [] : [{ what, expected, found }]
  })
  return resultOf(textOf(test['id']), differences)
}

function literalText(value: JsonValue): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

function otherText(value: JsonValue): string {
  if (typeof value === 'boolean') return String(!value)
  return typeof value === 'number' ? String(value + 1) : '"another"'
}

/** Whether a document without fields satisfies a query, or why nobody knows. */
function holds(eql: EqlLanguage, query: string): JsonValue {
  const statement = eql.parse(query)
  if (!statement.ok) return statement.error.map(({ message }) => message)
  const context = { fields: catalogueOf({}), nowMs: 0 }
  const plan = eql.lower(statement.value, { ...context, categoryField: 'event.category' })
  if (plan.kind !== 'events') return plan.kind
  const found = compileFilter(plan.filter, context)({})
  return evaluateFilter(plan.filter, {}, context) === found ? found : 'matcher and reference differ'
}

function literalCase(eql: EqlLanguage, test: JsonObject): CaseResult {
  const what = textOf(test['source_text'])
  const expected = test['value'] ?? null
  const literal = comparedIn(eql, `any where field == ${what}`)
  const found =
    typeof literal === 'string' ? literal : literal.kind === 'string' ? literal.value : null
  return resultOf(textOf(test['id']), found === expected ? [] : [{ what, expected, found }])
}

/** Integers and longs are one kind here: exact. */
function numberCase(eql: EqlLanguage, test: JsonObject): CaseResult {
  const what = textOf(test['source_text'])
  const { type = null, value = null } = test
  const literal = comparedIn(eql, `any where field == ${what}`)
  const found = typeof literal === 'string' ? literal : numberOf(literal)
  const kind = textOf(type).includes('double') ? 'decimal' : 'integer'
  const expected = { kind, value }
  const isSame = canonicalJson(found) === canonicalJson(expected)
  return resultOf(`number/${what}`, isSame ? [] : [{ what, expected, found }])
}

function numberOf(literal: EqlExpression): JsonValue {
  if (literal.kind === 'integer' || literal.kind === 'decimal') {
    return { kind: literal.kind, value: Number(literal.value) }
  }
  if (literal.kind !== 'negative') return literal.kind
  const inner = objectOf(numberOf(literal.of))
  return { ...inner, value: -Number(inner['value']) }
}

/** The right side of the comparison that a query consists of. */
function comparedIn(eql: EqlLanguage, query: string): EqlExpression | string {
  const statement = eql.parse(query)
  if (!statement.ok) return statement.error.map(({ message }) => message).join('; ')
  const asked = statement.value.query
  const condition = asked.kind === 'events' ? asked.filter.condition : undefined
  return condition?.kind === 'comparison' ? condition.right : 'no comparison'
}
