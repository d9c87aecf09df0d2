import type { Clock, Logger } from '#base'
import type { FieldCatalogue } from '#event'
import type { Store } from '#store'
import type { DetectionSettings } from './execution/effective-filter.ts'

/** What an engine is made of; everything below `logger` has a default. */
export interface EngineOptions {
  readonly store: Store
  readonly clock: Clock
  readonly logger: Logger
  /** The fields that queries may name. Default: ECS and endpoint fields. */
  readonly fields?: FieldCatalogue
  /** What rules read that name no index. Default: `logs-*`. */
  readonly defaultIndices?: readonly string[]
  /** Index patterns by data view id. Default: none. */
  readonly dataViews?: { readonly [id: string]: readonly string[] }
  readonly settings?: DetectionSettings
  /** Default: `default`. */
  readonly space?: string
  /** Told in alerts. Default: `0.1.0`. */
  readonly productVersion?: string
  /** Where the page is reached from outside; without it alerts carry no link. */
  readonly publicBaseUrl?: string
  /** No rule makes more alerts an execution, whatever it says. Default 1,000. */
  readonly maxAlertsLimit?: number
  /** Rules executing at the same time, not counting slow ones, which have room of their own. Default 32. */
  readonly concurrency?: number
  /** False searches the store for each window: the slow twin of postings. Default true. */
  readonly keepsPostings?: boolean
  /** What all postings together may take, bytes; beyond it windows of the largest are searched. Default 64 MiB. */
  readonly postingsBytes?: number
  /** False reads history for each question anew: the slow twin of the index of first sightings. Default true. */
  readonly indexesFirstSeen?: boolean
  /** What all indexes of first sightings together may take, bytes; beyond it history is read. Default 256 MiB. */
  readonly firstSeenBytes?: number
  /** How long executions are remembered, milliseconds. Default 14 days. */
  readonly executionsKeptMs?: number
  /** Gives ids of newly installed rules. Default: random. */
  readonly newUuid?: () => string
  /** For stores whose indices have mappings of their own; see {@link DetectionWorld.isMapped}. */
  readonly isMapped?: (index: string, field: string) => boolean | undefined
}
