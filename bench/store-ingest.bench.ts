/**
 * How fast does the embedded store take parsed events durably, and how large are they then, against one
 * SQLite table with the same durability? Both sides get the same events in the same groups: each group is
 * on stable storage before the next is begun. A round of the store is over when its full logs are segments
 * too. One JSON line a row. `node bench/store-ingest.bench.ts [--quick]`
 */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { assert, systemClock } from '#base'
import { openStore, type NewEvent, type Store } from '#store'
import { rounded, sayRow } from './support/row.ts'
import { median, sideBySide, timed } from './support/side-by-side.ts'
import { openSqliteEvents, type SqliteEvents } from './support/sqlite-events.ts'
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
  let rawBytes = 0
  const compared = await sideBySide(rounds, {
    ours: async (round) => {
      const events = eventsOf(stream, round)
      rawBytes += bytesOf(events)
      const delay = monitorEventLoopDelay({ resolution: 1 })
      delay.enable()
      const ms = await timed(async () => {
        acknowledgedMs.push(await timed(() => append(store, events)))
        await store.events.retain({})
      })
      delay.disable()
      loopDelayMs.push(delay.max / 1e6)
      return ms
    },
    yardstick: async (round) => {
      const events = eventsOf(stream, round)
      return timed(() => insert(sqlite, events))
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

/** Parsed, as the server has them when it appends. */
function eventsOf({ events, index }: Stream, round: number): readonly NewEvent[] {
  const startMs = fleetStream.startMs + round * 86_400_000
  const stream = events({ ...fleetStream, seed: round, count: roundEvents, startMs })
  return Array.from(stream, (source, n) => ({ index, id: `e${round}-${n}`, source }))
}

function bytesOf(events: readonly NewEvent[]): number {
  return events.reduce((sum, { source }) => sum + Buffer.byteLength(JSON.stringify(source)) + 1, 0)
}

async function append(store: Store, events: readonly NewEvent[]): Promise<void> {
  let next = 0
  const client = async (): Promise<void> => {
    while (next < events.length) {
      const batch = events.slice(next, (next += batchEvents))
      const outcomes = await store.events.append(batch)
      assert(
        outcomes.every(({ status }) => status === 'created'),
        'every event is created',
      )
    }
  }
  await Promise.all(Array.from({ length: inFlight }, client))
}

function insert(sqlite: SqliteEvents, events: readonly NewEvent[]): void {
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
