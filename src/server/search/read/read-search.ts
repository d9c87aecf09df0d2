import type { JsonObject, JsonValue } from '#base'
import type { FieldCatalogue } from '#event'
import type { FilterPlan } from '#query'
import type { OpenTally } from '../aggregate/aggregation.ts'
import { readAggregations } from '../aggregate/read-aggregations.ts'
import type { HitShape } from '../hit.ts'
import { maxHits, type Budget } from '../limits.ts'
import { flagAt, integerAt, objectAt, objectOf, textAt, wrongAt } from './members.ts'
import { filterAt } from './query.ts'
import { readSearchAfter, readSort, type SortKey, type SortValues } from './sort.ts'
import { readSourceFilter, readWantedFields, sourceFilterOf } from './source-filter.ts'

/** What a search asks for. */
export interface SearchPlan {
  readonly filter: FilterPlan
  /** What of the meant documents become hits; the aggregations see all. */
  readonly postFilter: FilterPlan | undefined
  readonly from: number
  readonly size: number
  readonly sort: readonly SortKey[]
  readonly after: SortValues | undefined
  /** Hits are counted so far, and beyond only said to be more; Infinity: all, 0: not told. */
  readonly countedHits: number
  readonly shape: HitShape
  readonly hasAggregations: boolean
  readonly aggregations: OpenTally
  /** Reading stops then, and the answer says so. */
  readonly timeoutMs: number | undefined
  readonly terminateAfter: number | undefined
  /** The id of the point in time that it is a search of. */
  readonly pit: string | undefined
}

/** What a search is read with. */
export interface SearchReading {
  readonly fields: FieldCatalogue
  readonly nowMs: number
  readonly budget: Budget
}

/** Members that say nothing to a server of one part that reads everything exactly. */
const harmless = [
  'batched_reduce_size',
  'explain',
  'indices_boost',
  'max_concurrent_shard_requests',
  'min_score',
  'preference',
  'profile',
  'stats',
  'stored_fields',
  'track_scores',
]

const members = [
  'query',
  'post_filter',
  'from',
  'size',
  'sort',
  'search_after',
  'track_total_hits',
  '_source',
  'fields',
  'docvalue_fields',
  'version',
  'seq_no_primary_term',
  'aggs',
  'aggregations',
  'timeout',
  'terminate_after',
  'pit',
  ...harmless,
]

/**
 * Reads the body of a search and the query of its address, which counts where both speak. Faults: `invalid` for
 * what is not known or not as it must be, with the place.
 */
export function readSearch(
  value: JsonValue | undefined,
  query: URLSearchParams,
  { fields, nowMs, budget }: SearchReading,
): SearchPlan {
  const body = objectOf(
    { ...objectAt(value ?? {}, 'body'), ...fromAddress(query) },
    'body',
    members,
  )
  const sizes = readSizes(body)
  const pit = pitOf(body)
  const sort = withTiebreaker(readSort(body['sort'], 'sort', fields), pit)
  const aggs = body['aggs'] ?? body['aggregations']
  const countedHits = countedAt(body['track_total_hits'])
  return {
    filter: bothOf(filterAt(body['query'], 'query', fields), queryOfAddress(query, fields)),
    postFilter:
      body['post_filter'] === undefined
        ? undefined
        : filterAt(body['post_filter'], 'post_filter', fields),
    ...sizes,
    sort,
    after: readSearchAfter(body['search_after'], 'search_after', sort),
    countedHits,
    shape: shapeOf(body, query, { sort, fields }),
    hasAggregations: aggs !== undefined && aggs !== null,
    aggregations: readAggregations(aggs, { at: 'aggs', fields, nowMs, budget }),
    timeoutMs:
      body['timeout'] === undefined ? undefined : millisecondsAt(body['timeout'], 'timeout'),
    terminateAfter: terminationOf(body['terminate_after']),
    pit,
  }
}

/** Members of a search that an address may have; the others that it may have are told by `searchParameters`. */
function fromAddress(query: URLSearchParams): JsonObject {
  const names = [
    'from',
    'size',
    'timeout',
    'terminate_after',
    'track_total_hits',
    'version',
    'seq_no_primary_term',
  ]
  const told: { [name: string]: JsonValue } = {}
  for (const name of names) {
    const value = query.get(name)
    if (value !== null) told[name] = value
  }
  const sort = query.get('sort')
  if (sort !== null) told['sort'] = sort.split(',')
  return told
}

/** `q=` is a query string of Lucene. */
function queryOfAddress(query: URLSearchParams, fields: FieldCatalogue): FilterPlan {
  const text = query.get('q')
  if (text === null) return { kind: 'all' }
  const operator = query.get('default_operator')
  const field = query.get('df')
  return filterAt(
    {
      query_string: {
        query: text,
        ...(operator !== null && { default_operator: operator }),
        ...(field !== null && { default_field: field }),
      },
    },
    'q',
    fields,
  )
}

function bothOf(a: FilterPlan, b: FilterPlan): FilterPlan {
  if (b.kind === 'all') return a
  return a.kind === 'all' ? b : { kind: 'and', of: [a, b] }
}

function readSizes(body: JsonObject): { readonly from: number; readonly size: number } {
  const within = { least: 0, most: maxHits }
  const from =
    body['from'] === undefined
      ? 0
      : integerAt(body['from'], 'from', { least: 0, most: 2 ** 31 - 1 })
  const size = body['size'] === undefined ? 10 : integerAt(body['size'], 'size', within)
  if (from + size <= maxHits) return { from, size }
  throw wrongAt(
    'from',
    `Result window is too large: from + size must be at most ${maxHits}, found ${from + size}; go on with search_after and a point in time, or a scroll`,
  )
}

function pitOf(body: JsonObject): string | undefined {
  if (body['pit'] === undefined) return undefined
  const pit = objectOf(body['pit'], 'pit', ['id', 'keep_alive'])
  return textAt(pit['id'], 'pit.id')
}

/** A point in time puts documents that are equal in a stable order, so that pages neither repeat nor miss one. */
function withTiebreaker(sort: readonly SortKey[], pit: string | undefined): readonly SortKey[] {
  if (pit === undefined || sort.at(-1)?.isPlace === true) return sort
  return [
    ...sort,
    {
      field: undefined,
      descending: false,
      missingFirst: false,
      isPlace: true,
      isTextDate: false,
      valueOf: ({ place }) => place,
    },
  ]
}

function countedAt(value: JsonValue | undefined): number {
  if (value === undefined || value === null) return maxHits
  if (value === true || value === 'true') return Infinity
  if (value === false || value === 'false') return 0
  return integerAt(value, 'track_total_hits', { least: 1, most: 2 ** 31 - 1 })
}

function terminationOf(value: JsonValue | undefined): number | undefined {
  if (value === undefined) return undefined
  return integerAt(value, 'terminate_after', { least: 0, most: 2 ** 31 - 1 }) || undefined
}

function shapeOf(
  body: JsonObject,
  query: URLSearchParams,
  { sort, fields }: { readonly sort: readonly SortKey[]; readonly fields: FieldCatalogue },
): HitShape {
  const isInAddress = [...query.keys()].some((name) => name.startsWith('_source'))
  const flag = (name: string) => body[name] !== undefined && flagAt(body[name], name)
  return {
    source: isInAddress ? sourceFilterOf(query) : readSourceFilter(body['_source'], '_source'),
    fields: [
      ...readWantedFields(body['fields'], 'fields'),
      ...readWantedFields(body['docvalue_fields'], 'docvalue_fields'),
    ],
    catalogue: fields,
    sort,
    withScore: sort.every((key) => key.field === undefined && !key.isPlace),
    withVersion: flag('version'),
    withSequence: flag('seq_no_primary_term'),
  }
}

const unitMs: { readonly [unit: string]: number } = {
  nanos: 1e-6,
  micros: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** A length of time such as `30s`, milliseconds. */
export function millisecondsAt(value: JsonValue | undefined, at: string): number {
  const [, digits, unit = ''] = /^(\d{1,9})(nanos|micros|ms|s|m|h|d)$/.exec(String(value)) ?? []
  if (digits === undefined) throw wrongAt(at, 'must be a length of time such as 30s or 5m')
  return Number(digits) * (unitMs[unit] ?? 1)
}
