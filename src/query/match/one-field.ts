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
import { unlimited } from './families/json.ts'
import { anyGlobTest } from './families/keyword.ts'
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
  const tests = testsOf(gathered(field, plans, mapping), mapping, nowMs)
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
  const caselessValues: FieldValue[] = []
  const others: ValuePlan[] = []
  for (const plan of plans) {
    if (plan.kind !== 'match' && plan.kind !== 'match-any') {
      others.push(plan)
      continue
    }
    const list = plan.caseless === true ? caselessValues : values
    list.push(...(plan.kind === 'match' ? [plan.literal.value] : plan.values))
  }
  const shared = { kind: 'match-any', field: { kind: 'field', name: field } } as const
  if (values.length > 0) others.unshift({ ...shared, values })
  if (caselessValues.length > 0)
    others.unshift({ ...shared, values: caselessValues, caseless: true })
  return others
}

/** The tests of leaves. Several globs are one, which folds a value once and looks most of them up. */
function testsOf(
  plans: readonly ValuePlan[],
  mapping: FieldMapping | undefined,
  nowMs: number,
): readonly ValueTest[] {
  const isWhole = mapping === undefined || familyOf(mapping.type) === 'keyword'
  const globs = isWhole ? plans.filter((plan) => plan.kind === 'glob') : []
  const ofGlobs = [...Map.groupBy(globs, ({ caseless = false }) => caseless).values()]
    .filter(({ length }) => length > 1)
    .map((same) => ({ same: new Set<ValuePlan>(same), test: globsTest(same, mapping) }))
  const others = plans.filter((plan) => !ofGlobs.some(({ same }) => same.has(plan)))
  const tests = others.flatMap((plan) => {
    const compiled = compileValueTest(plan, mapping, nowMs)
    return compiled.kind === 'test' ? [compiled.test] : []
  })
  return [...tests, ...ofGlobs.map(({ test }) => test)]
}

/** Of a field that nobody has described only texts can satisfy a glob. */
function globsTest(
  globs: Parameters<typeof anyGlobTest>[0],
  mapping: FieldMapping | undefined,
): ValueTest {
  const test = anyGlobTest(globs, mapping ?? unlimited)
  return mapping === undefined ? (value) => typeof value === 'string' && test(value) : test
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
