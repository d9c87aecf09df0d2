import type { Combination } from '../../first-seen/combination.ts'
import { compareTerms, type Term, type TermField } from '../../first-seen/term.ts'

/** The events of one group in a window. */
export interface Bucket {
  readonly group: Combination
  readonly count: number
  /** Times of its first and last event, epoch milliseconds. */
  readonly startMs: number
  readonly endMs: number
  /** How many distinct values its events have, where the rule asks for that. */
  readonly distinct?: number
}

/** Where a group stands among the groups of a rule. */
export type GroupPlace = readonly Term[]

/** The place of a group in the order of its fields' values. */
export function placeOf({ terms }: Combination, fields: readonly TermField[]): GroupPlace {
  return fields.map((field, i) => field.orderOf(terms[i] ?? ''))
}

/** Ascending by the fields in the rule's order. */
export function comparePlaces(a: GroupPlace, b: GroupPlace): number {
  for (const [i, term] of a.entries()) {
    const order = compareTerms(term, b[i] ?? '')
    if (order !== 0) return order
  }
  return 0
}

/** How much one pass over a window may hold; a window with more takes several. */
export interface PassLimits {
  readonly groups: number
  /** Distinct values over all groups; when they are more, fewer groups are counted. Of one group no more are counted. */
  readonly values: number
}

/** Counts the events of the smallest groups that it is shown, as many as it has room for. */
export interface BucketShelf {
  put(group: Combination, event: CountedEvent): void
  /** The groups, ascending; the last one's place; and whether greater ones were left out. */
  taken(): {
    readonly buckets: readonly Bucket[]
    readonly last: GroupPlace | undefined
    readonly hasMore: boolean
  }
}

/** What counts of an event: its time, and its values where distinct ones are asked for. */
export interface CountedEvent {
  readonly ms: number
  readonly values: readonly Term[] | undefined
}

interface Filling {
  readonly group: Combination
  readonly place: GroupPlace
  count: number
  startMs: number
  endMs: number
  readonly values: Set<Term> | undefined
}

/** An empty {@link BucketShelf} for groups beyond a place. */
export function bucketShelf(
  fields: readonly TermField[],
  { limits, after }: { readonly limits: PassLimits; readonly after: GroupPlace | undefined },
): BucketShelf {
  let fillings = new Map<string, Filling>()
  let held = 0
  let greatest: GroupPlace | undefined
  let hasMore = false
  const cut = (limit: number): void => {
    const sorted = [...fillings.values()].toSorted((a, b) => comparePlaces(a.place, b.place))
    const kept = sorted.slice(0, limit)
    if (kept.length < sorted.length) {
      hasMore = true
      greatest = kept.at(-1)?.place
    }
    fillings = new Map(kept.map((filling) => [filling.group.key, filling]))
    held = kept.reduce((sum, { values }) => sum + (values?.size ?? 0), 0)
  }
  const fillingOf = (group: Combination, { ms, values }: CountedEvent): Filling | undefined => {
    const known = fillings.get(group.key)
    if (known !== undefined) return known
    const place = placeOf(group, fields)
    if (after !== undefined && comparePlaces(place, after) <= 0) return undefined
    if (greatest !== undefined && comparePlaces(place, greatest) > 0) {
      hasMore = true
      return undefined
    }
    const counts = values === undefined ? undefined : new Set<Term>()
    const fresh = { group, place, count: 0, startMs: ms, endMs: ms, values: counts }
    fillings.set(group.key, fresh)
    return fresh
  }
  return {
    put(group, event) {
      const filling = fillingOf(group, event)
      if (filling === undefined) return
      filling.count++
      filling.startMs = Math.min(filling.startMs, event.ms)
      filling.endMs = Math.max(filling.endMs, event.ms)
      for (const value of event.values ?? []) {
        if (filling.values === undefined || filling.values.has(value)) continue
        if (filling.values.size >= limits.values) break
        filling.values.add(value)
        held++
      }
      if (fillings.size >= 2 * limits.groups) cut(limits.groups)
      if (held > limits.values && fillings.size > 1) cut(Math.ceil(fillings.size / 2))
    },
    taken() {
      cut(limits.groups)
      const kept = [...fillings.values()]
      return { buckets: kept.map(bucketOf), last: kept.at(-1)?.place, hasMore }
    },
  }
}

function bucketOf({ group, count, startMs, endMs, values }: Filling): Bucket {
  const bucket = { group, count, startMs, endMs }
  return values === undefined ? bucket : { ...bucket, distinct: values.size }
}
