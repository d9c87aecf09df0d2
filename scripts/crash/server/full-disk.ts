import { execFile } from 'node:child_process'
import { mkdtemp, open, rm, rmdir, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { messageOf, systemClock } from '#base'
import { startServing, type RunningServer } from '../../../test/support/running-server.ts'
import { seededDraw } from '../../fuzz/random.ts'
import { compared, type Comparison } from './comparison.ts'
import { crashRules } from './crash-rules.ts'
import { quietOptions, undisturbed } from './kills.ts'
import { plannedBatch } from './planned-events.ts'
import { senders } from './senders.ts'
import { alertsOf, settled } from './settled.ts'

const run = promisify(execFile)

/** What a server on a small disk came to that was full for a while. */
export interface FullDiskReport extends Comparison {
  /** The HTTP status of events sent while only the reserve for alerts was left. */
  readonly statusAtReserve: number
  /** The same when nothing at all was left. */
  readonly statusWhenFull: number
  /** Alerts that a rule made of stored events while only the reserve was left. */
  readonly alertsAtReserve: number
  /** Whether events and alerts could be read while nothing was left. */
  readonly readWhenFull: boolean
  /** How long after space was freed the first event was taken again, milliseconds. */
  readonly takenAgainAfterMs: number
}

/** Fills the disk of a server while programs send events to it, and frees it again; compares as {@link kills} does. */
export async function fullDisk(seed: number): Promise<FullDiskReport | { readonly skip: string }> {
  const disk = await mkdtemp(join(tmpdir(), 'vedette-small-disk-'))
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=256m', 'tmpfs', disk])
  } catch (thrown) {
    await rmdir(disk)
    return { skip: `a small file system cannot be mounted here: ${messageOf(thrown)}` }
  }
  const rules = await crashRules()
  try {
    return await filledAndFreed(disk, { rules, seed })
  } finally {
    await run('umount', ['-l', disk])
    await rmdir(disk)
    await rm(rules, { recursive: true })
  }
}

async function filledAndFreed(
  disk: string,
  { rules, seed }: { readonly rules: string; readonly seed: number },
): Promise<FullDiskReport> {
  const server = await startServing(join(disk, 'data'), quietOptions(rules))
  const sending = senders({ server: async () => server, draw: seededDraw(seed), restMs: 20 })
  try {
    await server.until(async () => sending.acknowledged.size > 400)
    const leave = filler(disk)

    // Less than the reserve, a twentieth of the disk, and more than the journal of the documents may grow by.
    await leave(10 * 1024 * 1024)
    const statusAtReserve = await statusOfSending(server)
    const before = (await alertsOf(server)).length
    const created = await server.api.createRule({ body: { rule: lateRule } })
    await server.until(async () => (await alertsOf(server)).length > before)
    const alertsAtReserve = (await alertsOf(server)).length - before
    await server.api.setRuleEnabled({ id: created.id, body: { enabled: false } })

    await leave(0)
    const statusWhenFull = await statusOfSending(server)
    const found = await server.api.searchEvents({ query: 'number >= 0', limit: 10 })
    const readWhenFull = found.events.length > 0 && (await alertsOf(server)).length > 0

    const freedMs = systemClock.nowMs()
    const had = sending.acknowledged.size
    await rm(join(disk, 'filler'))
    await server.until(async () => sending.acknowledged.size > had)
    const takenAgainAfterMs = systemClock.nowMs() - freedMs
    sending.stop()
    await sending.finished
    const outcome = await settled(server, sending.next())
    const { acknowledged } = sending
    const { alerts } = await undisturbed(sending.next(), rules)
    const ofPlan = outcome.alerts.filter((each) => !each.startsWith(lateRule.rule_id))
    return {
      statusAtReserve,
      statusWhenFull,
      alertsAtReserve,
      readWhenFull,
      takenAgainAfterMs,
      ...compared({ ...outcome, alerts: ofPlan }, { acknowledged, alerts }),
    }
  } finally {
    sending.stop()
    await server.stop('SIGKILL')
  }
}

/** A rule about what is stored already. */
const lateRule = {
  rule_id: 'late',
  name: 'Others',
  description: 'Made while the disk is full.',
  type: 'query',
  language: 'kuery',
  query: 'process.name: other',
  index: ['logs-*'],
  severity: 'low',
  risk_score: 21,
  interval: '1s',
  from: 'now-30m',
  max_signals: 10,
  enabled: true,
} as const

async function statusOfSending({ url, token }: RunningServer): Promise<number> {
  const answer = await fetch(`${url}/_bulk`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
    body: plannedBatch(0, systemClock.nowMs())
      .map(({ lines }) => lines.replace('event-', 'refused-'))
      .join(''),
  })
  await answer.body?.cancel()
  return answer.status
}

/** Fills a disk with one file until about so many bytes are left. */
function filler(disk: string): (leaveBytes: number) => Promise<void> {
  const chunk = Buffer.alloc(64 * 1024)
  return async (leaveBytes) => {
    const file = await open(join(disk, 'filler'), 'a')
    try {
      for (;;) {
        const { bavail, bsize } = await statfs(disk)
        const surplus = bavail * bsize - leaveBytes
        if (surplus <= 0) break
        const { bytesWritten } = await file.write(chunk, 0, Math.min(chunk.length, surplus))
        if (bytesWritten === 0) break
      }
    } catch (thrown) {
      // Others fill it too.
      if (!(thrown instanceof Error && Reflect.get(thrown, 'code') === 'ENOSPC')) throw thrown
    } finally {
      await file.close()
    }
    // The server asks the file system twice a second.
    await systemClock.sleep(600)
  }
}
