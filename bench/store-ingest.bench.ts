/**
 * How fast does the embedded store take events durably, and how large are they then, against one SQLite table
 * with the same durability? Both sides get the JSON bytes of the same events in the same groups, as a bulk request
 * brings them; each group is on stable storage before the next is begun. The store's side reads them as the server
 * does (whether they are JSON and when they happened; parsed where that does not suffice), and its round is over
 * when its full logs are segments too. SQLite's side parses each for its five columns, and keeps the text as it came.
 * One JSON line a row. `node bench/store-ingest.bench.ts [--quick]`
 */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { assert, systemClock } from '#base'
import { openStore, type NewEvent, type Store, type WrittenNewEvent } from '#store'
import { stamper } from '../src/server/arrival.ts'
import { sourceScanner } from '../src/server/bulk/scan-source.ts'
import { rounded, sayRow } from './support/row.ts'
import { median, sideBySide, timed } from './support/side-by-side.ts'
import { openSqliteEvents, type SentEvent, type SqliteEvents } from './support/sqlite-events.ts'
import { fleetStream, processHeavy, streams, type Stream } from './support/streams.ts'

const quick = process.argv.includes('--quick')
const rounds = quick ? 3 : 7
const roundEvents = quick ? 8_000 : 24_000
/** A bulk request of 500 events, four of them at a time. */
const batchEvents = 500
const inFlight = 4

const directory = await mkdtemp(join(tmpdir(), 'vedette-bench-'))
try {
  for (const stream of streams) await measure(stream)
} finally {
  await rm(directory, { recursive: true })
}

async function measure(stream: Stream): Promise<void> {
  const path = join(directory, stream.name)
  const store = await openStore({ kind: 'embedded', directory: path, clock: systemClock })
  const sqlite = openSqliteEvents(`${path}.db`)
  const loopDelayMs: number[] = []
  const acknowledgedMs: number[] = []
  const cpuMs: { readonly [side in 'ours' | 'yardstick']: number[] } = { ours: [], yardstick: [] }
  let rawBytes = 0
  const compared = await sideBySide(rounds, {
    ours: async (round) => {
      const events = eventsOf(stream, round)
      rawBytes += bytesOf(events)
      const delay = monitorEventLoopDelay({ resolution: 1 })
      delay.enable()
      const before = process.cpuUsage()
      const ms = await timed(async () => {
        acknowledgedMs.push(await timed(() => append(store, events)))
        await store.events.retain({})
      })
      cpuMs.ours.push(cpuSince(before))
      delay.disable()
      loopDelayMs.push(delay.max / 1e6)
      return ms
    },
    yardstick: async (round) => {
      const events = eventsOf(stream, round)
      const before = process.cpuUsage()
      const ms = await timed(() => insert(sqlite, events))
      cpuMs.yardstick.push(cpuSince(before))
      return ms
    },
  })
  const count = rounds * roundEvents
  assert((await store.events.facts()).events === count, `the store has all ${count} events`)
  assert(sqlite.count() === count, `SQLite has all ${count} events`)
  const whole = stream === processHeavy
  sayRow({
    row: `${stream.name}: durable ingest`,
    ...(whole && { bar: 'store-ingest' }),
    value: compared.rateRatio,
    ...compared,
    acknowledgedMs: acknowledgedMs.map(rounded),
    eventsPerSecond: Math.round((roundEvents / median(compared.oursMs)) * 1_000),
    sqlitePerSecond: Math.round((roundEvents / median(compared.yardstickMs)) * 1_000),
    // Of all threads; unlike time it hardly depends on what else the machine does.
    cpuMicrosPerEvent: rounded((median(cpuMs.ours) / roundEvents) * 1_000),
    sqliteCpuMicrosPerEvent: rounded((median(cpuMs.yardstick) / roundEvents) * 1_000),
    loopDelayMaxMs: rounded(median(loopDelayMs)),
  })
  await store.close()
  const sealed = await sealedSize(join(path, 'events'))
  const rawPerEvent = rawBytes / count
  sayRow({
    row: `${stream.name}: size of segments`,
    ...(whole && { bar: 'store-size' }),
    value: rounded(sealed / rawPerEvent),
    bytesPerEvent: Math.round(sealed),
    rawPerEvent: Math.round(rawPerEvent),
    sqlitePerEvent: Math.round((await stat(`${path}.db`)).size / count),
  })
  sqlite.close()
}

function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

/** As they were sent. */
function eventsOf({ events, index }: Stream, round: number): readonly SentEvent[] {
  const startMs = fleetStream.startMs + round * 86_400_000
  const stream = events({ ...fleetStream, seed: round, count: roundEvents, startMs })
  return Array.from(stream, (source, n) => ({
    index,
    id: `e${round}-${n}`,
    json: Buffer.from(JSON.stringify(source)),
  }))
}

function bytesOf(events: readonly SentEvent[]): number {
  return events.reduce((sum, { json }) => sum + json.length + 1, 0)
}

/** What the server makes of them. */
function received(events: readonly SentEvent[]): readonly (NewEvent | WrittenNewEvent)[] {
  const scanner = sourceScanner()
  const stamped = stamper(systemClock.nowMs())
  return events.map(({ index, id, json }) => {
    const text = scanner?.scan(json)
    return stamped(
      text === undefined
        ? { index, id, source: JSON.parse(json.toString('utf8')) }
        : { index, id, text },
    )
  })
}

async function append(store: Store, events: readonly SentEvent[]): Promise<void> {
  let next = 0
  const client = async (): Promise<void> => {
    while (next < events.length) {
      const batch = events.slice(next, (next += batchEvents))
      const outcomes = await store.events.append(received(batch))
      assert(
        outcomes.every(({ status }) => status === 'created'),
        'every event is created',
      )
    }
  }
  await Promise.all(Array.from({ length: inFlight }, client))
}

function insert(sqlite: SqliteEvents, events: readonly SentEvent[]): void {
  const group = batchEvents * inFlight
  for (let at = 0; at < events.length; at += group) sqlite.insert(events.slice(at, at + group))
}

/** Bytes of an event in the segments; the log that still grows is as long as its text. */
async function sealedSize(path: string): Promise<number> {
  const names = (await readdir(path)).toSorted()
  const log = names.find((each) => each.endsWith('.log')) ?? ''
  let bytes = 0
  for (const each of names.filter((name) => name.endsWith('.segment'))) {
    bytes += (await stat(join(path, each))).size
  }
  return bytes / (Number(log.slice(0, 16)) - 1)
}
