/**
 * Do 2,000 rules on a five-minute schedule over a store of a million events start in time, and what does
 * it cost? All work is real: the rules run over an embedded store on disk, and time goes on while they do.
 * Only the time in which nothing is due is jumped over, so that five minutes of schedule take as long as
 * their work. Each row is a process of its own, over the same events and no alerts; the yardstick is the
 * same with every rule reading the store for itself. No events arrive meanwhile.
 * One JSON line per row. `node bench/schedule-2000-rules.bench.ts [rules] [events] [hours] [directory]`
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert, silentLogger, type JsonObject } from '#base'
import { createEngine, type Engine, type ExecutionRecord } from '#detect'
import { readRules, type Rule, type RuleParams } from '#rule'
import { openStore, type NewEvent } from '#store'
import { ordinaryStream, processEvents } from './support/process-events.ts'
import { skippingClock, type SkippingClock } from './support/skipping-clock.ts'

const [ruleCount = 2_000, eventCount = 1_000_000, hours = 24] = process.argv.slice(2, 5).map(Number)
const index = 'logs-endpoint.events.process-default'
const intervalMs = 300_000
const endMs = ordinaryStream.startMs + hours * 3_600_000

const [, , , , , kept, row] = process.argv
if (row === undefined) await runAll()
else if (row === 'fill') await fill(String(kept))
else await runRow(String(kept), row)

async function runAll(): Promise<void> {
  const directory = kept ?? (await mkdtemp(join(tmpdir(), 'vedette-bench-')))
  try {
    await mkdir(directory, { recursive: true })
    if (!(await readdir(directory)).includes('data')) await runAlone(directory, 'fill')
    for (const name of ['shared', 'alone']) await runAlone(directory, name)
  } finally {
    if (kept === undefined) await rm(directory, { recursive: true })
  }
}

/** Memory is told by process: each row has one to itself. */
async function runAlone(directory: string, name: string): Promise<void> {
  const own = [String(ruleCount), String(eventCount), String(hours), directory, name]
  const child = spawn(process.execPath, [...process.execArgv, import.meta.filename, ...own], {
    stdio: 'inherit',
  })
  const [code] = await once(child, 'exit')
  assert(code === 0, `row ${name} ended well`)
}

async function fill(directory: string): Promise<void> {
  const clock = skippingClock(endMs)
  const store = await openStore({ kind: 'embedded', directory: join(directory, 'data'), clock })
  const stepMs = (hours * 3_600_000) / eventCount
  let batch: NewEvent[] = []
  for (const document of processEvents({ ...ordinaryStream, count: eventCount, stepMs })) {
    batch.push({ index, source: sourceOf(document) })
    if (batch.length < 2_000) continue
    await store.events.append(batch)
    batch = []
  }
  await store.events.append(batch)
  await store.events.retain({})
  assert((await store.events.facts()).events === eventCount, 'all events are there')
  await store.close()
}

async function runRow(directory: string, name: string): Promise<void> {
  for (const file of await readdir(join(directory, 'data'))) {
    if (file.startsWith('documents.db')) await rm(join(directory, 'data', file))
  }
  // The windows of both intervals end before the last event.
  const clock = skippingClock(endMs - 3 * intervalMs)
  const store = await openStore({ kind: 'embedded', directory: join(directory, 'data'), clock })
  const engine = createEngine({
    store,
    clock,
    logger: silentLogger,
    sharesReads: name === 'shared',
  })
  for (const rule of await someRules()) await engine.rules.install(rule, { user: 'bench' })
  await engine.start()
  const first = await measure(engine, clock, 0)
  say({ row: `${name}: all rules at once`, ...first, latestStartS: undefined })
  const steady = await measure(engine, clock, first.executions)
  say({ row: `${name}: one interval`, ...steady, reads: engine.facts().reads })
  await engine.stop()
  await store.close()
}

/** What one interval of schedule takes and does; executions listed before it do not count. */
async function measure(engine: Engine, clock: SkippingClock, before: number) {
  const cpu = process.cpuUsage()
  const beganMs = performance.now()
  await clock.passUntil(clock.nowMs() + intervalMs, () => engine.facts().runningExecutions > 0)
  const busyMs = performance.now() - beganMs
  const { user, system } = process.cpuUsage(cpu)
  const { items } = await engine.executions.list({ limit: 10_000 })
  const records = items.slice(0, items.length - before).map(({ body }) => body)
  assert(
    records.every(({ status }) => status !== 'failed'),
    'no execution failed',
  )
  const late = records.map(latenessMsOf).toSorted((a, b) => a - b)
  return {
    executions: records.length,
    alerts: records.reduce((sum, { created }) => sum + created, 0),
    busyS: inSeconds(busyMs),
    cpuShareOfCore: Math.round((user + system) / 10 / intervalMs) / 100,
    startP50S: inSeconds(late[Math.floor(late.length / 2)] ?? 0),
    latestStartS: inSeconds(late.at(-1) ?? 0),
    peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
  }
}

/** How long after it was due an execution began. */
function latenessMsOf({ startedAt, finishedAt, totalMs }: ExecutionRecord): number {
  return Date.parse(finishedAt) - totalMs - Date.parse(startedAt)
}

/** The starter pack over and over, each copy of those in KQL with something of its own; some queries count instead. */
async function someRules(): Promise<readonly Rule[]> {
  const folder = new URL('../rules/', import.meta.url)
  const pack: Rule[] = []
  for (const name of (await readdir(folder)).toSorted()) {
    const path = new URL(`${name}/rule.toml`, folder)
    pack.push(...readRules(await readFile(path), { path: path.pathname }).rules)
  }
  return Array.from({ length: ruleCount }, (_, n) => variation(pack[n % pack.length], n))
}

function variation(rule: Rule | undefined, n: number): Rule {
  assert(rule !== undefined, 'there is a starter pack')
  const { params } = rule
  const own = `not process.entity_id: "variation-${n}"`
  const isCounting = params.type === 'query' && n % 10 === 0
  return {
    ...rule,
    ruleId: `variation-${n}`,
    name: `${rule.name} (${n})`,
    enabled: true,
    params: isCounting ? countingAllStarts(own) : withOwn(params, own),
  }
}

/** A query with a condition of its own; what is written in EQL stays as it is. */
function withOwn(params: RuleParams, own: string): RuleParams {
  if (params.type === 'eql') return params
  assert(params.type === 'query' || params.type === 'new_terms', 'the pack has these types')
  return { ...params, query: `(${params.query}) and ${own}` }
}

/** A threshold that reads every start and is seldom reached. */
function countingAllStarts(own: string): RuleParams {
  return {
    type: 'threshold',
    index: ['logs-endpoint.events.process*'],
    language: 'kuery',
    query: `event.type: start and ${own}`,
    filters: [],
    threshold: { field: ['host.name', 'process.name'], value: 100_000 },
  }
}

function sourceOf(document: unknown): JsonObject {
  const source: JsonObject = JSON.parse(JSON.stringify(document))
  return source
}

function inSeconds(ms: number): number {
  return Math.round(ms / 10) / 100
}

function say(line: { readonly [key: string]: unknown }): void {
  console.log(JSON.stringify({ ...line, ruleCount, eventCount, hours }))
}
