import { type Clock, type Logger, messageOf } from '#base'
import type { Envelope } from './envelope.ts'
import type { EventQueue } from './event-queue.ts'
import { type SensorAction, sensorDocument } from './event-types/sensor/document.ts'
import type { SensorHealth, SensorMode } from './sensor-health.ts'
import type { SourceKeeper } from './source-keeper.ts'

/** The watch over a sensor: what it tells of itself, and when. */
export interface SensorWatch {
  /** Attaches a source, scans, reports, and begins to watch. */
  start(): Promise<void>
  /** Ends the watch, closes the source and reports the end. */
  stop(): Promise<void>
}

/** What is watched. */
export interface SensorWatchOptions {
  readonly clock: Clock
  readonly logger: Logger
  readonly keeper: SourceKeeper
  readonly queue: EventQueue
  readonly health: () => Promise<SensorHealth>
  readonly envelope: Envelope
  readonly nowBootNs: () => bigint
  readonly signal: AbortSignal
  readonly scan: () => Promise<void>
  /** Every second. */
  readonly sweep: () => void
  /** Every heartbeat. */
  readonly refresh: () => void
}

interface Telling {
  readonly reason?: string | undefined
  readonly increase?: number
  readonly mode?: SensorMode
}

const tickMs = 1000
const ticksPerHeartbeat = 60
/** Between attempts to replace a source that broke. */
const ticksPerRepair = 10

/** A watch that has not begun. */
export function sensorWatch(options: SensorWatchOptions): SensorWatch {
  const { clock, logger, keeper, queue, health, envelope, nowBootNs, signal } = options
  let reportedLost = 0
  let watching: Promise<void> | undefined

  async function tell(action: SensorAction, { mode, ...more }: Telling = {}): Promise<void> {
    const now = await health()
    const how = { envelope, bootNs: nowBootNs(), ...more }
    queue.pushUrgent(sensorDocument(action, { ...now, mode: mode ?? now.mode }, how))
  }

  async function open(): Promise<void> {
    await keeper.open()
    const { refusals, remedy, blindSpots } = keeper.state()
    const refused = refusals.map(({ mode, reason }) => `${mode}: ${reason}`).join('; ')
    if (keeper.mode() === 'none') {
      logger.warn('sensor: this host is not watched', { reason: refused, remedy })
      await tell('sensor_unavailable', { reason: refused || undefined })
      return
    }
    await options.scan()
    logger.info(`sensor: watching through ${keeper.mode()}`, { blindSpots })
    await tell('sensor_started', { reason: refused || undefined })
  }

  async function reportLosses(): Promise<void> {
    const { counters, failures, queue: counts } = await health()
    const { exec, fork, end, already_running: running } = counts.dropped
    const fromSource = (counters?.lost ?? 0) + (counters?.undecodable ?? 0)
    const lost = fromSource + failures + exec + fork + end + running
    if (lost <= reportedLost) return
    const increase = lost - reportedLost
    reportedLost = lost
    logger.warn('sensor: events were lost', { lost: increase })
    await tell('events_lost', { increase })
  }

  async function heartbeat(): Promise<void> {
    options.refresh()
    if (keeper.mode() !== 'none' && !(await keeper.prove()) && !signal.aborted) {
      logger.warn('sensor: the test program did not come back')
      await tell('canary_missed')
    }
    await tell('heartbeat')
  }

  async function tick(count: number): Promise<void> {
    options.sweep()
    await reportLosses()
    if (count % ticksPerHeartbeat === 0) await heartbeat()
    const reason = keeper.broken()
    if (reason === undefined || count % ticksPerRepair !== 0) return
    logger.error('sensor: the source broke, another is tried', { reason })
    await tell('sensor_fault', { reason })
    await open()
  }

  async function watch(): Promise<void> {
    for (let count = 1; !signal.aborted; count++) {
      try {
        await clock.sleep(tickMs, signal)
        await tick(count)
      } catch (cause) {
        // The watch must outlive whatever it watches; the stop is the only end.
        if (!signal.aborted)
          logger.error('sensor: the watch met a fault', { cause: messageOf(cause) })
      }
    }
  }

  return {
    async start() {
      await open()
      watching = watch()
    },
    async stop() {
      await watching
      const mode = keeper.mode()
      await keeper.close()
      await reportLosses()
      await tell('sensor_stopped', { mode })
    },
  }
}
