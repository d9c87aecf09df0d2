import { isJsonObject, unreachable } from '#base'
import {
  familyOf,
  pathOf,
  someLeafAtOrBelow,
  someNodeAt,
  someValue,
  type FieldMapping,
  type FieldName,
} from '#event'
import type { FilterPlan } from '../plan/filter-plan.ts'
import type { ValuePlan } from './compiled-value-test.ts'
import { anyFieldPieces, compileManyFields, type ManyFieldsPlan } from './many-fields.ts'
import type { MatchContext, Matcher } from './matcher.ts'
import { absoluteName, relativeName, type Scope } from './scope.ts'
import { compileValueTest } from './value-test.ts'
import { isIndexed, isVisible } from './visibility.ts'

/**
 * Compiles a plan into a matcher: literals parsed, types looked up and names cut once, so that a document
 * costs little more than reading the fields asked for. A leaf that a field's type cannot answer (a word on
 * a number, a wildcard on an address) matches no document; the language's `check` tells of it.
 */
export function compileFilter(plan: FilterPlan, context: MatchContext): Matcher {
  return compile(plan, { context, path: undefined })
}

function compile(plan: FilterPlan, scope: Scope): Matcher {
  switch (plan.kind) {
    case 'all':
      return () => true
    case 'none':
      return never
    case 'not': {
      const inner = compile(plan.of, scope)
      return (source) => !inner(source)
    }
    case 'and':
      return everyOf(plan.of.map((part) => compile(part, scope)))
    case 'or':
      return someOf(plan.of.map((part) => compile(part, scope)))
    case 'nested':
      return compileNested(plan, scope)
    case 'exists':
    case 'match':
    case 'match-any':
    case 'glob':
    case 'range':
      return compileLeaf(plan, scope)
    default:
      return unreachable(plan)
  }
}

const never: Matcher = () => false

function everyOf(parts: readonly Matcher[]): Matcher {
  return (source) => {
    for (const part of parts) if (!part(source)) return false
    return true
  }
}

function someOf(parts: readonly Matcher[]): Matcher {
  return (source) => {
    for (const part of parts) if (part(source)) return true
    return false
  }
}

type NestedPlan = Extract<FilterPlan, { readonly kind: 'nested' }>

function compileNested(plan: NestedPlan, scope: Scope): Matcher {
  const below = relativeName(plan.path, scope)
  if (below === undefined) return never
  const inner = compile(plan.of, { ...scope, path: plan.path })
  const path = pathOf(below)
  return (source) => someNodeAt(source, path, (node) => isJsonObject(node) && inner(node))
}

type ExistsPlan = Extract<FilterPlan, { readonly kind: 'exists' }>

function compileLeaf(plan: ValuePlan | ExistsPlan, scope: Scope): Matcher {
  const { field } = plan
  if (field.kind !== 'field') {
    const pieces: readonly ManyFieldsPlan[] = anyFieldPieces({ ...plan, field })
    return someOf(pieces.map((piece) => compileManyFields(piece, scope)))
  }
  const mapping = scope.context.fields.mappingOf(field.name)
  // A multi-field indexes another field's values; an event may also carry values under its own name.
  const stored = mapping?.valuesFrom === undefined ? [field.name] : [mapping.valuesFrom, field.name]
  const places = stored.filter((name) => isVisible(name, scope.path, scope.context.fields))
  const parts = places.flatMap((name) => {
    const below = relativeName(name, scope)
    if (below === undefined) return []
    return plan.kind === 'exists'
      ? compileExists(name, below, mapping, scope)
      : compileValue(plan, below, mapping, scope)
  })
  const [first] = parts
  return first !== undefined && parts.length === 1 ? first : someOf(parts)
}

function compileValue(
  plan: ValuePlan,
  below: FieldName,
  mapping: FieldMapping | undefined,
  scope: Scope,
): Matcher {
  const compiled = compileValueTest(plan, mapping, scope.context.nowMs)
  if (compiled.kind === 'impossible') return never
  const { test } = compiled
  const path = pathOf(below)
  if (mapping?.type !== 'flattened') return (source) => someValue(source, path, test)
  // A flattened field asked as a whole looks into every leaf below it.
  return (source) => someLeafAtOrBelow(source, below, (_name, value) => test(value))
}

function compileExists(
  field: FieldName,
  below: FieldName,
  mapping: FieldMapping | undefined,
  scope: Scope,
): Matcher {
  if (mapping?.type === 'nested') return never
  const { fields } = scope.context
  const family = mapping === undefined ? 'structure' : familyOf(mapping.type)
  if (family === 'structure' || family === 'flattened' || family === 'opaque') {
    // An object exists when something in it does.
    return (source) =>
      someLeafAtOrBelow(source, below, (name, value) => {
        const full = name === below ? field : absoluteName(name, scope)
        return isVisible(full, scope.path, fields) && isIndexed(value, fields.mappingOf(full))
      })
  }
  const path = pathOf(below)
  return (source) => someValue(source, path, (value) => isIndexed(value, mapping))
}
