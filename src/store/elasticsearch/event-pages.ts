import type { JsonObject, JsonValue } from '#base'
import type { StoredEvent } from '../event-store.ts'
import type { Cluster } from './cluster.ts'
import { eventOfHit } from './event-document.ts'
import { objectsAt } from './reply.ts'

/** An event as a cluster gave it, with the values by which it was sorted. */
export interface FoundEvent {
  readonly event: StoredEvent
  readonly sort: readonly number[]
}

/** What to read, and in which order. */
export interface PageRequest {
  readonly query: JsonObject
  readonly sort: readonly JsonObject[]
  readonly size: number
  readonly signal?: AbortSignal
}

/** By sequence, which no two events share. */
export function bySequence(order: 'asc' | 'desc'): readonly JsonObject[] {
  return [{ 'vedette.sequence': { order } }]
}

/** By a time, an event with several by its earliest when ascending and its latest when descending; then by sequence. */
export function byTime(field: string, order: 'asc' | 'desc'): readonly JsonObject[] {
  const mode = order === 'asc' ? 'min' : 'max'
  return [{ [field]: { order, mode } }, ...bySequence(order)]
}

/**
 * Reads a stream of events page by page, each page beginning after the last event of the one before. What comes while
 * it reads has a higher sequence than the query asks for; what goes by retention is missing from the pages to come.
 */
export async function* readPages(
  cluster: Cluster,
  stream: string,
  { query, sort, size, signal }: PageRequest,
): AsyncGenerator<readonly FoundEvent[]> {
  let after: readonly JsonValue[] | undefined
  for (;;) {
    const { body } = await cluster.request({
      doing: 'search events',
      method: 'POST',
      path: `/${stream}/_search`,
      body: {
        query,
        sort,
        size,
        track_total_hits: false,
        ...(after !== undefined && { search_after: after }),
      },
      ...(signal !== undefined && { signal }),
    })
    const hits = objectsAt(body, 'hits', 'hits').map((hit) => ({
      event: eventOfHit(hit),
      sort: numbersOf(hit['sort']),
    }))
    if (hits.length > 0) yield hits
    if (hits.length < size) return
    after = hits.at(-1)?.sort
  }
}

function numbersOf(value: JsonValue | undefined): readonly number[] {
  return Array.isArray(value) ? value.map(Number) : []
}

/** Events of several streams, each in its order, in the order of all. */
export async function* mergePages(
  streams: readonly AsyncGenerator<readonly FoundEvent[]>[],
  order: 'asc' | 'desc',
): AsyncGenerator<readonly FoundEvent[]> {
  const [first] = streams
  if (first !== undefined && streams.length === 1) {
    yield* first
    return
  }
  const heads = await Promise.all(streams.map((stream) => headOf(stream)))
  const sign = order === 'asc' ? 1 : -1
  for (;;) {
    const waiting = heads.filter((head) => head.page.length > 0)
    const next = waiting.toSorted((a, b) => sign * compareSorts(a, b))[0]
    if (next === undefined) return
    const [event] = next.page.splice(0, 1)
    if (event !== undefined) yield [event]
    if (next.page.length === 0) await next.fill()
  }
}

interface Head {
  page: FoundEvent[]
  fill(): Promise<void>
}

async function headOf(stream: AsyncGenerator<readonly FoundEvent[]>): Promise<Head> {
  const head: Head = {
    page: [],
    async fill() {
      const next = await stream.next()
      head.page = next.done === true ? [] : [...next.value]
    },
  }
  await head.fill()
  return head
}

function compareSorts(a: Head, b: Head): number {
  const [left = [], right = []] = [a.page[0]?.sort, b.page[0]?.sort]
  for (const [at, value] of left.entries()) {
    const other = right[at] ?? 0
    if (value !== other) return value - other
  }
  return 0
}
