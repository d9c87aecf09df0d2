import { expect, test } from 'vitest'
import { powerCuts } from '../../scripts/crash/power-cut/power-cuts.ts'
import { clockJumps } from '../../scripts/crash/server/clock-jumps.ts'
import { fullDisk } from '../../scripts/crash/server/full-disk.ts'
import { kills } from '../../scripts/crash/server/kills.ts'

// The whole of it: npm run crash.

/** How often the server is killed; the full run has fifty. */
const killCount = Number(process.env['VEDETTE_KILLS'] ?? 5)
const imageCount = Math.max(10, killCount / 2)
const jumpCount = Math.ceil(killCount / 10) + 2
const seed = 20_261_124
const quiet = (): void => undefined

/** Nothing acknowledged is lost or doubled, and alerts are those of a run that nobody disturbed. */
const nothingAmiss = { lostEvents: [], doubledEvents: [], missingAlerts: [], doubledAlerts: [] }

test(
  `a server killed ${killCount} times during ingest keeps every acknowledged event, once, and tells every alert, once`,
  { timeout: 120_000 + killCount * 20_000 },
  async () => {
    const report = await kills({ kills: killCount, seed, progress: quiet })
    expect(report).toMatchObject(nothingAmiss)
    expect(report.events).toBeGreaterThan(0)
    expect(report.alerts).toBeGreaterThan(0)
  },
)

test(
  `after ${imageCount} power cuts, whatever became of writes that were not synced, all that was acknowledged is there`,
  { timeout: 120_000 + imageCount * 10_000 },
  async (context) => {
    const report = await powerCuts({ images: imageCount, seed, progress: quiet })
    if ('skip' in report) return context.skip(report.skip)
    expect(report.problems).toEqual([])
    expect(report.acknowledged).toBeGreaterThan(0)
  },
)

test(
  `a server whose clock jumps ${jumpCount} times, forwards and back, loses and doubles nothing`,
  { timeout: 300_000 + jumpCount * 20_000 },
  async () => {
    const report = await clockJumps({ jumps: jumpCount, seed, progress: quiet })
    expect(report).toMatchObject(nothingAmiss)
    expect(report.alerts).toBeGreaterThan(0)
  },
)

test(
  'a full disk refuses events for a while, alerts go on in the room kept for them, and nothing is lost',
  { timeout: 300_000 },
  async (context) => {
    const report = await fullDisk(seed)
    if ('skip' in report) return context.skip(report.skip)
    expect(report).toMatchObject({
      ...nothingAmiss,
      statusAtReserve: 503,
      statusWhenFull: 503,
      alertsAtReserve: 10,
      readWhenFull: true,
    })
  },
)
