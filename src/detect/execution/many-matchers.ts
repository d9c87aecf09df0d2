import { pathOf, someValue, type EventSource, type FieldCatalogue, type FieldPath } from '#event'
import {
  compileFilter,
  necessaryTerms,
  type FilterPlan,
  type MatchContext,
  type NecessaryTerms,
} from '#query'

/** A filter and what it is compiled against. */
export interface AskedFilter {
  readonly filter: FilterPlan
  readonly context: MatchContext
}

/** Many filters matched at once. */
export interface ManyMatchers {
  /** What every event holds that satisfies any of them. */
  readonly necessary: NecessaryTerms
  /** Learns from some events which of the values that filters need are rare. Changes no answer. */
  learnFrom(sources: readonly EventSource[]): void
  /** The places of all filters that an event satisfies, in no order; valid until the next call. */
  matching(source: EventSource): readonly number[]
}

/** So many events are enough to tell rare values from common ones. */
const maxLearnt = 64

/** Values of which an event must hold one, by field, to have a chance with a filter. */
type Clause = readonly { readonly field: string; readonly value: string }[]

/** A field's values, and the filters for which holding one is reason to look closer. */
interface FieldIndex {
  readonly path: FieldPath
  readonly placesByValue: Map<string, number[]>
}

/**
 * Filters matched together: an event's values are looked up once for all, and only the filters for which
 * it holds one of the values they need are asked. Filters that need no value are asked of every event.
 */
export function manyMatchers(asked: readonly AskedFilter[]): ManyMatchers {
  const matchers = asked.map(({ filter, context }) => compileFilter(filter, context))
  const clauses = asked.map(clausesOf)
  let always = asked.map((_, place) => place)
  let indexes: readonly FieldIndex[] = []
  const found: number[] = []
  const askedOf = new Uint32Array(asked.length)
  let asking = 0

  const ask = (place: number, source: EventSource): void => {
    if (askedOf[place] === asking) return
    askedOf[place] = asking
    if (matchers[place]?.(source) === true) found.push(place)
  }

  return {
    necessary: necessaryOfAny(clauses),
    learnFrom(sources) {
      const rate = rateIn(sources.slice(0, maxLearnt), clauses.flat(2))
      const chosen = clauses.map((all) => all.toSorted((a, b) => rate(a) - rate(b))[0])
      always = chosen.flatMap((clause, place) => (clause === undefined ? [place] : []))
      indexes = indexesOf(chosen)
    },
    matching(source) {
      found.length = 0
      asking = (asking + 1) >>> 0
      for (const { path, placesByValue } of indexes) {
        someValue(source, path, (value) => {
          const places = placesByValue.get(String(value))
          if (places !== undefined) for (const place of places) ask(place, source)
          return false
        })
      }
      for (const place of always) ask(place, source)
      return found
    },
  }
}

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

/** How many of some events hold one of a clause's values, events that hold several counted for each. */
function rateIn(sources: readonly EventSource[], terms: Clause): (clause: Clause) => number {
  const countsByField = new Map<string, Map<string, number>>()
  for (const { field } of terms) countsByField.set(field, countsByField.get(field) ?? new Map())
  for (const [field, counts] of countsByField) {
    const path = pathOf(field)
    for (const source of sources) {
      someValue(source, path, (value) => {
        const text = String(value)
        counts.set(text, (counts.get(text) ?? 0) + 1)
        return false
      })
    }
  }
  return (clause) =>
    clause.reduce((sum, { field, value }) => sum + (countsByField.get(field)?.get(value) ?? 0), 0)
}

function indexesOf(chosen: readonly (Clause | undefined)[]): readonly FieldIndex[] {
  const byField = new Map<string, FieldIndex>()
  for (const [place, clause] of chosen.entries()) {
    for (const { field, value } of clause ?? []) {
      const index = byField.get(field) ?? { path: pathOf(field), placesByValue: new Map() }
      byField.set(field, index)
      const places = index.placesByValue.get(value)
      if (places === undefined) index.placesByValue.set(value, [place])
      else places.push(place)
    }
  }
  return [...byField.values()]
}
