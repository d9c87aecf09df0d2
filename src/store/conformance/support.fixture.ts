import { manualClock, type Clock, type ManualClock } from '#base'
import { WrittenSource, type FieldCatalogue, type FieldMapping } from '#event'
import type { FilterPlan, MatchContext } from '#query'
import type { NewEvent, SearchRequest, StoredEvent, WrittenNewEvent } from '../event-store.ts'
import type { Store } from '../store.ts'

/** When the tests take place: 2026-01-01T00:00:00Z. */
export const startMs = Date.UTC(2026, 0, 1)

/** Opens a new, empty store of the backend under test; the suite closes it. */
export type OpenStore = (options: { readonly clock: Clock }) => Promise<Store>

/** Runs one test against a store of its own, closed at the end however it ended. */
export async function withStore(
  open: OpenStore,
  work: (store: Store, clock: ManualClock) => Promise<void>,
): Promise<void> {
  const clock = manualClock(startMs)
  const store = await open({ clock })
  try {
    await work(store, clock)
  } finally {
    await store.close()
  }
}

const types: { readonly [field: string]: FieldMapping['type'] } = {
  '@timestamp': 'date',
  'event.ingested': 'date',
  'process.name': 'keyword',
  'process.pid': 'long',
  'process.command_line': 'wildcard',
  'host.ip': 'ip',
  message: 'match_only_text',
}

/** A small catalogue with one field of each kind that blocks are chosen by. */
export const catalogue: FieldCatalogue = {
  mappingOf: (name) =>
    Object.hasOwn(types, name) ? { name, type: types[name] ?? 'keyword' } : undefined,
  expand: (pattern) =>
    Object.keys(types).filter((name) =>
      new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(name),
    ),
  nearest: () => undefined,
  nestedPathOf: () => undefined,
  names: () => Object.keys(types),
  version: 'conformance',
}

/** What the plans of the tests are compiled against. */
export const context: MatchContext = { fields: catalogue, nowMs: startMs }

/** Every document. */
export const all: FilterPlan = { kind: 'all' }

/** Documents in which a field has a value, unquoted. */
export function fieldIs(name: string, value: string | number | boolean): FilterPlan {
  return {
    kind: 'match',
    field: { kind: 'field', name },
    literal: { value, quoted: false },
  }
}

/** A search over everything, changed where said. */
export function searchOf(changes: Partial<SearchRequest> = {}): SearchRequest {
  return { indices: ['*'], filter: all, context, order: 'sequence', ...changes }
}

/** Every match of a search, its pages put together. */
export async function found(
  store: Store,
  changes: Partial<SearchRequest> = {},
): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = []
  for await (const page of store.events.search(searchOf(changes))) events.push(...page)
  return events
}

/** Ids of every match, in order. */
export async function foundIds(
  store: Store,
  changes: Partial<SearchRequest> = {},
): Promise<readonly string[]> {
  return (await found(store, changes)).map(({ id }) => id)
}

/** The date so many seconds after the start. */
export function dateAt(seconds: number): string {
  return new Date(startMs + seconds * 1_000).toISOString()
}

/** An event of `logs-a-default` at so many seconds after the start. */
export function eventAt(id: string, seconds: number, source: NewEvent['source'] = {}): NewEvent {
  return { index: 'logs-a-default', id, source: { '@timestamp': dateAt(seconds), ...source } }
}

/** The same event as its text. */
export function writtenEvent({ source, ...place }: NewEvent): WrittenNewEvent {
  const known = { '@timestamp': String(source['@timestamp']) }
  return { ...place, written: new WrittenSource(Buffer.from(JSON.stringify(source)), known) }
}

/** Event time from and to so many seconds after the start, by `@timestamp`. */
export function secondsRange(from: number, to: number): SearchRequest['time'] & object {
  return {
    fields: { primary: '@timestamp' },
    fromMs: startMs + from * 1_000,
    toMs: startMs + to * 1_000,
  }
}
