import type { ProcessChange, CacheCounters } from './process-cache.ts'
import type { RecordSource, SourceCounters } from './record.ts'

/** How the sensor sees; `none` when it may not see at all. */
export type SensorMode = RecordSource['mode'] | 'none'

/** Process events by what happened. */
export type CountsByKind = { readonly [kind in ProcessChange['kind']]: number }

/** How the sensor is, now; the counts only grow. */
export interface SensorHealth {
  readonly mode: SensorMode
  /** Sentences: what this mode cannot see. */
  readonly blindSpots: readonly string[]
  /** Why better modes were not taken, in the order tried. */
  readonly refusals: readonly Refusal[]
  /** The one command that would give the rights, when the lack of rights is the reason. */
  readonly remedy: string | undefined
  /** What the source counted; undefined without one. */
  readonly counters: SourceCounters | undefined
  readonly cache: CacheCounters
  readonly queue: {
    readonly waiting: number
    readonly delivered: number
    readonly dropped: CountsByKind
  }
  /** Events of the sensor's own process tree, not reported. */
  readonly ownEvents: number
  /** Records that were lost to faults of our own. */
  readonly failures: number
  readonly canary: {
    /** From start of the test program to its record; undefined before the first. */
    readonly latencyMs: number | undefined
    readonly missed: number
  }
}

/** A mode that could not be used, and why. */
export interface Refusal {
  readonly mode: RecordSource['mode']
  readonly reason: string
}
