import type { EntryType } from './entry-leader.ts'
import type { ProcessImage } from './process-image.ts'
import type { Credentials, TtyDevice } from './record.ts'

/** One process as the cache knows it now. Only the cache changes it; others read it at once and keep nothing. */
export interface TrackedProcess {
  readonly pid: number
  readonly startTicks: number
  readonly startBootNs: bigint
  readonly entityId: string
  /** The start is the time of the first event: the source could not see the true one. */
  readonly startGuessed: boolean
  readonly ppid: number
  /** Undefined when the parent was never seen, or has been forgotten. */
  readonly parent: TrackedProcess | undefined
  readonly groupLeader: TrackedProcess | undefined
  readonly sessionLeader: TrackedProcess | undefined
  readonly entry: ProcessEntry | undefined
  readonly pgid: number
  readonly sid: number
  readonly credentials: Credentials | undefined
  readonly tty: TtyDevice | undefined
  readonly image: ProcessImage | undefined
  /** The image before the last exec. */
  readonly previous: ProcessImage | undefined
  /** Entity ids of the ancestors, parent first, at most 20. */
  readonly ancestry: readonly string[]
  /** Boot-clock time of the end. */
  readonly endBootNs: bigint | undefined
  /** Some facts came from `/proc` after the fact, from the parent's memory of them, or not at all. */
  readonly incomplete: boolean
  /** A descendant of the sensor's own process, or that process. */
  readonly own: boolean
}

/** The process through which a line of processes entered the host, and how. */
export interface ProcessEntry {
  readonly leader: TrackedProcess
  readonly type: EntryType
  readonly sourceIp: string | undefined
}
