import { unreachable } from '#base'
import { familyOf, type FieldCatalogue, type FieldMapping, type FieldName } from '#event'
import type { FilterPlan } from './filter-plan.ts'
import { normalForm } from './normal-form.ts'
import { neededFields } from './value-expression.ts'

/** Something that a document must hold to have a chance of matching. */
export type NecessaryTerm =
  /** Some leaf of the field, written as a string (`4624`, `true`), is exactly this. */
  | { readonly kind: 'value'; readonly field: FieldName; readonly value: string }
  /** The field has a leaf that is not null. */
  | { readonly kind: 'field'; readonly field: FieldName }

/** All clauses must hold; a clause holds when one of its terms does. An empty clause never holds. */
export type NecessaryTerms = readonly (readonly NecessaryTerm[])[]

/** Longer clauses cost a store more to look up than they save. */
const maxTermsPerClause = 1024

/**
 * What every matching document holds, whatever else it is: for stores that skip documents, or whole blocks
 * of them, without reading them. Only necessary, never sufficient: what passes must still be matched.
 * No clauses means that nothing can be skipped.
 */
export function necessaryTerms(plan: FilterPlan, fields: FieldCatalogue): NecessaryTerms {
  return clausesOf(normalForm(plan), fields)
}

function clausesOf(plan: FilterPlan, fields: FieldCatalogue): NecessaryTerms {
  switch (plan.kind) {
    case 'all':
    case 'not':
      return []
    case 'none':
      return [[]]
    case 'and':
      return plan.of.flatMap((part) => clausesOf(part, fields))
    case 'or':
      return oneOf(plan.of.map((part) => clausesOf(part, fields)))
    case 'nested':
      return clausesOf(plan.of, fields)
    case 'match':
      return leafClauses(plan, [plan.literal.value], fields)
    case 'match-any':
      return plan.values.length === 0 ? [[]] : leafClauses(plan, plan.values, fields)
    case 'glob':
    case 'exists':
    case 'range':
    case 'between':
    case 'regexp':
      return leafClauses(plan, undefined, fields)
    case 'expression':
      return neededFields(plan.of).flatMap((name) =>
        leafClauses(someValue(name), undefined, fields),
      )
    default:
      return unreachable(plan)
  }
}

/** Of each alternative its most telling clause; one alternative without any says nothing at all. */
function oneOf(alternatives: readonly NecessaryTerms[]): NecessaryTerms {
  const chosen: NecessaryTerm[] = []
  for (const clauses of alternatives) {
    const best = clauses.toSorted((a, b) => vagueness(a) - vagueness(b))[0]
    if (best === undefined) return []
    chosen.push(...best)
  }
  return chosen.length > maxTermsPerClause ? [] : [withoutRepetition(chosen)]
}

function vagueness(clause: readonly NecessaryTerm[]): number {
  const vague = clause.filter((term) => term.kind === 'field').length
  return vague * maxTermsPerClause + clause.length
}

function withoutRepetition(terms: readonly NecessaryTerm[]): readonly NecessaryTerm[] {
  const byKey = new Map(terms.map((term) => [JSON.stringify(term), term]))
  return [...byKey.values()]
}

type LeafPlan = Extract<
  FilterPlan,
  { readonly kind: 'match' | 'match-any' | 'glob' | 'exists' | 'range' | 'between' | 'regexp' }
>

function leafClauses(
  plan: LeafPlan,
  values: readonly (string | number | boolean)[] | undefined,
  fields: FieldCatalogue,
): NecessaryTerms {
  if (plan.field.kind !== 'field') return []
  const mapping = fields.mappingOf(plan.field.name)
  // A multi-field is met under the name of the field whose values it indexes, or under its own.
  const held = [...new Set([mapping?.valuesFrom ?? plan.field.name, plan.field.name])]
  const inSomeField = [held.map((field): NecessaryTerm => ({ kind: 'field', field }))]
  const isCaseless = 'caseless' in plan && plan.caseless
  if (values !== undefined && !isCaseless && values.every((value) => isLiteral(value, mapping))) {
    const terms = values.flatMap((value) =>
      held.map((field): NecessaryTerm => ({ kind: 'value', field, value: String(value) })),
    )
    return terms.length > maxTermsPerClause ? inSomeField : [terms]
  }
  return isHeldByField(plan, mapping) ? inSomeField : []
}

/** The leaf that any value of a field satisfies. */
function someValue(name: FieldName): LeafPlan {
  return { kind: 'glob', field: { kind: 'field', name }, glob: [{ kind: 'any-run' }] }
}

/** Whether only a stored value that reads exactly like the literal can equal it. */
function isLiteral(value: string | number | boolean, mapping: FieldMapping | undefined): boolean {
  if (mapping !== undefined)
    return familyOf(mapping.type) === 'keyword' && mapping.caseless !== true
  // A number of an undescribed field may be written in several ways: 7, 7.0, 07.
  return typeof value === 'string' && !/^[-+.\d]/.test(value)
}

/** Whether the values that a leaf looks at stand in the field itself, not in fields below it. */
export function isHeldByField(plan: LeafPlan, mapping: FieldMapping | undefined): boolean {
  if (mapping === undefined) return plan.kind !== 'exists'
  const family = familyOf(mapping.type)
  if (family === 'flattened' || family === 'opaque') return false
  return family !== 'structure' || plan.kind !== 'exists'
}
