import { lowerCaseAscii, unreachable } from '#base'
import {
  pathOf,
  someValue,
  type FieldMapping,
  type FieldName,
  type FieldPath,
  type FieldValue,
} from '#event'
import type { ValueExpression } from '../../plan/filter-plan.ts'
import { expressionFields, leafField, neededArguments } from '../../plan/value-expression.ts'
import { compileRegexp } from '../../regexp/compile.ts'
import { compileGlob, foldedGlob } from '../glob.ts'
import type { Matcher } from '../matcher.ts'
import { relativeName, type Scope } from '../scope.ts'
import { compileValueTest } from '../value-test.ts'
import { isVisible } from '../visibility.ts'
import { computedValue, maxCombinations, type ComputedValue } from './computed-value.ts'
import { patternParts } from './pattern-parts.ts'
import { valueOperations } from './value-functions.ts'

/** Matches where some combination of the values of its fields makes an expression true. */
export function compileExpression(expression: ValueExpression, scope: Scope): Matcher {
  const slots = new Map(
    expressionFields(expression).map((name) => [name, compileSlot(name, scope)] as const),
  )
  const evaluate = compileNode(expression, { slots, scope })
  const inOrder = [...slots.values()]
  return (source) => {
    for (const slot of inOrder) fill(slot, source)
    return someCombination(inOrder, () => evaluate() === true)
  }
}

/** A field of an expression, with its values in the document at hand and the one that is tried. */
interface Slot {
  readonly mapping: FieldMapping | undefined
  readonly paths: readonly FieldPath[]
  readonly found: Map<FieldValue, Exclude<ComputedValue, null>>
  stored: FieldValue | null
  value: ComputedValue
}

function compileSlot(field: FieldName, scope: Scope): Slot {
  const mapping = scope.context.fields.mappingOf(field)
  const names = mapping?.valuesFrom === undefined ? [field] : [mapping.valuesFrom, field]
  const [first] = names
  const isSeen = first !== undefined && isVisible(first, scope.path, scope.context.fields)
  const paths = names.flatMap((name) => {
    const below = isSeen ? relativeName(name, scope) : undefined
    return below === undefined ? [] : [pathOf(below)]
  })
  return { mapping, paths, found: new Map(), stored: null, value: null }
}

function fill({ mapping, paths, found }: Slot, source: Parameters<Matcher>[0]): void {
  found.clear()
  for (const path of paths) {
    someValue(source, path, (stored) => {
      const value = computedValue(stored, mapping)
      if (value !== undefined) found.set(stored, value)
      return false
    })
  }
}

/** Tries the first fields' values slowest, each at least once. */
function someCombination(slots: readonly Slot[], holds: () => boolean): boolean {
  let left = slots.length < 2 ? Number.POSITIVE_INFINITY : maxCombinations
  const tryFrom = (place: number): boolean => {
    const slot = slots[place]
    if (slot === undefined) {
      left--
      return holds()
    }
    slot.stored = null
    slot.value = null
    if (slot.found.size === 0) return tryFrom(place + 1)
    for (const [stored, value] of slot.found) {
      if (left <= 0) return false
      slot.stored = stored
      slot.value = value
      if (tryFrom(place + 1)) return true
    }
    return false
  }
  return tryFrom(0)
}

/** What an expression comes to for the values that are tried. */
type Evaluation = () => ComputedValue

interface Surroundings {
  readonly slots: ReadonlyMap<FieldName, Slot>
  readonly scope: Scope
}

function compileNode(expression: ValueExpression, around: Surroundings): Evaluation {
  switch (expression.kind) {
    case 'null':
      return () => null
    case 'constant': {
      const { value } = expression
      return () => value
    }
    case 'number': {
      const { text } = expression
      const value = /^-?\d+$/.test(text) ? BigInt(text) : Number(text)
      return () => value
    }
    case 'field': {
      const slot = around.slots.get(expression.name)
      return () => slot?.value ?? null
    }
    case 'leaf':
      return compileLeafNode(expression, around)
    case 'apply':
      return compileApply(expression, around)
    default:
      return unreachable(expression)
  }
}

function compileLeafNode(
  { of: leaf }: Extract<ValueExpression, { readonly kind: 'leaf' }>,
  { slots, scope }: Surroundings,
): Evaluation {
  const slot = slots.get(leafField(leaf))
  const compiled = compileValueTest(leaf, slot?.mapping, scope.context.nowMs)
  const test = compiled.kind === 'test' ? compiled.test : () => false
  return () => {
    const stored = slot?.stored ?? null
    return stored === null ? null : test(stored)
  }
}

type Application = Extract<ValueExpression, { readonly kind: 'apply' }>

function compileApply(application: Application, around: Surroundings): Evaluation {
  const { function: name, caseless = false } = application
  const parts = application.of.map((part) => compileNode(part, around))
  switch (name) {
    case 'isNull': {
      const [of] = parts
      return () => of === undefined || of() === null
    }
    case 'and':
    case 'or':
      return chain(parts, name === 'or')
    case 'like':
    case 'regex':
      return compilePattern(application, parts)
    default: {
      const apply = valueOperations[name]
      const needed = neededArguments(name)
      return () => {
        const values: ComputedValue[] = []
        for (const [place, part] of parts.entries()) {
          const value = part()
          if (value === null && place < needed) return null
          values.push(value)
        }
        return apply(values, caseless)
      }
    }
  }
}

/** One decisive part decides; else null where a part is null. */
function chain(parts: readonly Evaluation[], decisive: boolean): Evaluation {
  return () => {
    let value: ComputedValue = !decisive
    for (const part of parts) {
      const found = part()
      if (found === decisive) return decisive
      if (found === null) value = null
    }
    return value
  }
}

function compilePattern(application: Application, [text]: readonly Evaluation[]): Evaluation {
  const { function: name, caseless = false, of } = application
  const [, pattern] = of
  if (text === undefined || pattern?.kind !== 'constant') return () => null
  const matches = testOf(name, String(pattern.value), caseless)
  return () => {
    const value = text()
    return typeof value === 'string' ? matches(value) : null
  }
}

function testOf(name: string, pattern: string, caseless: boolean): (text: string) => boolean {
  if (name === 'regex') {
    const compiled = compileRegexp(pattern, { caseless })
    return compiled.ok ? compiled.value : () => false
  }
  const parts = patternParts(pattern)
  if (!caseless) return compileGlob(parts)
  const matches = compileGlob(foldedGlob(parts, lowerCaseAscii))
  return (text) => matches(lowerCaseAscii(text))
}
