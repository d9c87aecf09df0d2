import { Fault, type Clock, type JsonObject, type Logger } from '#base'
import { compileIndexPatterns, ecsCatalogue } from '#event'
import { compileFilter } from '#query'
import { eventTimesOf, isWithin, sortTimeOf } from '../event-time.ts'
import type { EventStore, SearchRequest, StoredEvent } from '../event-store.ts'
import { maxIndices, pageEvents } from '../limits.ts'
import { histogramTally, valuesTally } from '../tally.ts'
import type { Cluster } from './cluster.ts'
import { eventOfHit, eventPlace } from './event-document.ts'
import { bySequence, byTime, mergePages, readPages } from './event-pages.ts'
import {
  anyQuery,
  narrowed,
  selectionQuery,
  timeQueries,
  type EventSelection,
} from './event-query.ts'
import { departures } from './departures.ts'
import { applyRetention, deleteIndex } from './event-retention.ts'
import { prepareStream } from './event-stream.ts'
import { eventWriter, type EventLedger } from './event-writer.ts'
import { refreshing } from './index-setup.ts'
import { numberAt, objectsAt, textAt } from './reply.ts'
import type { WriterLease } from './writer-lease.ts'

/** Text of events read at once, bytes. */
const readBytes = 64 * 1024 * 1024

/** Events in a data stream of a cluster. */
export async function openElasticsearchEventStore({
  cluster,
  name,
  lease,
  clock,
  log,
}: {
  readonly cluster: Cluster
  readonly name: string
  readonly lease: WriterLease
  readonly clock: Clock
  readonly log: Logger
}): Promise<EventStore> {
  const stream = `${name}-events`
  const indexing = await prepareStream(cluster, stream, ecsCatalogue())
  const visible = refreshing(cluster, stream)

  /** Asks of the events that retention has left. */
  const ask = async ({ query = { match_all: {} }, ...body }: JsonObject): Promise<JsonObject> => {
    await visible.settle()
    const kept = { range: { 'vedette.sequence': { gte: ledger.first } } }
    const { body: answer } = await cluster.request({
      doing: 'look at events',
      method: 'POST',
      path: `/${stream}/_search`,
      body: { ...body, query: { bool: { filter: [query, kept] } } },
    })
    return answer
  }
  const facts = async (): Promise<JsonObject> => {
    visible.note()
    return ask(factsRequest)
  }

  const ledger: EventLedger = { first: 1, last: 0, longestBytes: 0, indices: new Set() }
  const learn = async (last: number): Promise<void> => {
    const found = await facts()
    ledger.last = numberAt(found, 'aggregations', 'last', 'value') ?? last
    ledger.first = numberAt(found, 'aggregations', 'first', 'value') ?? ledger.last + 1
    ledger.longestBytes = numberAt(found, 'aggregations', 'longest', 'value') ?? 0
    ledger.indices.clear()
    for (const bucket of bucketsOf(found, 'indices')) ledger.indices.add(textAt(bucket, 'key'))
  }
  await learn(lease.claimedThrough)
  const leaving = departures((index) => deleteIndex(cluster, index), log)
  const writer = eventWriter({
    cluster,
    stream,
    lease,
    ledger,
    clock,
    written: () => visible.note(),
    async existing(places) {
      const there = new Set<string>()
      for (let at = 0; at < places.length; at += 1_000) {
        const ids = { ids: { values: places.slice(at, at + 1_000) } }
        const found = await ask({ query: ids, _source: false, size: 1_000 })
        for (const hit of objectsAt(found, 'hits', 'hits')) there.add(textAt(hit, '_id'))
      }
      return there
    },
  })

  const sizeOf = (limit: number): number => {
    const fitting = Math.floor(readBytes / Math.max(1, ledger.longestBytes))
    return Math.max(1, Math.min(1_000, limit, fitting))
  }

  /** Every event that matches, in the order asked for, one by one; nothing is kept. */
  async function* matches(request: SearchRequest): AsyncGenerator<StoredEvent> {
    const { order, time, signal, limit = Infinity } = request
    signal?.throwIfAborted()
    if (order !== 'sequence' && time === undefined) {
      throw new Fault(
        'invalid',
        'store.order-without-time',
        `search in ${order} order needs a time`,
      )
    }
    const { first, last, indices } = ledger
    const world = { indexing, indices: [...indices], sequences: { first, last } }
    const query = selectionQuery(request, world)
    if (query === undefined || limit === 0) return
    const isMatch = matcherOf(request)
    const end = leaving.beginReading()
    try {
      await visible.settle()
      let left = limit
      for await (const page of candidates(request, query)) {
        signal?.throwIfAborted()
        for (const event of page) {
          if (!isMatch(event)) continue
          yield event
          if (--left === 0) return
        }
      }
    } finally {
      end()
    }
  }

  async function* candidates(
    request: SearchRequest,
    query: JsonObject,
  ): AsyncGenerator<readonly StoredEvent[]> {
    const { order, time, limit = Infinity } = request
    const signal = request.signal === undefined ? {} : { signal: request.signal }
    const times = time === undefined ? undefined : timeQueries(time)
    if (order === 'sequence' || time === undefined) {
      const within = times === undefined ? [] : [anyQuery(times.map((part) => part.query))]
      const sort = bySequence('asc')
      const asked = { query: narrowed(query, within), sort, size: sizeOf(Infinity), ...signal }
      for await (const page of readPages(cluster, stream, asked))
        yield page.map(({ event }) => event)
      return
    }
    const direction = order === 'time-ascending' ? 'asc' : 'desc'
    if (times === undefined) {
      yield* sortedHere(request, query, direction)
      return
    }
    const size = sizeOf(Math.max(pageEvents, limit))
    const streams = times.map((part) => {
      const sort = byTime(part.field, direction)
      return readPages(cluster, stream, {
        query: narrowed(query, [part.query]),
        sort,
        size,
        ...signal,
      })
    })
    for await (const page of mergePages(streams, direction)) yield page.map(({ event }) => event)
  }

  /** By a time that the cluster does not index: the positions of all matches are sorted here, and then read. */
  async function* sortedHere(
    request: SearchRequest,
    query: JsonObject,
    direction: 'asc' | 'desc',
  ): AsyncGenerator<readonly StoredEvent[]> {
    const { time, limit } = request
    if (time === undefined) return
    const isMatch = matcherOf(request)
    const sign = direction === 'asc' ? 1 : -1
    const places: { readonly ms: number; readonly sequence: number }[] = []
    const asked = { query, sort: bySequence('asc'), size: sizeOf(Infinity) }
    for await (const page of readPages(cluster, stream, asked)) {
      request.signal?.throwIfAborted()
      for (const { event } of page) {
        if (!isMatch(event)) continue
        const ms = sortTimeOf(eventTimesOf(event.source, time.fields), direction)
        places.push({ ms, sequence: event.sequence })
      }
    }
    const sorted = places
      .toSorted((a, b) => sign * (a.ms - b.ms) || sign * (a.sequence - b.sequence))
      .slice(0, limit)
      .map(({ sequence }) => sequence)
    const size = sizeOf(pageEvents)
    for (let at = 0; at < sorted.length; at += size)
      yield await eventsOf(sorted.slice(at, at + size))
  }

  async function eventsOf(sequences: readonly number[]): Promise<readonly StoredEvent[]> {
    const query = { terms: { 'vedette.sequence': sequences } }
    const found = await ask({ query, size: sequences.length })
    const bySequenceOf = new Map(
      objectsAt(found, 'hits', 'hits').map((hit) => {
        const event = eventOfHit(hit)
        return [event.sequence, event] as const
      }),
    )
    return sequences.flatMap((sequence) => bySequenceOf.get(sequence) ?? [])
  }

  /** Whoever counts may hand on a search as it is: its limit is for what is shown. */
  async function* everyMatch(request: EventSelection): AsyncGenerator<StoredEvent> {
    yield* matches({ ...request, order: 'sequence', limit: Infinity })
  }

  return {
    append: (events) => writer.append(events),
    async *search(request) {
      let page: StoredEvent[] = []
      for await (const event of matches(request)) {
        page.push(event)
        if (page.length < pageEvents) continue
        yield page
        page = []
      }
      if (page.length > 0) yield page
    },
    async count(request) {
      let events = 0
      for await (const _event of everyMatch(request)) events++
      return events
    },
    async histogram(request) {
      const tally = histogramTally(request)
      for await (const event of everyMatch(request)) tally.add(event)
      return tally.buckets()
    },
    async topValues(request) {
      const tally = valuesTally(request)
      for await (const event of everyMatch(request)) tally.add(event)
      return tally.top()
    },
    async get(index, id) {
      const found = await ask({ query: { ids: { values: [eventPlace(index, id)] } }, size: 1 })
      const [hit] = objectsAt(found, 'hits', 'hits')
      return hit && eventOfHit(hit)
    },
    async indicesWith(patterns, field) {
      const isIncluded = compileIndexPatterns(patterns)
      const query = field === undefined ? { match_all: {} } : { term: { 'vedette.fields': field } }
      const found = await ask({ query, size: 0, aggs: { indices: indexTerms } })
      return bucketsOf(found, 'indices')
        .map((bucket) => textAt(bucket, 'key'))
        .filter(isIncluded)
        .toSorted()
    },
    sequences: () => ({ first: ledger.first, last: ledger.last }),
    async facts() {
      const found = await facts()
      return {
        events: numberAt(found, 'hits', 'total', 'value') ?? 0,
        bytes: numberAt(found, 'aggregations', 'bytes', 'value') ?? 0,
        damagedBytes: 0,
        indices: bucketsOf(found, 'indices')
          .map((bucket) => ({
            index: textAt(bucket, 'key'),
            events: numberAt(bucket, 'doc_count') ?? 0,
            firstMs: numberAt(bucket, 'first', 'value'),
            lastMs: numberAt(bucket, 'last', 'value'),
          }))
          .toSorted((a, b) => (a.index < b.index ? -1 : 1)),
      }
    },
    async retain(retention) {
      await writer.drained()
      const gone = await applyRetention({ cluster, stream, ask, nowMs: clock.nowMs() }, retention)
      if (gone.events === 0) return 0
      log.info('events went by retention', { events: gone.events })
      ledger.first = gone.throughSequence + 1
      await learn(ledger.last)
      leaving.leave(gone.indices)
      return gone.events
    },
    async close() {
      await writer.drained()
      await leaving.drained()
      await lease.release(ledger.last)
    },
  }
}

function matcherOf({
  filter,
  context,
  time,
  among,
}: EventSelection): (event: StoredEvent) => boolean {
  const matches = compileFilter(filter, context)
  const wanted = among === undefined ? undefined : new Set(among)
  return ({ source, sequence }) =>
    (wanted?.has(sequence) ?? true) &&
    (time === undefined || isWithin(eventTimesOf(source, time.fields), time)) &&
    matches(source)
}

const indexTerms: JsonObject = { terms: { field: 'vedette.index', size: maxIndices } }

const factsRequest: JsonObject = {
  size: 0,
  track_total_hits: true,
  aggs: {
    first: { min: { field: 'vedette.sequence' } },
    last: { max: { field: 'vedette.sequence' } },
    longest: { max: { field: 'vedette.bytes' } },
    bytes: { sum: { field: 'vedette.bytes' } },
    indices: {
      ...indexTerms,
      aggs: {
        first: { min: { field: 'vedette.times.timestamp' } },
        last: { max: { field: 'vedette.times.timestamp' } },
      },
    },
  },
}

function bucketsOf(found: JsonObject, name: string): readonly JsonObject[] {
  return objectsAt(found, 'aggregations', name, 'buckets')
}
