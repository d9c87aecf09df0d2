/**
 * What do 2,068 rules on their own schedules cost over ten million stored events, while events go on coming?
 * The rules are the public corpus, as far as it runs, and some of it once more under other names; the store is
 * embedded, on disk, with two weeks in it, of which the last six hours, longer than any window, are full events. All work is real and time goes on while it is done; only the time in
 * which nothing is due and nothing comes is jumped over. The figure is processor time of everything in the
 * process, ingest and early answers included, as a share of one core: of the schedule's time, once every rule
 * has run. The yardstick is the same with every rule reading the store for itself. Each row is a process of its
 * own. Needs ../shared/data. One JSON line a row.
 * `node bench/schedule-2000-rules.bench.ts [--quick] [--events N] [--days N] [--directory KEPT]`
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { assert, silentLogger, type JsonObject } from '#base'
import { compileRule, createEngine, type Engine, type ExecutionRecord } from '#detect'
import { ecsCatalogue } from '#event'
import { readRules, type Rule } from '#rule'
import { acceptedEvents, openStore, type NewEvent, type Store } from '#store'
import { sharedData, withoutSharedData } from '../test/support/shared-data.ts'
import { rounded, sayRow } from './support/row.ts'
import { skippingClock, type SkippingClock } from './support/skipping-clock.ts'
import { fleetStream, mixed } from './support/streams.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    events: { type: 'string' },
    days: { type: 'string', default: '14' },
    directory: { type: 'string' },
    row: { type: 'string' },
  },
})
const { quick, directory: kept, row } = values
const eventCount = Number(values.events ?? (quick ? 200_000 : 10_000_000))
const ruleCount = quick ? 400 : 2_068
const dayMs = 86_400_000
const minuteMs = 60_000
const spanMs = Number(values.days) * dayMs
const stepMs = spanMs / eventCount
const endMs = fleetStream.startMs + spanMs
/** Longer than the longest window of the corpus; what is older is small. */
const recentMs = 6 * 60 * minuteMs
const processDataset = 'endpoint.events.process'
/** Long enough for rules of five minutes to run twice. */
const measuredMs = 2 * 5 * minuteMs

if (row === undefined) await runAll()
else if (row === 'fill') await fill(String(kept))
else await runRow(String(kept), row)

async function runAll(): Promise<void> {
  const directory = kept ?? (await mkdtemp(join(tmpdir(), 'vedette-bench-')))
  try {
    await mkdir(directory, { recursive: true })
    if (!(await readdir(directory)).includes('data')) await runAlone(directory, 'fill')
    for (const name of ['postings', 'searches']) await runAlone(directory, name)
  } finally {
    if (kept === undefined) await rm(directory, { recursive: true })
  }
}

/** Memory is told by process: each row has one to itself. */
async function runAlone(directory: string, name: string): Promise<void> {
  const own = ['--events', String(eventCount), '--days', values.days, '--directory', directory]
  const args = [...own, '--row', name, ...(quick ? ['--quick'] : [])]
  const child = spawn(process.execPath, [...process.execArgv, import.meta.filename, ...args], {
    stdio: 'inherit',
  })
  const [code] = await once(child, 'exit')
  assert(code === 0, `row ${name} ended well`)
}

async function fill(directory: string): Promise<void> {
  const clock = skippingClock(endMs)
  const store = await openStore({ kind: 'embedded', directory: join(directory, 'data'), clock })
  const beganMs = performance.now()
  const recent = Math.min(eventCount, Math.round(recentMs / stepMs))
  let kept: Promise<unknown> = Promise.resolve()
  for (const batch of batchesOf(past(eventCount - recent), mixedUntilEnd(recent))) {
    const keeping = store.events.append(batch)
    await kept
    kept = keeping
  }
  await kept
  await store.events.retain({})
  assert((await store.events.facts()).events === eventCount, 'all events are there')
  await store.close()
  const seconds = rounded((performance.now() - beganMs) / 1_000)
  sayRow({ row: 'filled', events: eventCount, seconds })
}

/** Ends of programs, small: what lies before every window is there to be passed over. */
function* past(count: number): Generator<JsonObject> {
  for (let n = 0; n < count; n++) {
    yield {
      '@timestamp': new Date(fleetStream.startMs + n * stepMs).toISOString(),
      event: { kind: 'event', category: ['process'], type: ['end'], dataset: processDataset },
      host: { name: `host-${n % fleetStream.hosts}`, os: { type: 'linux' } },
      process: { pid: n, name: 'sh' },
    }
  }
}

function mixedUntilEnd(count: number): Iterable<JsonObject> {
  return mixed.events({ ...fleetStream, count, stepMs, startMs: endMs - count * stepMs })
}

function* batchesOf(...streams: readonly Iterable<JsonObject>[]): Generator<readonly NewEvent[]> {
  let batch: NewEvent[] = []
  for (const stream of streams) {
    for (const source of stream) {
      batch.push(eventOf(source))
      if (batch.length < 4_000) continue
      yield batch
      batch = []
    }
  }
  yield batch
}

async function runRow(directory: string, name: string): Promise<void> {
  const own = join(directory, name)
  await rm(own, { recursive: true, force: true })
  await cp(join(directory, 'data'), own, { recursive: true })
  const clock = skippingClock(endMs)
  const store = await openStore({ kind: 'embedded', directory: own, clock })
  let uuids = 0
  const engine = createEngine({
    store,
    clock,
    logger: silentLogger,
    newUuid: () => `rule-${++uuids}`,
    keepsPostings: name === 'postings',
  })
  for (const rule of someRules()) await engine.rules.install(rule, { user: 'bench' })
  const ending = new AbortController()
  const coming = ingest({ store, engine, clock }, ending.signal)
  await engine.start()
  const first = await measure(engine, clock, 5 * minuteMs)
  sayRow({ row: `${name}: all rules at once`, ...first, latestStartS: undefined })
  const steady = await measure(engine, clock, measuredMs)
  sayRow({
    row: `${name}: steady`,
    ...(name === 'postings' ? { bar: 'schedule-cpu', value: steady.cpuPercentOfCore } : {}),
    ...steady,
    postings: engine.facts().postings,
    events: eventCount,
    eventsASecond: rounded(1_000 / stepMs),
    rules: ruleCount,
  })
  ending.abort()
  await coming
  await engine.stop()
  await store.close()
  await rm(own, { recursive: true })
}

/** Events go on coming as before, a second of them at a time, and are offered as the server does. */
async function ingest(
  {
    store,
    engine,
    clock,
  }: { readonly store: Store; readonly engine: Engine; readonly clock: SkippingClock },
  signal: AbortSignal,
): Promise<void> {
  const stream = mixed.events({ ...fleetStream, seed: 2, startMs: endMs, count: 1e9, stepMs })
  const events = stream[Symbol.iterator]()
  let atMs = endMs
  while (!signal.aborted) {
    await clock.sleep(1_000, signal).catch(() => undefined)
    const batch: NewEvent[] = []
    while (atMs < clock.nowMs() && batch.length < 5_000) {
      const { value } = events.next()
      assert(value !== undefined, 'the stream does not end')
      batch.push(eventOf(value))
      atMs += stepMs
    }
    engine.offer(acceptedEvents(batch, await store.events.append(batch)))
  }
}

/** What a stretch of schedule takes and does. */
async function measure(engine: Engine, clock: SkippingClock, forMs: number) {
  const fromMs = clock.nowMs()
  const cpu = process.cpuUsage()
  const beganMs = performance.now()
  await clock.passUntil(fromMs + forMs, () => engine.facts().runningExecutions > 0)
  const busyMs = performance.now() - beganMs
  const { user, system } = process.cpuUsage(cpu)
  const { items } = await engine.executions.list({ limit: 10_000 })
  const records = items
    .map(({ body }) => body)
    .filter(({ finishedAt }) => Date.parse(finishedAt) >= fromMs)
  const failed = records.find(({ status }) => status === 'failed')
  assert(failed === undefined, `no execution failed: ${JSON.stringify(failed?.errors)}`)
  const late = records.map(latenessMsOf).toSorted((a, b) => a - b)
  const tookMs = clock.nowMs() - fromMs
  return {
    executions: records.length,
    alerts: records.reduce((sum, { created }) => sum + created, 0),
    candidates: records.reduce((sum, { candidates }) => sum + candidates, 0),
    busyS: rounded(busyMs / 1_000),
    scheduleS: rounded(tookMs / 1_000),
    cpuPercentOfCore: rounded((user + system) / 10 / tookMs),
    cpuMsAnExecution: rounded((user + system) / 1_000 / records.length),
    startP50S: rounded((late[Math.floor(late.length / 2)] ?? 0) / 1_000),
    latestStartS: rounded((late.at(-1) ?? 0) / 1_000),
  }
}

/** How long after it was due an execution began. */
function latenessMsOf({ startedAt, finishedAt, totalMs }: ExecutionRecord): number {
  return Date.parse(finishedAt) - totalMs - Date.parse(startedAt)
}

/** The public rules that run, and again from the first one until there are enough. */
function someRules(): readonly Rule[] {
  const folder = sharedData('rules/rules')
  assert(folder !== undefined, withoutSharedData)
  const running = globSync(`${folder}/**/*.toml`)
    .toSorted()
    .flatMap((path) => readRules(readFileSync(path), { path }).rules)
    .filter((rule) => compileRule(rule, ecsCatalogue()).ok)
  return Array.from({ length: ruleCount }, (_, n) => {
    const rule = running[n % running.length]
    assert(rule !== undefined, 'some rules run')
    return { ...rule, ruleId: `${rule.ruleId}-${n}`, name: `${rule.name} (${n})`, enabled: true }
  })
}

/** As the server keeps it: with the time of its arrival, which here is its own. */
function eventOf(source: JsonObject): NewEvent {
  const event: JsonObject = { ...Object(source['event']), ingested: source['@timestamp'] ?? '' }
  return { index: `logs-${String(event['dataset'])}-default`, source: { ...source, event } }
}
