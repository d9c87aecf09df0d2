import { alertIndexOf, type AlertBody } from '#alert'
import { compileIndexPatterns, type EventDocument } from '#event'
import type { Collection, EventStore, SearchRequest, StoredEvent, Versioned } from '#store'
import { withAlertAliases } from './alert-patterns.ts'
import { eventMsOf } from './event-time.ts'
import { asksForIdentity, compileDocumentFilter, withoutIdentity } from './identity-fields.ts'

/** A search that may say that it will be made again for a later time. */
export interface ReadRequest extends SearchRequest {
  /** The next execution asks the same of a later stretch: worth noting which events satisfy it. */
  readonly recurs?: boolean
}

/** Where events are read from. */
export interface EventSearch extends Pick<EventStore, 'get' | 'indicesWith'> {
  search(request: ReadRequest): AsyncIterable<readonly StoredEvent[]>
}

/** What rules read: the events of the store, and alerts where a rule's patterns mean them. */
export interface EventReader {
  /** Matching documents in pages, in the order asked for; `_id` and `_index` may be asked for. */
  search(request: ReadRequest): AsyncIterable<readonly EventDocument[]>
  get(index: string, id: string): Promise<EventDocument | undefined>
  /** Concrete indices meant by patterns that hold at least one document, with that field if one is given. */
  indicesWith(patterns: readonly string[], field?: string): Promise<readonly string[]>
}

/** Reads events and alerts as one. */
export function eventReader({
  events,
  alerts,
  space,
}: {
  readonly events: EventSearch
  readonly alerts: Collection<AlertBody>
  readonly space: string
}): EventReader {
  const alertIndex = alertIndexOf(space)
  const meansAlerts = (patterns: readonly string[]) => compileIndexPatterns(patterns)(alertIndex)
  return {
    async *search(request) {
      const indices = withAlertAliases(request.indices)
      const wanted = { ...request, indices }
      if (!meansAlerts(indices)) {
        yield* eventsOf(events, wanted)
        return
      }
      const found: EventDocument[] = []
      for await (const page of eventsOf(events, wanted)) found.push(...page)
      for await (const page of alertsOf(alerts, alertIndex, wanted)) found.push(...page)
      const sorted = inOrder(found, wanted)
      for (let at = 0; at < sorted.length; at += 500) yield sorted.slice(at, at + 500)
    },
    async get(index, id) {
      const stored = await events.get(index, id)
      if (stored !== undefined || index !== alertIndex) return stored
      const alert = await alerts.get(id)
      return alert && { index, id, source: alert.body }
    },
    async indicesWith(patterns, field) {
      const indices = withAlertAliases(patterns)
      const found = await events.indicesWith(indices, field)
      if (!meansAlerts(indices) || (await alerts.count()) === 0) return found
      return [...found, alertIndex]
    },
  }
}

async function* eventsOf(
  events: EventSearch,
  request: ReadRequest,
): AsyncGenerator<readonly EventDocument[]> {
  if (!asksForIdentity(request.filter)) {
    yield* events.search(request)
    return
  }
  const matches = compileDocumentFilter(request.filter, request.context)
  const { limit, ...rest } = request
  let left = limit ?? Number.POSITIVE_INFINITY
  for await (const page of events.search({ ...rest, filter: withoutIdentity(request.filter) })) {
    const matching = page.filter(matches).slice(0, left)
    if (matching.length > 0) yield matching
    left -= matching.length
    if (left <= 0) return
  }
}

async function* alertsOf(
  alerts: Collection<AlertBody>,
  index: string,
  { filter, context, time, signal }: SearchRequest,
): AsyncGenerator<readonly EventDocument[]> {
  const matches = compileDocumentFilter(filter, context)
  const byCreation = time !== undefined && time.fields.primary === '@timestamp'
  const where = byCreation ? [{ key: 'created_ms', from: time.fromMs, to: time.toMs }] : []
  let after: string | undefined
  do {
    signal?.throwIfAborted()
    const page = await alerts.find({
      where,
      limit: 500,
      ...(after === undefined ? {} : { after }),
    })
    const documents = page.items.map((item: Versioned<AlertBody>) => ({
      index,
      id: item.id,
      source: item.body,
    }))
    yield documents.filter((document) => {
      if (time === undefined) return matches(document)
      const ms = eventMsOf(document.source, time.fields)
      return ms !== undefined && ms >= time.fromMs && ms <= time.toMs && matches(document)
    })
    after = page.next
  } while (after !== undefined)
}

function inOrder(
  found: readonly EventDocument[],
  { order, time, limit }: SearchRequest,
): readonly EventDocument[] {
  if (order === 'sequence' || time === undefined) return found.slice(0, limit)
  const sign = order === 'time-ascending' ? 1 : -1
  return found
    .map((event) => ({ event, ms: eventMsOf(event.source, time.fields) ?? 0 }))
    .toSorted((a, b) => sign * (a.ms - b.ms))
    .slice(0, limit)
    .map(({ event }) => event)
}
