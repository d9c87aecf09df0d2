import type { Clock, Logger } from '#base'
import type { AgentHealth, CheckInAnswer } from '#fleet'
import type { Watch } from './host-watch.ts'
import type { Shipper } from './shipper.ts'
import type { Spool } from './spool.ts'

/** What an agent tells of itself, and what it is told. */
export interface Reporter {
  health(): Promise<AgentHealth>
  noteSpool(problem: string | undefined): void
  /** The server answered. */
  noteServer(answer: Pick<CheckInAnswer, 'problems'>): void
  /** It did not; told once until it does again. */
  noteAway(reason: string): void
}

/** What there is to tell. */
export interface ReporterOptions {
  readonly host: { readonly id: string; readonly name: string; readonly os?: string | undefined }
  readonly version: string
  readonly run: string
  readonly spool: Spool
  readonly shipper: Shipper
  readonly leftOut: () => number
  readonly watch: () => Watch | undefined
  readonly watchProblem: () => string | undefined
  readonly clock: Clock
  readonly logger: Logger
}

/** A {@link Reporter}; what changes for better or worse goes to the log once. */
export function reporter(options: ReporterOptions): Reporter {
  const { clock, logger, spool, shipper } = options
  let spoolProblem: string | undefined
  let away: string | undefined
  let told: readonly string[] = []
  let cpu = { atMs: clock.nowMs(), usedUs: usedUs(), percent: 0 }

  const cpuPercent = (): number => {
    const nowMs = clock.nowMs()
    if (nowMs - cpu.atMs < 1_000) return cpu.percent
    const used = usedUs()
    const percent = (used - cpu.usedUs) / ((nowMs - cpu.atMs) * 10)
    cpu = { atMs: nowMs, usedUs: used, percent: Math.round(percent * 10) / 10 }
    return cpu.percent
  }

  return {
    async health() {
      const { events, bytes, oldestMs, dropped, damaged } = spool.counts()
      const { sent, again, refused, lastMs } = shipper.counts()
      const { host } = options
      const nowMs = clock.nowMs()
      const problems = [options.watchProblem(), shipper.problem(), droppedProblem(dropped)]
      return {
        run: options.run,
        version: options.version,
        at: new Date(nowMs).toISOString(),
        host: { id: host.id, name: host.name, ...(host.os !== undefined && { os: host.os }) },
        sensor: await sensorOf(options.watch()),
        spool: {
          events,
          bytes,
          dropped,
          damaged,
          ...(spoolProblem !== undefined && { problem: spoolProblem }),
        },
        sent: {
          events: sent,
          again,
          refused,
          left_out: options.leftOut(),
          ...(lastMs !== undefined && { last_at: new Date(lastMs).toISOString() }),
        },
        lag_ms: oldestMs === undefined ? 0 : Math.max(0, Math.round(nowMs - oldestMs)),
        cpu_percent: cpuPercent(),
        memory_bytes: process.memoryUsage.rss(),
        problems: [...problems, spoolProblem].filter((each) => each !== undefined),
      }
    },
    noteSpool(problem) {
      if (problem !== undefined && problem !== spoolProblem) logger.error(problem)
      spoolProblem = problem
    },
    noteServer({ problems }) {
      if (away !== undefined) logger.info('the server answers again')
      away = undefined
      for (const problem of problems) if (!told.includes(problem)) logger.warn(problem)
      told = problems
    },
    noteAway(reason) {
      if (reason !== away)
        logger.warn('the server does not answer; events wait in the spool', { reason })
      away = reason
    },
  }
}

function usedUs(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

function droppedProblem(dropped: number): string | undefined {
  return dropped === 0
    ? undefined
    : `the spool was full: the ${dropped} oldest events that waited in it are lost`
}

async function sensorOf(watch: Watch | undefined): Promise<AgentHealth['sensor']> {
  if (watch === undefined) return { mode: 'none', blind_spots: [], lost: 0 }
  const { mode, blindSpots, refusals, remedy, counters, queue } = await watch.health()
  const reason = refusals.map((refusal) => `${refusal.mode}: ${refusal.reason}`).join('; ')
  const { exec, fork, end, already_running: running } = queue.dropped
  const lost = (counters?.lost ?? 0) + (counters?.undecodable ?? 0) + exec + fork + end + running
  return {
    mode,
    blind_spots: blindSpots,
    ...(reason !== '' && { reason: reason.slice(0, 2_000) }),
    ...(remedy !== undefined && { remedy }),
    lost,
  }
}
