import { familyOf, type FieldCatalogue, type FieldMapping, type FieldName } from '#event'
import { commonRoot } from '../match/many-fields.ts'
import type { MatchContext } from '../match/matcher.ts'
import { isVisible } from '../match/visibility.ts'
import type { FilterPlan } from '../plan/filter-plan.ts'
import { normalForm } from '../plan/normal-form.ts'
import { chainOf, always, never, type Condition } from './condition.ts'
import type { Predicate, ValueLeaf } from './predicate.ts'

/** Gives a predicate its number; equal predicates get the same one. */
export type NumberOf = (predicate: Predicate) => number

/**
 * The condition that a filter is, its leaves numbered. Alternatives about one field become one predicate.
 * A kind of leaf that is not known here is asked of the document as a whole.
 */
export function numberLeaves(
  filter: FilterPlan,
  { fields, nowMs }: MatchContext,
  numberOf: NumberOf,
): Condition {
  const values = (asked: readonly [ValueLeaf, ...ValueLeaf[]]): Condition => {
    const field = asked[0].field.name
    const mapping = fields.mappingOf(field)
    const isText = mapping !== undefined && familyOf(mapping.type) === 'text'
    const leaves = isText ? asked : asked.map(withoutQuotes)
    const isDate = mapping?.type === 'date'
    const atMs = isDate && mayBeRelative(leaves) ? nowMs : 0
    return holds({ kind: 'values', field, leaves, nowMs: atMs })
  }

  const holds = (predicate: Predicate): Condition => ({
    kind: 'holds',
    predicate: numberOf(predicate),
  })

  const document = (plan: FilterPlan): Condition => {
    const atMs = mayBeRelative(plan) ? nowMs : 0
    return holds({ kind: 'document', plan, nowMs: atMs })
  }

  const conditionOf = (plan: FilterPlan): Condition => {
    switch (plan.kind) {
      case 'all':
        return always
      case 'none':
        return never
      case 'not': {
        // In the normal form only leaves are negated.
        const inner = isValueLeaf(plan.of, fields) ? values([plan.of]) : document(plan.of)
        return inner.kind === 'holds' ? { ...inner, kind: 'fails' } : document(plan)
      }
      case 'and':
        return chainOf('and', plan.of.map(conditionOf))
      case 'or':
        return alternatives(plan.of)
      default:
        if (isValueLeaf(plan, fields)) return values([plan])
        return chainOf('and', [...presenceFor(plan), document(plan)])
    }
  }

  /** What must be there for a leaf to hold that is asked of the document as a whole: cheaper to ask. */
  const presenceFor = (plan: FilterPlan): readonly Condition[] => {
    const roots = rootsOf(plan, fields)
    const isShort = roots.every((root) => root !== '' && root.length <= maxNameLength)
    if (roots.length === 0 || !isShort) return []
    return [
      chainOf(
        'or',
        roots.map((field) => holds({ kind: 'presence', field })),
      ),
    ]
  }

  const alternatives = (parts: readonly FilterPlan[]): Condition => {
    const byField = new Map<FieldName, [ValueLeaf, ...ValueLeaf[]]>()
    const others: Condition[] = []
    for (const part of parts) {
      if (!isValueLeaf(part, fields)) {
        others.push(conditionOf(part))
        continue
      }
      const same = byField.get(part.field.name)
      if (same === undefined) byField.set(part.field.name, [part])
      else same.push(part)
    }
    return chainOf('or', [...byField.values().map(values), ...others])
  }

  return conditionOf(normalForm(filter))
}

/** Quotes make a difference to words of text alone: elsewhere leaves with and without them are one. */
function withoutQuotes(leaf: ValueLeaf): ValueLeaf {
  if (leaf.kind !== 'match' || !leaf.literal.quoted) return leaf
  return { ...leaf, literal: { ...leaf.literal, quoted: false } }
}

/** Whether the time of asking may matter. Where it does not, filters of different times share predicates. */
function mayBeRelative(plan: FilterPlan | readonly FilterPlan[]): boolean {
  return JSON.stringify(plan).includes('now')
}

const valueLeaves: ReadonlySet<string> = new Set([
  'match',
  'match-any',
  'glob',
  'range',
  'between',
  'regexp',
  'exists',
])

/** Whether a leaf is about one field whose values stand in the field itself, outside of nested objects. */
function isValueLeaf(plan: FilterPlan, fields: FieldCatalogue): plan is ValueLeaf {
  if (!valueLeaves.has(plan.kind) || !('field' in plan) || plan.field.kind !== 'field') return false
  const { name } = plan.field
  const mapping = fields.mappingOf(name)
  const stored = mapping?.valuesFrom ?? name
  if (name.length > maxNameLength || !isVisible(name, undefined, fields)) return false
  if (!isVisible(stored, undefined, fields)) return false
  // Of a field that nobody described, also what lies below it makes it exist.
  if (mapping === undefined) return plan.kind !== 'exists'
  return areValuesInPlace(mapping)
}

/** The names at or below which the values of a leaf stand; none where they may stand anywhere. */
function rootsOf(plan: FilterPlan, fields: FieldCatalogue): readonly FieldName[] {
  if (plan.kind === 'nested') return [plan.path]
  if (!valueLeaves.has(plan.kind) || !('field' in plan)) return []
  if (plan.field.kind !== 'field') return [commonRoot(plan.field)]
  const { name } = plan.field
  return [...new Set([fields.mappingOf(name)?.valuesFrom ?? name, name])]
}

/** Names beyond this are nobody's fields. */
const maxNameLength = 512

function areValuesInPlace({ type }: FieldMapping): boolean {
  const family = familyOf(type)
  return family !== 'flattened' && family !== 'opaque' && family !== 'structure'
}
