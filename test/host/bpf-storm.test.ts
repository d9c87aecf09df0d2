import { execFile, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { beforeEach, expect, test } from 'vitest'
import type { ProcessRecord } from '../../src/sensor/record.ts'
import { watchHost, whyNoCast, whyNotWatched, type WatchedHost } from '../support/watched-host.ts'

const why = whyNotWatched() ?? whyNoCast()

beforeEach((context) => context.skip(why !== undefined, why))

/** The storm's records among all: forks, starts and ends of the children of that process. */
function ofStorm(seen: readonly ProcessRecord[], storm: number) {
  const own = seen.filter(({ ppid }) => ppid === storm)
  const count = (kind: ProcessRecord['kind']) => own.filter((each) => each.kind === kind).length
  return { fork: count('fork'), exec: count('exec'), exit: count('exit') }
}

/** Starts so many short processes while the records are being read. */
async function storm(host: WatchedHost, processes: number, perSecond: number): Promise<number> {
  const child = execFile(...host.stormOf(processes, perSecond))
  const [status] = await once(child, 'exit')
  expect(status).toBe(0)
  return child.pid ?? 0
}

test('of 50,000 short processes at 2,000 a second nothing is lost', async () => {
  await using host = await watchHost()
  const pid = await storm(host, 50_000, 2_000)
  const counters = await host.source.counters()
  expect(ofStorm(host.seen, pid)).toEqual({ fork: 50_000, exec: 50_000, exit: 50_000 })
  expect(counters).toMatchObject({ lost: 0, undecodable: 0, argsUnreadable: 0, sequenceGaps: 0 })
  expect(counters.produced).toBe(counters.delivered)
  expect(counters.delivered).toBe(host.seen.length)
})

test('of processes started as fast as they go, every record is delivered or counted as lost', async () => {
  await using host = await watchHost()
  const pid = await storm(host, 50_000, 0)
  const { produced, delivered, lost } = await host.source.counters()
  const { fork, exec, exit } = ofStorm(host.seen, pid)
  const missing = 150_000 - fork - exec - exit
  expect(produced).toBe(delivered + lost)
  expect(delivered).toBe(host.seen.length)
  expect(missing).toBeGreaterThanOrEqual(0)
  expect(missing).toBeLessThanOrEqual(lost)
})

test('while the reader is blocked the ring fills, and what found no room is counted exactly', async () => {
  await using host = await watchHost(1024 * 1024)
  // This thread waits for the storm and decodes nothing until it is over.
  const { pid, status } = spawnSync(...host.stormOf(30000, 0))
  expect(status).toBe(0)
  await host.source.counters()
  // One more of each kind on every CPU, so that the numbering shows the gaps before them.
  for (let cpu = 0; cpu < availableParallelism(); cpu++) {
    spawnSync('/usr/bin/taskset', ['-c', String(cpu), '/bin/sh', '-c', '/bin/true; /bin/true'])
  }
  const { produced, delivered, lost, sequenceGaps } = await host.source.counters()
  const { fork, exec, exit } = ofStorm(host.seen, pid)
  const missing = 90_000 - fork - exec - exit
  expect(lost).toBeGreaterThan(0)
  expect(sequenceGaps).toBe(lost)
  expect(produced).toBe(delivered + lost)
  // The rest of the machine is quiet at most: it lost what the storm did not.
  expect(missing).toBeGreaterThan(0)
  expect(missing).toBeLessThanOrEqual(lost)
  expect(produced).toBeGreaterThanOrEqual(90_000)
})

test('closing hands over what the ring still holds', async () => {
  const host = await watchHost()
  const { pid } = spawnSync(...host.stormOf(5000, 0))
  const [, counters] = await Promise.all([host.source.close(), host.source.counters()])
  expect(ofStorm(host.seen, pid)).toEqual({ fork: 5000, exec: 5000, exit: 5000 })
  expect(await host.source.counters()).toEqual(counters)
  expect(counters).toMatchObject({ produced: host.seen.length, lost: 0 })
  await host[Symbol.asyncDispose]()
})

test('two sources see the same', async () => {
  await using first = await watchHost()
  await using second = await watchHost()
  const { pid } = spawnSync(...first.stormOf(500, 0))
  await first.source.counters()
  await second.source.counters()
  expect(ofStorm(first.seen, pid)).toEqual({ fork: 500, exec: 500, exit: 500 })
  expect(ofStorm(second.seen, pid)).toEqual({ fork: 500, exec: 500, exit: 500 })
})
