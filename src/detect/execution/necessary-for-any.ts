import type { FieldCatalogue } from '#event'
import { necessaryTerms, type AskedFilter, type FilterPlan, type NecessaryTerms } from '#query'

/** What every event holds that satisfies any of many filters: for stores that skip what cannot be meant. */
export function necessaryForAny(asked: readonly AskedFilter[]): NecessaryTerms {
  return necessaryOfAny(asked.map(clausesOf))
}

/** Values of which an event must hold one, by field, to have a chance with a filter. */
type Clause = readonly { readonly field: string; readonly value: string }[]

/** What a filter needs, as far as it is values: what is needed of mere presence tells little. */
function clausesOf({ filter, context }: AskedFilter): readonly Clause[] {
  const parts = filter.kind === 'and' ? filter.of : [filter]
  return parts.flatMap((part) => clausesOfPart(part, context.fields))
}

/** A rule's own filter is the same object in all of its executions; what is added to it is small. */
const clausesByPart = new WeakMap<FieldCatalogue, WeakMap<FilterPlan, readonly Clause[]>>()

function clausesOfPart(part: FilterPlan, fields: FieldCatalogue): readonly Clause[] {
  const byPart = clausesByPart.get(fields) ?? new WeakMap<FilterPlan, readonly Clause[]>()
  clausesByPart.set(fields, byPart)
  const known = byPart.get(part)
  if (known !== undefined) return known
  const clauses = necessaryTerms(part, fields).flatMap((terms) => {
    const values = terms.flatMap((term) => (term.kind === 'value' ? [term] : []))
    return values.length === terms.length ? [values] : []
  })
  byPart.set(part, clauses)
  return clauses
}

/** More alternatives than these keep a store from nothing. */
const maxAlternatives = 256

/** One clause: the shortest of each filter, as alternatives. */
function necessaryOfAny(clauses: readonly (readonly Clause[])[]): NecessaryTerms {
  const alternatives = clauses.map((all) => all.toSorted((a, b) => a.length - b.length)[0])
  const terms = alternatives.flatMap((clause) => clause ?? [])
  if (alternatives.includes(undefined) || terms.length > maxAlternatives) return []
  return [terms.map((term) => ({ kind: 'value', ...term }))]
}
