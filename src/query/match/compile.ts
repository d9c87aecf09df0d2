import { isJsonObject, unreachable } from '#base'
import { pathOf, someNodeAt, type FieldName } from '#event'
import type { FilterPlan } from '../plan/filter-plan.ts'
import type { ValuePlan } from './compiled-value-test.ts'
import { anyFieldPieces, compileManyFields, type ManyFieldsPlan } from './many-fields.ts'
import type { MatchContext, Matcher } from './matcher.ts'
import { compileExpression } from './expression/compile-expression.ts'
import { compileFieldExists, compileFieldValues } from './one-field.ts'
import { relativeName, type Scope } from './scope.ts'

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
      return someOf(compileAlternatives(plan.of, scope))
    case 'nested':
      return compileNested(plan, scope)
    case 'exists':
    case 'match':
    case 'match-any':
    case 'glob':
    case 'range':
    case 'between':
    case 'regexp':
      return compileLeaf(plan, scope)
    case 'expression':
      return compileExpression(plan.of, scope)
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

type LeafPlan = ValuePlan | Extract<FilterPlan, { readonly kind: 'exists' }>

function compileLeaf(plan: LeafPlan, scope: Scope): Matcher {
  const { field } = plan
  if (field.kind !== 'field') {
    const pieces: readonly ManyFieldsPlan[] = anyFieldPieces({ ...plan, field })
    return someOf(pieces.map((piece) => compileManyFields(piece, scope)))
  }
  return plan.kind === 'exists'
    ? compileFieldExists(field.name, scope)
    : compileFieldValues(field.name, [plan], scope)
}

/** Alternatives about one field read it once: rules list hundreds of names for one field. */
function compileAlternatives(parts: readonly FilterPlan[], scope: Scope): readonly Matcher[] {
  const plansByField = new Map<FieldName, ValuePlan[]>()
  const others: FilterPlan[] = []
  for (const part of parts) {
    if (!isValuePlan(part) || part.field.kind !== 'field') {
      others.push(part)
      continue
    }
    const same = plansByField.get(part.field.name)
    if (same === undefined) plansByField.set(part.field.name, [part])
    else same.push(part)
  }
  const ofFields = [...plansByField].map(([field, plans]) =>
    compileFieldValues(field, plans, scope),
  )
  return [...ofFields, ...others.map((part) => compile(part, scope))]
}

function isValuePlan(plan: FilterPlan): plan is ValuePlan {
  return ['match', 'match-any', 'glob', 'range', 'between', 'regexp'].includes(plan.kind)
}
