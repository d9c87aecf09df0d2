/**
 * How long from the exec of a program to its stored alert, on a host where 500 programs start a second and all
 * Linux rules of the public corpus are on? Through the whole product: kernel, sensor, store, rules, in a process of
 * its own. One program in twenty bears a mark that a rule of the bench looks for; the time runs from the exec, by
 * the kernel's clock, until the server says that the alert is stored. Needs root, eBPF, a C compiler and
 * ../shared/data. One JSON line a row. `node bench/exec-to-alert.bench.ts [--quick]`
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { assert, systemClock } from '#base'
import { valuesOf } from '#event'
import { startServing, type RunningServer } from '../test/support/running-server.ts'
import { sharedData, withoutSharedData } from '../test/support/shared-data.ts'
import { stormPrograms, whyNoCast, whyNotWatched } from '../test/support/watched-host.ts'
import { quantile, sayRow } from './support/row.ts'

const quick = process.argv.includes('--quick')
const seconds = quick ? 10 : 30
const warmUpSeconds = quick ? 5 : 15
/** How long after the last program its alert is waited for. */
const patienceSeconds = 30
const [perSecond, markedPerSecond] = [500, 25]
const mark = 'vedette-marked'
const rule = `
[rule]
rule_id = "bench-mark"
name = "Marked Program"
description = "A program that the bench starts."
type = "query"
language = "kuery"
index = ["logs-endpoint.events.process*"]
query = 'event.action: exec and process.args: "${mark}"'
from = "now-9m"
interval = "5m"
severity = "low"
risk_score = 1
max_signals = 1000
`

const why = whyNotWatched() ?? whyNoCast() ?? sharedData('rules/rules') ?? withoutSharedData
const corpus = sharedData('rules/rules')
if (corpus === undefined || why !== corpus) {
  sayRow({ row: 'exec to stored alert', notMeasured: why })
} else await measure(corpus)

async function measure(rules: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-bench-'))
  mkdirSync(join(folder, 'rule'))
  writeFileSync(join(folder, 'rule', 'mark.toml'), rule)
  const programs = stormPrograms(folder)
  const folders = [join(rules, 'linux'), join(rules, 'cross-platform'), join(folder, 'rule')]
  const server = await startServing(join(folder, 'data'), [
    '--no-starter-rules',
    '--alerts',
    ...folders.flatMap((path) => ['--rules', path]),
  ])
  try {
    const { sensor } = await server.api.getStatus({})
    if (sensor.mode !== 'bpf') {
      const told = `the sensor watches by ${sensor.mode}: ${sensor.reason ?? 'it was not told why'}`
      sayRow({ row: 'exec to stored alert', notMeasured: told })
      return
    }
    const heard = hear(server)
    const start = async (lasts: number, first: number): Promise<number> => {
      const startMs = performance.now()
      const count = (perSecond - markedPerSecond) * lasts
      const storm = spawn(...programs.storm(count, perSecond - markedPerSecond))
      const ended = once(storm, 'exit')
      for (let n = 0; n < lasts * markedPerSecond; n++) {
        spawn(programs.nothing, [mark, `n${first + n}`], { stdio: 'ignore' })
        const dueMs = startMs + ((n + 1) * 1_000) / markedPerSecond
        await systemClock.sleep(Math.max(1, dueMs - performance.now()))
      }
      await ended
      return (count + lasts * markedPerSecond) / ((performance.now() - startMs) / 1_000)
    }
    // Each rule that is switched on is executed once at first, and the code warms up.
    await start(warmUpSeconds, 0)
    await settled(heard, warmUpSeconds * markedPerSecond, 120)
    const before = heard.size
    const first = warmUpSeconds * markedPerSecond
    const started = await start(seconds, first)
    await settled(heard, first + seconds * markedPerSecond, patienceSeconds)
    await tell(server, { heard, first, before, started })
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** When the server said that the alert of each marked program is stored, epoch milliseconds. */
function hear(server: RunningServer): ReadonlyMap<string, number> {
  const heard = new Map<string, number>()
  const { stdout } = server.process
  assert(stdout !== null, 'the server has an output')
  createInterface({ input: stdout }).on('line', (line) => {
    const nowMs = systemClock.nowMs()
    const [, name] = new RegExp(`Marked Program.* ${mark} (n\\d+)`).exec(line) ?? []
    if (name !== undefined) heard.set(name, nowMs)
  })
  return heard
}

/** Waits until so many alerts were told of, and so many seconds at most. */
async function settled(
  heard: ReadonlyMap<string, number>,
  count: number,
  mostSeconds: number,
): Promise<void> {
  for (let waited = 0; heard.size < count && waited < mostSeconds * 10; waited++) {
    await systemClock.sleep(100)
  }
}

interface Run {
  readonly heard: ReadonlyMap<string, number>
  /** The number of the first marked program that counts. */
  readonly first: number
  readonly before: number
  /** Programs a second. */
  readonly started: number
}

async function tell(server: RunningServer, { heard, first, before, started }: Run): Promise<void> {
  const alertMs: number[] = []
  for (const { document } of await server.alerts()) {
    const name = valuesOf(document, 'process.args').map(String).at(-1) ?? ''
    const heardMs = heard.get(name)
    if (heardMs === undefined || Number(name.slice(1)) < first) continue
    alertMs.push(heardMs - Date.parse(String(document['kibana.alert.original_time'])))
  }
  const alertsTimed = alertMs.length
  // Those that were waited for in vain took at least as long.
  while (alertMs.length < seconds * markedPerSecond) alertMs.push(patienceSeconds * 1_000)
  const { sensor, rules, ingest } = await server.api.getStatus({})
  const facts = {
    programsASecond: Math.round(started),
    rules: rules.enabled,
    marked: seconds * markedPerSecond,
    alerts: heard.size - before,
    alertsTimed,
    ingest,
    sensor: { mode: sensor.mode, ...sensor.counters },
  }
  const bars = [
    { bar: 'exec-to-alert-p50', part: 0.5 },
    { bar: 'exec-to-alert-p99', part: 0.99 },
  ]
  for (const { bar, part } of bars) {
    sayRow({
      row: `exec to stored alert, p${part * 100}`,
      bar,
      value: quantile(alertMs, part),
      ...facts,
    })
  }
}
