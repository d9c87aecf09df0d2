import { readdirSync } from 'node:fs'
import type { RunningRecord } from '../../record.ts'
import { readProcess } from './read-process.ts'

/** When the scan gives way to other work. */
const pauseEvery = 32

/**
 * Every process that runs now, oldest first, so that parents come before their children.
 * Attach the source first and scan second: then nothing falls between them.
 */
export async function snapshot(
  nowBootNs: () => bigint,
  root = '/proc',
): Promise<readonly RunningRecord[]> {
  const found: RunningRecord[] = []
  let read = 0
  for (const name of readdirSync(root)) {
    if (!/^\d+$/.test(name)) continue
    const record = readProcess(Number(name), { bootNs: nowBootNs(), root })
    if (record !== undefined) found.push(record)
    if (++read % pauseEvery === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  return found.toSorted((a, b) => Number(a.startBootNs - b.startBootNs) || a.pid - b.pid)
}
