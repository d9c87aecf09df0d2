/**
 * How fast does the embedded store take events durably, how large are they then, and how fast are they
 * found? The yardstick parses the same texts and writes them to an NDJSON file with an fdatasync a batch,
 * in the same run. The events are synthetic and regular: sizes flatter, ratios in time do not.
 * One JSON line per row. `node bench/store-ingest.bench.ts [events]`
 */
import { mkdtemp, open, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { assert, systemClock, type JsonObject } from '#base'
import { ecsCatalogue } from '#event'
import type { FilterPlan } from '#query'
import { openStore, type NewEvent, type SearchRequest, type Store } from '#store'
import { ordinaryStream, processEvents } from './support/process-events.ts'

const count = Number(process.argv[2] ?? 100_000)
const batchEvents = 500
const index = 'logs-endpoint.events.process-default'

/** Texts, so that the events of all batches do not fill the heap that is measured. */
const batches: readonly (readonly string[])[] = [...batchesOf()]
const rawBytes = batches.flat().reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0)
const directory = await mkdtemp(join(tmpdir(), 'vedette-bench-'))

try {
  const rawMs = await timed(() => writeRaw(join(directory, 'raw.ndjson')))
  say({
    row: 'parse, raw NDJSON, fdatasync a batch',
    ...rateOf(rawMs),
    bytesPerEvent: Math.round(rawBytes / count),
  })
  for (const inFlight of [1, 4]) {
    const path = join(directory, `store-${inFlight}`)
    const store = await openStore({ kind: 'embedded', directory: path, clock: systemClock })
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    const ms = await timed(() => append(store, inFlight))
    delay.disable()
    say({
      row: `parse, store, ${inFlight} batches in flight`,
      ...rateOf(ms),
      ratioToRaw: round(rawMs / ms),
      loopDelayP50Ms: round(delay.percentile(50) / 1e6),
      loopDelayP99Ms: round(delay.percentile(99) / 1e6),
      loopDelayMaxMs: round(delay.max / 1e6),
      peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    })
    await measureSearches(store)
    await store.events.retain({})
    assert((await store.events.facts()).events === count, `all ${count} events are there`)
    say({ row: 'sealed', ...(await sealedSize(join(path, 'events'))) })
    await measureSearches(store)
    await store.close()
    const openMs = await timed(async () => {
      await (await openStore({ kind: 'embedded', directory: path, clock: systemClock })).close()
    })
    say({ row: 'open again', ms: round(openMs) })
  }
} finally {
  await rm(directory, { recursive: true })
}

function* batchesOf(): Generator<readonly string[]> {
  let batch: string[] = []
  for (const document of processEvents({ ...ordinaryStream, count, stepMs: 100 })) {
    batch.push(JSON.stringify(document))
    if (batch.length < batchEvents) continue
    yield batch
    batch = []
  }
  yield batch
}

/** What a server does with a batch before it stores it. */
function eventsOf(at: number): readonly NewEvent[] {
  return (batches[at] ?? []).map((text, n) => ({
    index,
    id: `e${at * batchEvents + n}`,
    source: JSON.parse(text) as JsonObject,
  }))
}

async function writeRaw(path: string): Promise<void> {
  const file = await open(path, 'w')
  for (let at = 0; at < batches.length; at++) {
    const lines = eventsOf(at).map(({ source }) => `${JSON.stringify(source)}\n`)
    await file.write(lines.join(''))
    await file.datasync()
  }
  await file.close()
}

async function append(store: Store, inFlight: number): Promise<void> {
  let next = 0
  const client = async (): Promise<void> => {
    for (let at = next++; at < batches.length; at = next++) {
      const outcomes = await store.events.append(eventsOf(at))
      assert(
        outcomes.every(({ status }) => status === 'created'),
        'every event is created',
      )
    }
  }
  await Promise.all(Array.from({ length: inFlight }, client))
}

/** The size of the segments alone; the log that still grows is as long as its text. */
async function sealedSize(path: string): Promise<{ readonly [key: string]: number }> {
  const names = (await readdir(path)).toSorted()
  const log = names.find((each) => each.endsWith('.log')) ?? ''
  const sealed = Number(log.slice(0, 16)) - 1
  let bytes = 0
  for (const each of names.filter((name) => name.endsWith('.segment'))) {
    bytes += (await stat(join(path, each))).size
  }
  return {
    events: sealed,
    bytesPerEvent: Math.round(bytes / sealed),
    ratioToRaw: round(bytes / sealed / (rawBytes / count)),
  }
}

function name(value: string): FilterPlan {
  return {
    kind: 'match',
    field: { kind: 'field', name: 'process.name' },
    literal: { value, quoted: false },
  }
}

async function measureSearches(store: Store): Promise<void> {
  const lastMs = (await store.events.facts()).indices[0]?.lastMs ?? 0
  const within = (ms: number): SearchRequest['time'] & object => ({
    fields: { primary: '@timestamp' },
    fromMs: lastMs - ms,
    toMs: lastMs,
  })
  const all: FilterPlan = { kind: 'all' }
  const questions: readonly (readonly [string, Partial<SearchRequest>])[] = [
    ['9 min, term that is there', { filter: name('docker'), time: within(540_000) }],
    ['9 min, term that is not', { filter: name('nowhere'), time: within(540_000) }],
    ['everything, term that is not', { filter: name('nowhere') }],
    ['newest 50', { filter: all, time: within(9e12), order: 'time-descending', limit: 50 }],
    ['everything, in order of time', { filter: all, time: within(9e12), order: 'time-ascending' }],
  ]
  for (const [question, request] of questions) {
    for (const turn of ['first', 'again']) {
      let found = 0
      const ms = await timed(async () => {
        const pages = store.events.search({
          indices: ['logs-*'],
          filter: all,
          context: { fields: ecsCatalogue(), nowMs: lastMs },
          order: 'sequence',
          ...request,
        })
        for await (const page of pages) found += page.length
      })
      say({ row: `search: ${question}, ${turn}`, found, ms: round(ms) })
    }
  }
  const ms = await timed(async () => {
    for (let n = 0; n < 200; n++) await store.events.get(index, `e${(n * 7_919) % count}`)
  })
  say({ row: 'get by id', msEach: round(ms / 200) })
  const again = await timed(async () => {
    const outcomes = await store.events.append(eventsOf(1))
    assert(
      outcomes.every(({ status }) => status === 'exists'),
      'nothing is doubled',
    )
  })
  say({ row: `append of ${batchEvents} that exist`, ms: round(again) })
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

function rateOf(ms: number): { readonly eventsPerSecond: number; readonly ms: number } {
  return { eventsPerSecond: Math.round((count / ms) * 1_000), ms: round(ms) }
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

function say(row: { readonly [key: string]: string | number }): void {
  console.log(JSON.stringify(row))
}
