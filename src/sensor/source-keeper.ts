import { type Logger, messageOf } from '#base'
import { type Attachment, attach } from './attach.ts'
import type { Canary } from './canary.ts'
import type { ProcessRecord, RecordListener, RecordSource, SourceCounters } from './record.ts'
import type { Refusal, SensorMode } from './sensor-health.ts'
import type { SourceKind } from './sources.ts'

/** Keeps one source attached: chooses it, proves it with the canary, replaces it when it breaks. */
export interface SourceKeeper {
  /** Tries the sources, best first; leaves mode `none` when none works. */
  open(): Promise<void>
  /** Looks for the canary; call it with every record. */
  observe(record: ProcessRecord): void
  mode(): SensorMode
  /** What is known without asking the source. */
  state(): {
    readonly blindSpots: readonly string[]
    readonly refusals: readonly Refusal[]
    readonly remedy: string | undefined
    readonly canary: { readonly latencyMs: number | undefined; readonly missed: number }
  }
  /** The sum over every source of this run; undefined when there never was one. */
  counters(): Promise<SourceCounters | undefined>
  /** Sends a test program through. False when it did not come back. */
  prove(): Promise<boolean>
  /** Why the source must be replaced; undefined while it works. */
  broken(): string | undefined
  close(): Promise<void>
}

/** What a keeper needs. */
export interface SourceKeeperOptions {
  readonly kinds: readonly SourceKind[]
  readonly listener: RecordListener
  readonly logger: Logger
  readonly canary: Canary
  /** Ends the waiting for a canary. */
  readonly signal: AbortSignal
}

const canaryTimeoutMs = 5000
/** After so many test programs in a row that never came back, the source counts as broken. */
const canaryPatience = 2

/** A keeper that has opened nothing yet. */
export function sourceKeeper(options: SourceKeeperOptions): SourceKeeper {
  const { kinds, listener, logger, canary, signal } = options
  let attached: Attachment = { source: undefined, refusals: [], rightsMissing: false }
  let trying: RecordSource['mode'] | undefined
  let before: SourceCounters | undefined
  let latencyMs: number | undefined
  let missed = 0
  let missedInARow = 0
  let broken: string | undefined
  let attempts = 0
  let worked = false

  async function counters(): Promise<SourceCounters | undefined> {
    const now = await attached.source?.counters()
    return now === undefined || before === undefined ? (now ?? before) : sumOf(before, now)
  }

  async function release(): Promise<void> {
    const { source } = attached
    if (source === undefined) return
    await source.close()
    before = await counters()
    attached = { ...attached, source: undefined }
  }

  async function fly(): Promise<boolean> {
    const found = await canary.fly(canaryTimeoutMs, signal)
    if (found === undefined) return false
    latencyMs = found
    return true
  }

  return {
    async open() {
      await release().catch((cause: unknown) => {
        logger.warn('sensor: the broken source did not close cleanly', { cause: messageOf(cause) })
        attached = { ...attached, source: undefined }
      })
      broken = undefined
      missedInARow = 0
      const attempt = ++attempts
      attached = await attach({
        kinds,
        listener,
        logger,
        fly,
        onTry: (mode) => (trying = mode),
        // A source that was given up may still complain.
        onFault: (fault) => {
          if (attempt === attempts) broken = messageOf(fault)
        },
      })
      trying = undefined
      // What worked once is tried for again and again; what never did needs a person.
      if (attached.source !== undefined) worked = true
      else if (worked) broken = 'no source could be opened again'
    },
    observe: (record) => canary.observe(record),
    mode: () => attached.source?.mode ?? trying ?? 'none',
    state: () => ({
      blindSpots: attached.source?.blindSpots ?? [],
      refusals: attached.refusals,
      remedy: remedyOf(attached),
      canary: { latencyMs, missed },
    }),
    counters,
    async prove() {
      if (await fly()) {
        missedInARow = 0
        return true
      }
      missed++
      missedInARow++
      if (missedInARow >= canaryPatience) {
        broken = `${missedInARow} test programs in a row did not come back`
      }
      return false
    },
    broken: () => broken,
    close: release,
  }
}

/** The one command that would help; none when the rights are there and something else is missing. */
function remedyOf({ source, rightsMissing }: Attachment): string | undefined {
  if (source?.mode === 'bpf' || !rightsMissing || process.getuid?.() === 0) return undefined
  return 'sudo npm start'
}

function sumOf(a: SourceCounters, b: SourceCounters): SourceCounters {
  return {
    produced: a.produced + b.produced,
    delivered: a.delivered + b.delivered,
    lost: a.lost + b.lost,
    argsUnreadable: a.argsUnreadable + b.argsUnreadable,
    truncated: a.truncated + b.truncated,
    undecodable: a.undecodable + b.undecodable,
  }
}
