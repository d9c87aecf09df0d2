import type { JsonObject } from '#base'
import { compileIndexPatterns } from '#event'
import type { SearchRequest, TimeFields, TimeRange } from '../event-store.ts'
import { timeFields } from './event-document.ts'
import type { EventIndexing } from './event-mapping.ts'
import { planQuery } from './plan-query.ts'

/** A search without its order. */
export type EventSelection = Omit<SearchRequest, 'order' | 'limit'>

/** What a query is made of besides the request. */
export interface EventQueryWorld {
  readonly indexing: EventIndexing
  /** Every index of which there may be events. */
  readonly indices: readonly string[]
  /** The events that are seen, both ends in. */
  readonly sequences: { readonly first: number; readonly last: number }
}

/** Longer lists of sequences are asked for by their ends, and looked up by whoever reads. */
const maxSequences = 10_000

/** The query of everything that a search may find; undefined where it can find nothing. Time is left to {@link timeQuery}. */
export function selectionQuery(
  { indices, filter, context, among, afterSequence = 0 }: EventSelection,
  world: EventQueryWorld,
): JsonObject | undefined {
  const isIncluded = compileIndexPatterns(indices)
  const chosen = world.indices.filter(isIncluded)
  if (chosen.length === 0 || among?.length === 0) return undefined
  const plan = planQuery(filter, { fields: context.fields, indexing: world.indexing })
  const { first, last } = world.sequences
  const from = Math.max(first, afterSequence + 1)
  const isSome = chosen.length < world.indices.length
  return {
    bool: {
      filter: [
        { range: { 'vedette.sequence': { gte: from, lte: last } } },
        ...(isSome ? [{ terms: { 'vedette.index': chosen } }] : []),
        ...(among === undefined ? [] : [amongQuery(among)]),
        plan,
      ],
    },
  }
}

function amongQuery(among: readonly number[]): JsonObject {
  if (among.length <= maxSequences) return { terms: { 'vedette.sequence': among } }
  return { range: { 'vedette.sequence': { gte: among[0] ?? 0, lte: among.at(-1) ?? 0 } } }
}

/** The events of a range by one of its fields; a secondary field counts where the primary has no time. */
export interface TimeQuery {
  readonly query: JsonObject
  /** The field of the cluster by which these stand in time. */
  readonly field: string
}

/** The parts that together are the events of a range; undefined where a field is not indexed and whoever reads must look. */
export function timeQueries(time: TimeRange): readonly TimeQuery[] | undefined {
  const fields = indexedTimes(time.fields)
  if (fields === undefined) return undefined
  const [primary, secondary] = fields
  const within = (field: string): JsonObject => ({
    range: { [field]: { gte: time.fromMs, lte: time.toMs } },
  })
  const first = { field: primary, query: within(primary) }
  if (secondary === undefined) return [first]
  const lacksPrimary = { bool: { must_not: [{ exists: { field: primary } }] } }
  const query = { bool: { filter: [within(secondary), lacksPrimary] } }
  return [first, { field: secondary, query }]
}

function indexedTimes({
  primary,
  secondary,
}: TimeFields): readonly [string, string | undefined] | undefined {
  const first = timeFields[primary]
  const second = secondary === undefined ? undefined : timeFields[secondary]
  if (first === undefined) return undefined
  return secondary !== undefined && second === undefined ? undefined : [first, second]
}

/** A query and more that must hold. */
export function narrowed(query: JsonObject, more: readonly JsonObject[]): JsonObject {
  return more.length === 0 ? query : { bool: { filter: [query, ...more] } }
}

/** Any of several queries. */
export function anyQuery(should: readonly JsonObject[]): JsonObject {
  return { bool: { should, minimum_should_match: 1 } }
}
