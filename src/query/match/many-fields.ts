import { someLeaf, someLeafAtOrBelow, type FieldName, type FieldValue } from '#event'
import { globText } from '../plan/glob-text.ts'
import type { FieldSelector, FilterPlan } from '../plan/filter-plan.ts'
import type { ValuePlan, ValueTest } from './compiled-value-test.ts'
import { compileGlob } from './glob.ts'
import { globChunks } from './glob-chunks.ts'
import type { Matcher } from './matcher.ts'
import { absoluteName, relativeName, type Scope } from './scope.ts'
import { compileValueTest } from './value-test.ts'
import { isIndexed, isVisible } from './visibility.ts'

/** A leaf whose field is a pattern or any field. */
export type ManyFieldsPlan = (ValuePlan | Extract<FilterPlan, { readonly kind: 'exists' }>) & {
  readonly field: Exclude<FieldSelector, { readonly kind: 'field' }>
}

/** Matches a leaf against every field of a document that its selector means, each by its own type. */
export function compileManyFields(plan: ManyFieldsPlan, scope: Scope): Matcher {
  const testOf = remembered(fieldTests(plan, scope))
  const test = (below: FieldName, value: FieldValue) =>
    testOf(absoluteName(below, scope))?.(value) === true
  const root = relativeName(commonRoot(plan.field), scope)
  if (root === undefined || root === '') return (source) => someLeaf(source, test)
  return (source) => someLeafAtOrBelow(source, root, test)
}

/** The object that all fields of a pattern lie in (`file.hash.*`: `file.hash`), so that nothing else is walked; empty: the document. */
export function commonRoot(field: ManyFieldsPlan['field']): FieldName {
  const first = field.kind === 'pattern' ? field.parts[0] : undefined
  return first?.kind === 'literal'
    ? first.text.slice(0, Math.max(0, first.text.lastIndexOf('.')))
    : ''
}

/**
 * A wildcard search over any field is cut at its spaces, since it does not go to a keyword field alone:
 * the plans of its pieces, of which one must hold.
 */
export function anyFieldPieces(plan: ManyFieldsPlan): readonly ManyFieldsPlan[] {
  if (plan.kind !== 'glob' || plan.field.kind !== 'any') return [plan]
  const { field } = plan
  return globChunks(plan.glob).map((chunk) =>
    chunk.kind === 'glob'
      ? { ...plan, field, glob: chunk.glob }
      : { kind: 'match', field, literal: { value: chunk.text, quoted: false } },
  )
}

type TestOfField = (field: FieldName) => ValueTest | undefined

function fieldTests(plan: ManyFieldsPlan, scope: Scope): TestOfField {
  const { fields } = scope.context
  const ownTest = (field: FieldName) => testOfField(plan, field, scope)
  if (plan.field.kind === 'any') {
    return (field) => (isVisible(field, scope.path, fields) ? ownTest(field) : undefined)
  }
  const matches = compileGlob(plan.field.parts)
  const multiFields = fields
    .expand(globText(plan.field.parts))
    .flatMap((name) => fields.mappingOf(name) ?? [])
    .filter((mapping) => mapping.valuesFrom !== undefined)
  const multiByStored = Map.groupBy(multiFields, (mapping) => mapping.valuesFrom)
  return (field) => {
    const names = (multiByStored.get(field) ?? []).map((mapping) => mapping.name)
    if (matches(field)) names.unshift(field)
    const tests = names.flatMap((name) => ownTest(name) ?? [])
    return tests.length <= 1 ? tests[0] : (value) => tests.some((test) => test(value))
  }
}

function testOfField(plan: ManyFieldsPlan, field: FieldName, scope: Scope): ValueTest | undefined {
  const { fields, nowMs } = scope.context
  const mapping = fields.mappingOf(field)
  if (plan.kind === 'exists') return (value) => isIndexed(value, mapping)
  const compiled = compileValueTest(plan, mapping, nowMs)
  return compiled.kind === 'test' ? compiled.test : undefined
}

/** Events may bring ever new field names, of any length, so what is remembered of them has limits. */
const maxRemembered = 4096
const maxNameLength = 256

function remembered(testOf: TestOfField): TestOfField {
  const tests = new Map<FieldName, ValueTest | undefined>()
  return (field) => {
    if (field.length > maxNameLength) return testOf(field)
    if (tests.has(field)) return tests.get(field)
    const test = testOf(field)
    if (tests.size >= maxRemembered) tests.clear()
    tests.set(field, test)
    return test
  }
}
