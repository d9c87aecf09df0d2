import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert, manualClock, type JsonObject } from '#base'
import { WrittenSource } from '#event'
import { openStore, type WrittenNewEvent } from '#store'
import { duckdbFields, openDuckdbEvents } from './duckdb-events.ts'
import { rounded, sayRow } from './row.ts'
import { fleetStream, mixed } from './streams.ts'
import { writtenEvent, writtenProcessEvents, type WrittenEvent } from './written-events.ts'

/** Two weeks of events that a store has, and a table of DuckDB: many, so that benches share them. */
export interface StoredWorld {
  readonly events: number
  /** The data directory, closed. Whoever changes something in it takes a copy. */
  readonly store: string
  /** The file of DuckDB. */
  readonly duckdb: string
}

const dayMs = 86_400_000

/** What of time the events take, epoch milliseconds; their number does not change it. */
export const worldSpan = {
  startMs: fleetStream.startMs,
  endMs: fleetStream.startMs + 14 * dayMs,
  /** Of the last six hours are events of files and the network too: the windows of most rules are shorter. */
  mixedMs: 6 * 3_600_000,
} as const

/** The name of the variable with the folder in which worlds are left for the next bench. */
export const worldsVariable = 'VEDETTE_BENCH_WORLDS'

/**
 * Works with a world of so many events, made now where nobody has left one. Making it is told as a row. Without
 * a folder for worlds it is removed afterwards.
 */
export async function withStoredWorld(
  events: number,
  work: (world: StoredWorld) => Promise<void>,
): Promise<void> {
  const shared = process.env[worldsVariable]
  const folder = shared ?? (await mkdtemp(join(tmpdir(), 'vedette-bench-')))
  try {
    const path = join(folder, String(events))
    if (!existsSync(path)) {
      const partial = `${path}.partial`
      await rm(partial, { recursive: true, force: true })
      await mkdir(partial, { recursive: true })
      await make(worldAt(partial, events))
      await rename(partial, path)
    }
    await work(worldAt(path, events))
  } finally {
    if (shared === undefined) await rm(folder, { recursive: true })
  }
}

function worldAt(path: string, events: number): StoredWorld {
  return { events, store: join(path, 'store'), duckdb: join(path, 'events.duckdb') }
}

/** As many as go into a chunk of DuckDB. */
const batchEvents = 2_048

async function make(world: StoredWorld): Promise<void> {
  const beganMs = performance.now()
  const cpu = process.cpuUsage()
  const clock = manualClock(worldSpan.endMs)
  const store = await openStore({ kind: 'embedded', directory: world.store, clock })
  const duckdb = await openDuckdbEvents(world.duckdb)
  let kept: Promise<unknown> = Promise.resolve()
  for (const batch of batchesOf(eventsOf(world.events))) {
    const keeping = store.events.append(batch.map(newEvent))
    duckdb.add(batch)
    await kept
    kept = keeping
  }
  await kept
  await duckdb.flush()
  duckdb.close()
  await store.events.retain({})
  const facts = await store.events.facts()
  assert(facts.events === world.events, 'all events are there')
  await store.close()
  const { user, system } = process.cpuUsage(cpu)
  sayRow({
    row: 'a world of stored events is made',
    events: world.events,
    bytesPerEvent: rounded(facts.bytes / world.events),
    seconds: rounded((performance.now() - beganMs) / 1_000),
    processorSeconds: rounded((user + system) / 1e6),
  })
}

function* eventsOf(count: number): Generator<WrittenEvent> {
  const { startMs, endMs, mixedMs } = worldSpan
  const stepMs = (endMs - startMs) / count
  const late = Math.round(mixedMs / stepMs)
  yield* writtenProcessEvents({ ...fleetStream, count: count - late, stepMs }, duckdbFields)
  const lately = { ...fleetStream, seed: 3, count: late, stepMs, startMs: endMs - mixedMs }
  for (const event of mixed.events(lately)) yield writtenEvent(event, duckdbFields)
}

function* batchesOf(events: Iterable<WrittenEvent>): Generator<readonly WrittenEvent[]> {
  let batch: WrittenEvent[] = []
  for (const event of events) {
    batch.push(event)
    if (batch.length < batchEvents) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

const datasetPlace = duckdbFields.indexOf('event.dataset')

function newEvent({ json, iso, texts }: WrittenEvent): WrittenNewEvent {
  const written = new WrittenSource(json, { '@timestamp': iso, 'event.ingested': iso })
  return { index: indexOf(texts[datasetPlace] ?? ''), written }
}

/** Where the events of a data set go. */
function indexOf(dataset: string): string {
  return `logs-${dataset}-default`
}

/** An event as the server keeps it, whose time of arrival is its own; for those that come after a world. */
export function arrivedEvent(document: JsonObject): WrittenNewEvent {
  return newEvent(writtenEvent(document, duckdbFields))
}
