/**
 * How long from an event's arrival to its alert, with the starter pack on and two weeks of history in the
 * store: alone, and while ordinary events pour in? The yardstick is the durable append by itself, in the
 * same run. One JSON line per row. `node bench/event-to-alert.bench.ts [history events] [tries]`
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert, isJsonObject, silentLogger, systemClock, type JsonObject } from '#base'
import { createEngine, type Engine } from '#detect'
import { readRules } from '#rule'
import { acceptedEvents, openStore, type NewEvent, type Store } from '#store'
import { ordinaryStream, processEvents } from './support/process-events.ts'

const historyCount = Number(process.argv[2] ?? 100_000)
const tries = Number(process.argv[3] ?? 50)
const index = 'logs-endpoint.events.process-default'
const twoWeeksMs = 14 * 86_400_000

const directory = await mkdtemp(join(tmpdir(), 'vedette-bench-'))
try {
  const store = await openStore({ kind: 'embedded', directory, clock: systemClock })
  await fill(store)
  const engine = createEngine({ store, clock: systemClock, logger: silentLogger })
  await installPack(engine)
  await engine.start()
  await systemClock.sleep(500)
  while (engine.facts().runningExecutions > 0) await systemClock.sleep(50)
  say('quiet', await measure(store, engine))
  for (const perSecond of [500, 2_000]) {
    const flood = startFlood(store, engine, perSecond)
    say(`${perSecond} ordinary events a second`, await measure(store, engine))
    await flood.stop()
  }
  await engine.stop()
  await store.close()
} finally {
  await rm(directory, { recursive: true, force: true })
}

async function fill(store: Store): Promise<void> {
  const stepMs = twoWeeksMs / historyCount
  const startMs = systemClock.nowMs() - twoWeeksMs + 60_000
  const stream = processEvents({ ...ordinaryStream, count: historyCount, startMs, stepMs })
  let batch: NewEvent[] = []
  for (const document of stream) {
    batch.push({ index, source: sourceOf(document) })
    if (batch.length < 500) continue
    await store.events.append(batch)
    batch = []
  }
  await store.events.append(batch)
}

async function installPack(engine: Engine): Promise<void> {
  const folder = new URL('../rules/', import.meta.url)
  for (const name of await readdir(folder)) {
    const path = new URL(`${name}/rule.toml`, folder)
    for (const rule of readRules(await readFile(path), { path: path.pathname }).rules) {
      await engine.rules.install({ ...rule, enabled: true, maxAlerts: 1_000 }, { user: 'bench' })
    }
  }
}

async function measure(
  store: Store,
  engine: Engine,
): Promise<{ readonly appendMs: readonly number[]; readonly alertMs: readonly number[] }> {
  const appendMs: number[] = []
  const alertMs: number[] = []
  for (let i = 0; i < tries; i++) {
    const parent = `/var/tmp/${Math.random().toString(36).slice(2)}/update`
    const source = attack(parent)
    const { promise: heard, resolve: hear } = Promise.withResolvers<void>()
    const off = engine.onAlert((alerts) => {
      if (
        alerts.some(({ body }) => JSON.stringify(body['kibana.alert.new_terms'])?.includes(parent))
      )
        hear()
    })
    const startMs = performance.now()
    const outcomes = await store.events.append([{ index, source }])
    appendMs.push(performance.now() - startMs)
    assert(outcomes[0]?.status === 'created', 'the event was stored')
    engine.offer(acceptedEvents([{ index, source }], outcomes))
    await Promise.race([heard, systemClock.sleep(10_000)])
    alertMs.push(performance.now() - startMs)
    off()
    await systemClock.sleep(20)
  }
  return { appendMs, alertMs }
}

function attack(parent: string): JsonObject {
  const [document] = processEvents({
    ...ordinaryStream,
    count: 1,
    startMs: systemClock.nowMs(),
    stepMs: 0,
    attacksPerMillion: 1_000_000,
  })
  const source = sourceOf(document)
  return { ...source, 'process.parent.executable': parent, process: withoutParent(source) }
}

function withoutParent({ process }: JsonObject): JsonObject {
  const { parent: _parent, ...rest } = isJsonObject(process) ? process : {}
  return rest
}

function sourceOf(document: unknown): JsonObject {
  const source: JsonObject = JSON.parse(JSON.stringify(document))
  return source
}

function startFlood(store: Store, engine: Engine, perSecond: number) {
  const going = new AbortController()
  let seed = 2
  const done = (async () => {
    while (!going.signal.aborted) {
      const roundMs = performance.now()
      const stream = processEvents({
        ...ordinaryStream,
        seed: seed++,
        count: perSecond / 10,
        startMs: systemClock.nowMs(),
        stepMs: 0,
        attacksPerMillion: 0,
      })
      const batch = Array.from(stream, (document) => ({
        index,
        source: sourceOf(document),
      }))
      const outcomes = await store.events.append(batch)
      engine.offer(acceptedEvents(batch, outcomes))
      await systemClock.sleep(Math.max(1, 100 - (performance.now() - roundMs)))
    }
  })()
  return {
    stop: async () => {
      going.abort()
      await done
      await engine.idle()
    },
  }
}

function say(
  row: string,
  {
    appendMs,
    alertMs,
  }: { readonly appendMs: readonly number[]; readonly alertMs: readonly number[] },
): void {
  const peakMib = Math.round(process.resourceUsage().maxRSS / 1024)
  const append = { p50: at(appendMs, 0.5), p95: at(appendMs, 0.95) }
  const alert = { p50: at(alertMs, 0.5), p95: at(alertMs, 0.95), max: at(alertMs, 0.999) }
  const unanswered = alertMs.filter((ms) => ms >= 10_000).length
  console.log(
    JSON.stringify({ row, historyCount, appendMs: append, alertMs: alert, unanswered, peakMib }),
  )
}

function at(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.round((sorted[Math.floor(values.length * part)] ?? 0) * 10) / 10
}
