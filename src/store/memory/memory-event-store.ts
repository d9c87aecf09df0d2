import { Fault, type Clock } from '#base'
import { compileIndexPatterns } from '#event'
import { compileFilter } from '#query'
import { admit } from '../admission.ts'
import { eventTimesOf, isWithin, sortTimeOf, timesOf } from '../event-time.ts'
import type {
  AppendOutcome,
  EventStore,
  IndexFacts,
  NewEvent,
  Retention,
  SearchRequest,
  StoredEvent,
  WrittenNewEvent,
} from '../event-store.ts'
import { fieldNamesOf } from '../field-names.ts'
import { maxIndices, pageEvents, tooManyIndices } from '../limits.ts'
import { storedEvent } from '../written-event.ts'
import { histogramTally, valuesTally } from '../tally.ts'

interface HeldEvent {
  readonly event: StoredEvent
  readonly bytes: number
}

/** An event store that keeps everything in memory and forgets it on close: the plain twin of the others. */
export function memoryEventStore({ clock }: { readonly clock: Clock }): EventStore {
  let held: HeldEvent[] = []
  let byKey = new Map<string, StoredEvent>()
  let indices = new Set<string>()
  let lastSequence = 0

  const append = (event: NewEvent | WrittenNewEvent): AppendOutcome => {
    const id = event.id ?? crypto.randomUUID()
    const admission = admit(event)
    if (admission.kind === 'refused') return { status: 'refused', id, reason: admission.reason }
    if (byKey.has(keyOf(event.index, id))) return { status: 'exists', id }
    if (!indices.has(event.index) && indices.size >= maxIndices) {
      return { status: 'refused', id, reason: tooManyIndices(event.index) }
    }
    const place = { index: event.index, id, sequence: ++lastSequence, ingestedMs: clock.nowMs() }
    const stored = storedEvent(place, event)
    held.push({ event: stored, bytes: admission.json.length })
    byKey.set(keyOf(event.index, id), stored)
    indices.add(event.index)
    return { status: 'created', id, sequence: stored.sequence }
  }

  const keepFrom = (first: number): number => {
    held = held.slice(first)
    byKey = new Map(held.map(({ event }) => [keyOf(event.index, event.id), event]))
    indices = new Set(held.map(({ event }) => event.index))
    return first
  }

  return {
    append: async (events) => events.map(append),
    async *search(request) {
      yield* pagesOf(ordered(matching(held, request), request))
    },
    count: async (request) => matching(held, request).length,
    async histogram(request) {
      const tally = histogramTally(request)
      for (const event of matching(held, request)) tally.add(event)
      return tally.buckets()
    },
    async topValues(request) {
      const tally = valuesTally(request)
      for (const event of matching(held, request)) tally.add(event)
      return tally.top()
    },
    get: async (index, id) => byKey.get(keyOf(index, id)),
    async indicesWith(patterns, field) {
      const included = compileIndexPatterns(patterns)
      const found = new Set<string>()
      for (const { event } of held) {
        if (found.has(event.index) || !included(event.index)) continue
        if (field === undefined || fieldNamesOf(event.source).has(field)) found.add(event.index)
      }
      return [...found].toSorted()
    },
    sequences: () => ({
      first: held[0]?.event.sequence ?? lastSequence + 1,
      last: lastSequence,
    }),
    facts: async () => ({
      events: held.length,
      damagedBytes: 0,
      bytes: held.reduce((sum, { bytes }) => sum + bytes, 0),
      indices: [...indices].toSorted().map((index) => factsOf(index, held)),
    }),
    retain: async (retention) => keepFrom(firstToKeep(held, retention, clock.nowMs())),
    close: async () => {
      keepFrom(held.length)
    },
  }
}

function keyOf(index: string, id: string): string {
  return `${index}\n${id}`
}

function matching(
  held: readonly HeldEvent[],
  {
    indices,
    filter,
    context,
    time,
    afterSequence = 0,
    among,
    signal,
  }: Omit<SearchRequest, 'order' | 'limit'>,
): readonly StoredEvent[] {
  signal?.throwIfAborted()
  const included = compileIndexPatterns(indices)
  const matches = compileFilter(filter, context)
  const wanted = among === undefined ? undefined : new Set(among)
  return held
    .map(({ event }) => event)
    .filter(
      ({ index, source, sequence }) =>
        sequence > afterSequence &&
        (wanted?.has(sequence) ?? true) &&
        included(index) &&
        (time === undefined || isWithin(eventTimesOf(source, time.fields), time)) &&
        matches(source),
    )
}

function ordered(
  events: readonly StoredEvent[],
  { order, time, limit }: SearchRequest,
): readonly StoredEvent[] {
  if (order === 'sequence') return events.slice(0, limit)
  if (time === undefined) {
    throw new Fault('invalid', 'store.order-without-time', `search in ${order} order needs a time`)
  }
  const direction = order === 'time-ascending' ? 'asc' : 'desc'
  const sign = direction === 'asc' ? 1 : -1
  return events
    .map((event) => ({
      event,
      ms: sortTimeOf(eventTimesOf(event.source, time.fields), direction),
    }))
    .toSorted((a, b) => sign * (a.ms - b.ms) || sign * (a.event.sequence - b.event.sequence))
    .slice(0, limit)
    .map(({ event }) => event)
}

function* pagesOf(events: readonly StoredEvent[]): Generator<readonly StoredEvent[]> {
  for (let at = 0; at < events.length; at += pageEvents) yield events.slice(at, at + pageEvents)
}

function factsOf(index: string, held: readonly HeldEvent[]): IndexFacts {
  let events = 0
  let firstMs: number | undefined
  let lastMs: number | undefined
  for (const { event } of held) {
    if (event.index !== index) continue
    events++
    for (const ms of timesOf(event.source, '@timestamp')) {
      firstMs = Math.min(firstMs ?? ms, ms)
      lastMs = Math.max(lastMs ?? ms, ms)
    }
  }
  return { index, events, firstMs, lastMs }
}

function firstToKeep(held: readonly HeldEvent[], retention: Retention, nowMs: number): number {
  let first = 0
  if (retention.maxAgeMs !== undefined) {
    const cutoffMs = nowMs - retention.maxAgeMs
    while (first < held.length && (held[first]?.event.ingestedMs ?? 0) < cutoffMs) first++
  }
  if (retention.maxBytes === undefined) return first
  let bytes = 0
  let keep = held.length
  while (keep > first) {
    bytes += held[keep - 1]?.bytes ?? 0
    if (bytes > retention.maxBytes) break
    keep--
  }
  return keep
}
