/**
 * How long from a real `docker run --privileged`, by a shell at a path never seen, to its alert? Through the
 * whole product: kernel, sensor, store, rule. The yardstick is the time until the server took the event in, in
 * the same runs. Needs root, eBPF and a Docker Engine. One JSON line.
 * `node bench/docker-run-to-alert.bench.ts [tries]`
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isJsonObject, systemClock } from '#base'
import type { WireAlert } from '#api'
import { run, startDocker } from '../test/support/docker.ts'
import { startServing } from '../test/support/running-server.ts'

const tries = Number(process.argv[2] ?? 50)
const seedRule = 'Privileged Docker Container Started by a New Parent'

const engine = await startDocker()
if ('skip' in engine) {
  console.error(`cannot be measured here: ${engine.skip}`)
  process.exit(1)
}
const folder = mkdtempSync(join(tmpdir(), 'vedette-bench-'))
const server = await startServing(join(folder, 'data'), ['--engine-socket', engine.socket])
try {
  const env = { DOCKER_HOST: `unix://${engine.socket}`, DOCKER_CONFIG: join(engine.folder, 'c') }
  for (let i = 0; i < tries; i++) {
    const shell = join(folder, `upd-${i}`)
    copyFileSync('/bin/bash', shell)
    await run(shell, ['-c', `docker run --rm --privileged ${engine.image} true; true`], env)
    rmSync(shell)
  }
  await systemClock.sleep(2_000)
  const alerts = (await server.alerts()).filter(
    ({ document }) => document['kibana.alert.rule.name'] === seedRule,
  )
  const alertMs = alerts.map((alert) => since(alert, alert.document['kibana.alert.start']))
  const eventMs = alerts.map((alert) => since(alert, ingestedOf(alert)))
  const ratio = at(alertMs, 0.5) / Math.max(1, at(eventMs, 0.5))
  console.log(
    JSON.stringify({
      question: 'docker run to alert',
      tries,
      alerts: alerts.length,
      alert_ms: { p50: at(alertMs, 0.5), p95: at(alertMs, 0.95), max: at(alertMs, 1) },
      event_received_ms: { p50: at(eventMs, 0.5), p95: at(eventMs, 0.95) },
      ratio_to_event: Number(ratio.toFixed(2)),
      server_rss_mib: Math.round(residentKib(server.process.pid ?? 0) / 1024),
    }),
  )
} finally {
  await server.stop()
  await engine.stop()
  rmSync(folder, { recursive: true, force: true })
}

/** Milliseconds from the event to an instant. */
function since({ document }: WireAlert, instant: unknown): number {
  return Date.parse(String(instant)) - Date.parse(String(document['kibana.alert.original_time']))
}

function ingestedOf({ document }: WireAlert): unknown {
  const event = document['event']
  return isJsonObject(event) ? event['ingested'] : undefined
}

function at(values: readonly number[], quantile: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))] ?? Number.NaN
}

function residentKib(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0)
}
