import {
  familyOf,
  pathOf,
  someLeafAtOrBelow,
  someValue,
  type FieldMapping,
  type FieldName,
  type FieldValue,
} from '#event'
import type { ValuePlan, ValueTest } from './compiled-value-test.ts'
import type { MatchContext, Matcher } from './matcher.ts'
import { absoluteName, relativeName, type Scope } from './scope.ts'
import { compileValueTest } from './value-test.ts'
import { isIndexed, isVisible } from './visibility.ts'

/** Matches where some value of a field satisfies one of the leaves, whose own field selectors are not asked. */
export function compileFieldValues(
  field: FieldName,
  plans: readonly ValuePlan[],
  scope: Scope,
): Matcher {
  const mapping = scope.context.fields.mappingOf(field)
  const test = compileValuesTest(field, plans, scope.context)
  if (test === undefined) return () => false
  return inAnyPlace(field, mapping, scope, (_name, below) => {
    // A flattened field asked as a whole looks into every leaf below it.
    if (mapping?.type === 'flattened') {
      return (source) => someLeafAtOrBelow(source, below, (_leaf, value) => test(value))
    }
    const path = pathOf(below)
    return (source) => someValue(source, path, test)
  })
}

/** Whether one value of a field satisfies one of the leaves; undefined where the field's type can answer none of them. */
export function compileValuesTest(
  field: FieldName,
  plans: readonly ValuePlan[],
  { fields, nowMs }: MatchContext,
): ValueTest | undefined {
  const mapping = fields.mappingOf(field)
  const tests = gathered(field, plans, mapping).flatMap((plan) => {
    const compiled = compileValueTest(plan, mapping, nowMs)
    return compiled.kind === 'test' ? [compiled.test] : []
  })
  return tests.length === 0 ? undefined : anyTest(tests)
}

/**
 * Alternatives in fewer leaves: plain equalities become one list, which is looked up in a set. Words of text
 * stay apart, since there quotes make a difference that a list does not know.
 */
function gathered(
  field: FieldName,
  plans: readonly ValuePlan[],
  mapping: FieldMapping | undefined,
): readonly ValuePlan[] {
  if (plans.length < 2 || (mapping !== undefined && familyOf(mapping.type) === 'text')) return plans
  const values: FieldValue[] = []
  const others: ValuePlan[] = []
  for (const plan of plans) {
    if (plan.kind === 'match' && plan.caseless !== true) values.push(plan.literal.value)
    else if (plan.kind === 'match-any') values.push(...plan.values)
    else others.push(plan)
  }
  if (values.length === 0) return others
  return [{ kind: 'match-any', field: { kind: 'field', name: field }, values }, ...others]
}

function anyTest(tests: readonly ValueTest[]): ValueTest {
  const [first] = tests
  if (first !== undefined && tests.length === 1) return first
  return (value) => {
    for (const test of tests) if (test(value)) return true
    return false
  }
}

/** Matches where a field has a value that is indexed; an object exists when something in it does. */
export function compileFieldExists(field: FieldName, scope: Scope): Matcher {
  const { fields } = scope.context
  const mapping = fields.mappingOf(field)
  if (mapping?.type === 'nested') return () => false
  const family = mapping === undefined ? 'structure' : familyOf(mapping.type)
  const isWhole = family === 'structure' || family === 'flattened' || family === 'opaque'
  return inAnyPlace(field, mapping, scope, (name, below) => {
    if (!isWhole) {
      const path = pathOf(below)
      return (source) => someValue(source, path, (value) => isIndexed(value, mapping))
    }
    return (source) =>
      someLeafAtOrBelow(source, below, (leaf, value) => {
        const full = leaf === below ? name : absoluteName(leaf, scope)
        return isVisible(full, scope.path, fields) && isIndexed(value, fields.mappingOf(full))
      })
  })
}

/** A multi-field indexes another field's values; an event may also carry values under its own name. */
function inAnyPlace(
  field: FieldName,
  mapping: FieldMapping | undefined,
  scope: Scope,
  compileAt: (name: FieldName, below: FieldName) => Matcher,
): Matcher {
  const stored = mapping?.valuesFrom === undefined ? [field] : [mapping.valuesFrom, field]
  const [first, second] = stored.flatMap((name) => {
    const below = relativeName(name, scope)
    const isSeen = isVisible(name, scope.path, scope.context.fields)
    return below === undefined || !isSeen ? [] : [compileAt(name, below)]
  })
  if (first === undefined) return () => false
  return second === undefined ? first : (source) => first(source) || second(source)
}
