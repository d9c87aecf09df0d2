/**
 * How much of a processor and of memory does a server take that keeps 1,000 agents, each with its two connections, and
 * 2,000 events a second from all of them? The server runs in a process of its own, held to one processor; the agents
 * are simulated in this one: real enrolment, real TLS, real check-ins and `_bulk`, with the sensor alone left out. It is
 * good when every event is stored once at the end, none is lost, and nobody waits: an answer to a batch comes within
 * the pace that the server asked for. One JSON line. `node bench/agents.bench.ts [--quick]`
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { enroll, openHome, startAgent } from '#agent'
import { createClient } from '#api'
import { assert, silentLogger, systemClock } from '#base'
import { simulatedHost } from '../test/support/simulated-host.ts'
import { rounded, sayRow } from './support/row.ts'

const quick = process.argv.includes('--quick')
const agentCount = quick ? 100 : 1_000
const eventsASecond = quick ? 200 : 2_000
const seconds = quick ? 10 : 30

const bin = fileURLToPath(new URL('../bin/vedette.mjs', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'vedette-bench-agents-'))
const data = join(folder, 'data')
const words = [
  'serve',
  '--no-sensor',
  '--port',
  '0',
  '--data',
  data,
  '--agent-host',
  '127.0.0.1',
  '--agent-port',
  '0',
]
// One processor, as the claim says; where taskset is missing it may use more, and the row says so.
const pinned = availableParallelism() > 1
const server = spawn(
  pinned ? 'taskset' : process.execPath,
  pinned ? ['-c', '0', process.execPath, bin, ...words] : [bin, ...words],
  { stdio: 'ignore' },
)
try {
  await measure()
} finally {
  server.kill('SIGTERM')
  await once(server, 'exit')
  rmSync(folder, { recursive: true, force: true })
}

async function measure(): Promise<void> {
  const api = await connected()
  const { line } = await api.createEnrolmentToken({ body: { uses: agentCount } })
  const enrolledMs = performance.now()
  const agents = []
  for (let i = 0; i < agentCount; i++) agents.push(await oneAgent(i, line))
  const enrolMs = performance.now() - enrolledMs
  await until(async () => {
    const { agents: listed } = await api.listAgents({})
    return listed.filter(({ state }) => state === 'running').length === agentCount
  })
  const before = used()
  const startedMs = performance.now()
  const sent = await send(agents.map(({ host }) => host))
  const tookMs = performance.now() - startedMs
  const after = used()
  await until(async () => (await api.getStatus({})).store.events >= sent)
  const status = await api.getStatus({})
  assert(status.store.events === sent, `stored ${status.store.events} of ${sent} events`)
  const { agents: listed } = await api.listAgents({})
  const lost = listed.map(
    ({ health }) => (health?.spool.dropped ?? 0) + (health?.sent.refused ?? 0),
  )
  sayRow({
    row: `${agentCount} agents, ${eventsASecond} events a second in all`,
    agents: agentCount,
    eventsASecond: rounded((sent * 1_000) / tookMs),
    stored: status.store.events,
    lost: lost.reduce((sum, each) => sum + each, 0),
    cpuOfOne: rounded((after.cpuMs - before.cpuMs) / tookMs),
    peakServerMiB: after.peakMiB,
    rssServerMiB: after.rssMiB,
    drainedMs: rounded(performance.now() - startedMs - tookMs),
    enrolMsEach: rounded(enrolMs / agentCount),
    onOneProcessor: pinned,
  })
  await Promise.all(agents.map(({ agent }) => agent.close()))
}

async function connected() {
  for (;;) {
    await pause(200)
    try {
      const { url }: { readonly url: string } = JSON.parse(
        readFileSync(join(data, 'server.json'), 'utf8'),
      )
      return createClient({
        url,
        token: readFileSync(join(data, 'token'), 'utf8').trim(),
        timeoutMs: 120_000,
      })
    } catch {
      // Not there yet.
    }
  }
}

async function oneAgent(number: number, line: string) {
  const home = await openHome(join(folder, `agent-${number}`))
  const host = { id: `host-${number}`, name: `host-${number}`, version: '0.0.0' }
  await enroll(line, { home, host })
  const simulated = simulatedHost(host.id)
  const { startWatch } = simulated
  const agent = await startAgent({
    home,
    host,
    version: '0.0.0',
    startWatch,
    clock: systemClock,
    logger: silentLogger,
  })
  return { host: simulated, agent }
}

/** Each host in its turn sees a program start, so many of them a second. Gives how many there were. */
async function send(hosts: readonly ReturnType<typeof simulatedHost>[]): Promise<number> {
  const startedMs = performance.now()
  const total = eventsASecond * seconds
  let sent = 0
  while (sent < total) {
    const due = Math.min(
      total,
      Math.floor(((performance.now() - startedMs) * eventsASecond) / 1_000),
    )
    const turn: Promise<void>[] = []
    for (; sent < due; sent++) {
      const host = hosts[sent % hosts.length]
      const process = {
        name: 'true',
        executable: '/bin/true',
        args: ['/bin/true', String(sent)],
        pid: sent,
      }
      if (host !== undefined) turn.push(host.exec(`event-${sent}`, process))
    }
    await Promise.all(turn)
    await pause(20)
  }
  return total
}

async function until(claim: () => Promise<boolean>): Promise<void> {
  while (!(await claim())) await pause(500)
}

/** What the server has used, of processor time and memory. */
function used(): { readonly cpuMs: number; readonly peakMiB: number; readonly rssMiB: number } {
  const stat = readFileSync(`/proc/${server.pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // Fields 14 and 15 of proc(5), in ticks of 10 ms.
  const cpuMs = (Number(fields[11]) + Number(fields[12])) * 10
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8')
  const mib = (name: string): number =>
    Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1_024)
  return { cpuMs, peakMiB: mib('VmHWM'), rssMiB: mib('VmRSS') }
}
