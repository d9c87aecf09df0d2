/**
 * What do 2,068 rules on their own schedules cost over ten million stored events, while events go on coming?
 * The rules are the public corpus, as far as it runs, and some of it once more under other names; the store is
 * embedded, on disk, with two weeks in it (`support/stored-world.ts`). All work is real and time goes on while it is done; only the time in
 * which nothing is due and nothing comes is jumped over. The figure is processor time of everything in the
 * process, ingest and early answers included, as a share of one core: of the schedule's time, once every rule
 * has run and all first sightings are learnt. `--searches` adds the same with every rule reading the store for
 * itself. Each row is a process of its own. Needs ../shared/data. One JSON line a row.
 * `node bench/schedule-2000-rules.bench.ts [--quick] [--events N] [--searches]`
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { cp, link, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { assert, silentLogger, type JsonObject } from '#base'
import { compileRule, createEngine, type Engine, type ExecutionRecord } from '#detect'
import { ecsCatalogue } from '#event'
import { readRules, type Rule } from '#rule'
import { acceptedEvents, openStore, type Store, type WrittenNewEvent } from '#store'
import { sharedData, withoutSharedData } from '../test/support/shared-data.ts'
import { rounded, sayRow } from './support/row.ts'
import { skippingClock, type SkippingClock } from './support/skipping-clock.ts'
import {
  arrivedEvent,
  withStoredWorld,
  worldSpan,
  type StoredWorld,
} from './support/stored-world.ts'
import { fleetStream, mixed } from './support/streams.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    events: { type: 'string' },
    searches: { type: 'boolean', default: false },
    directory: { type: 'string' },
    row: { type: 'string' },
  },
})
const { quick, searches, directory, row } = values
const eventCount = Number(values.events ?? (quick ? 200_000 : 10_000_000))
const ruleCount = quick ? 400 : 2_068
const minuteMs = 60_000
const { startMs, endMs } = worldSpan
const stepMs = (endMs - startMs) / eventCount
/** Long enough for rules of five minutes to run twice. */
const measuredMs = 2 * 5 * minuteMs

if (row === undefined) await withStoredWorld(eventCount, runAll)
else await runRow(String(directory), row)

async function runAll({ store }: StoredWorld): Promise<void> {
  const own = await mkdtemp(join(tmpdir(), 'vedette-bench-'))
  try {
    for (const name of searches ? ['postings', 'searches'] : ['postings']) {
      const copy = join(own, name)
      await copyStore(store, copy)
      await runAlone(copy, name)
      await rm(copy, { recursive: true })
    }
  } finally {
    await rm(own, { recursive: true })
  }
}

/** Segments are never changed, so that both may have the same. */
async function copyStore(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, filter: (path) => !path.endsWith('.segment') })
  for (const path of await readdir(from, { recursive: true })) {
    if (path.endsWith('.segment')) await link(join(from, path), join(to, path))
  }
}

/** Memory is told by process: each row has one to itself. */
async function runAlone(store: string, name: string): Promise<void> {
  const own = ['--events', String(eventCount), '--directory', store]
  const args = [...own, '--row', name, ...(quick ? ['--quick'] : [])]
  const child = spawn(process.execPath, [...process.execArgv, import.meta.filename, ...args], {
    stdio: 'inherit',
  })
  const [code] = await once(child, 'exit')
  assert(code === 0, `row ${name} ended well`)
}

async function runRow(path: string, name: string): Promise<void> {
  const clock = skippingClock(endMs)
  const store = await openStore({ kind: 'embedded', directory: path, clock })
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
  const learning = await learnt(engine, clock)
  sayRow({ row: `${name}: first sightings are learnt`, ...learning })
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
    const batch: WrittenNewEvent[] = []
    while (atMs < clock.nowMs() && batch.length < 5_000) {
      const { value } = events.next()
      assert(value !== undefined, 'the stream does not end')
      batch.push(arrivedEvent(value))
      atMs += stepMs
    }
    engine.offer(acceptedEvents(batch, await store.events.append(batch)))
  }
}

/** Until every index of first sightings is ready: the schedule goes on meanwhile. */
async function learnt(engine: Engine, clock: SkippingClock): Promise<JsonObject> {
  const beganMs = performance.now()
  const cpu = process.cpuUsage()
  const isLearning = (): boolean =>
    engine.facts().firstSeen.indexes.some(({ state }) => state === 'learning')
  while (isLearning()) await clock.passUntil(clock.nowMs() + 1_000, isLearning)
  const { user, system } = process.cpuUsage(cpu)
  const { indexes, combinations } = engine.facts().firstSeen
  return {
    indexes: indexes.length,
    combinations,
    seconds: rounded((performance.now() - beganMs) / 1_000),
    processorSeconds: rounded((user + system) / 1e6),
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
