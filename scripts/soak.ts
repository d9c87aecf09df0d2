import { readFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { messageOf, systemClock } from '#base'
import { ordinaryStream, processEvents } from '../bench/support/process-events.ts'
import { quantile, rounded } from '../bench/support/row.ts'
import { startServing, type RunningServer } from '../test/support/running-server.ts'

const usage = `Usage: npm run soak -- [--minutes N] [--rate N]

Sends process events to a server with the starter pack on, at a steady rate, for so long, and tells what its memory did and how
long acknowledgements took. A row a minute, and one at the end.

  --minutes N   60 unless said otherwise
  --rate N      events a second, 500; a hundred go in one request

Memory is flat where the upper half of what it took in the last quarter of the time lies less than a tenth above that in the second quarter: the
first is for warming up. What was kept must be what was acknowledged.

Exit status: 0 when memory is flat and everything is there; 1 when not; 2 for a wrong call.`

const batchEvents = 100
const { minutes, rate } = read()
const directory = await mkdtemp(join(tmpdir(), 'vedette-soak-'))
const server = await startServing(directory, ['--no-sensor'])
const memoryMiB: number[] = []
const ackMs: number[] = []
const counts = { acknowledged: 0, refused: 0 }
try {
  await send()
  const { store } = await server.api.getStatus({})
  const quarter = Math.floor(memoryMiB.length / 4)
  const [second, last] = [memoryMiB.slice(quarter, 2 * quarter), memoryMiB.slice(-quarter)].map(
    (part) => quantile(part, 0.75),
  )
  const growth = (last ?? 0) / (second ?? 0) - 1
  const isFlat = growth < 0.1
  const isWhole = store.events === counts.acknowledged && counts.refused === 0
  const alerts = (await server.api.listAlerts({ limit: 1 })).total
  say('soak', { alerts, stored: store.events, growth: rounded(growth), isFlat, isWhole })
  process.exitCode = isFlat && isWhole ? 0 : 1
} finally {
  await server.stop()
  await rm(directory, { recursive: true, force: true })
}

async function send(): Promise<void> {
  const startMs = systemClock.nowMs()
  const endMs = startMs + minutes * 60_000
  const stepMs = 1_000 / rate
  const events = processEvents({ ...ordinaryStream, count: Infinity, startMs, stepMs })
  let toldMs = startMs
  for (let dueMs = startMs; dueMs < endMs; dueMs += batchEvents * stepMs) {
    await systemClock.sleep(Math.max(0, dueMs - systemClock.nowMs()))
    const batch = Array.from({ length: batchEvents }, () => events.next().value ?? {})
    await sendBatch(server, batch)
    memoryMiB.push(await residentMiB(server))
    if (systemClock.nowMs() - toldMs < 60_000) continue
    toldMs = systemClock.nowMs()
    say(`minute ${Math.round((toldMs - startMs) / 60_000)}`, { memoryMiB: memoryMiB.at(-1) })
    if (toldMs > endMs) return
  }
}

async function sendBatch({ bulk }: RunningServer, events: readonly object[]): Promise<void> {
  const lines = events.map(
    (event) =>
      `{"create":{"_index":"logs-endpoint.events.process-default"}}\n${JSON.stringify(event)}\n`,
  )
  const sentMs = performance.now()
  const { items } = await bulk(lines.join(''))
  ackMs.push(performance.now() - sentMs)
  for (const { status } of items.flatMap((item) => Object.values(item))) {
    if (status === 201) counts.acknowledged++
    else counts.refused++
  }
}

/** What the server has of memory, MiB. */
async function residentMiB({ process: { pid } }: RunningServer): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/^VmRSS:\s+(\d+) kB/m.exec(text)?.[1]) / 1024)
}

function say(row: string, more: object): void {
  const ack = { p50: quantile(ackMs, 0.5), p99: quantile(ackMs, 0.99), worst: quantile(ackMs, 1) }
  console.log(JSON.stringify({ row, minutes, rate, ...counts, ackMs: ack, ...more }))
}

function read(): { readonly minutes: number; readonly rate: number } {
  try {
    const { values } = parseArgs({
      options: {
        minutes: { type: 'string', default: '60' },
        rate: { type: 'string', default: '500' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    if (values.help === true) stop(0)
    const [minutes, rate] = [Number(values.minutes), Number(values.rate)]
    return minutes > 0 && rate > 0 ? { minutes, rate } : stop(2)
  } catch (thrown) {
    return stop(2, `${messageOf(thrown)}\n\n`)
  }
}

function stop(code: number, before = ''): never {
  console.log(before + usage)
  process.exit(code)
}
