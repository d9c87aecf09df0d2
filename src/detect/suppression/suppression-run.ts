import type { AlertBody } from '#alert'
import type { FieldCatalogue } from '#event'
import type { AlertSuppression } from '#rule'
import type { Collection } from '#store'
import type { AlertWriter, Written } from '../execution/alert-writer.ts'
import type { AlertMemory } from '../execution/own-alerts.ts'
import type { WindowSearch } from '../rule-type.ts'

/** What suppression works with in one window. */
export interface SuppressionRun {
  readonly suppression: AlertSuppression
  readonly search: WindowSearch
  readonly writer: AlertWriter
  readonly alerts: Collection<AlertBody>
  readonly fields: FieldCatalogue
  readonly executionUuid: string
  readonly memory: AlertMemory
  /** Wall time, epoch milliseconds: suppression durations count back from it. */
  readonly nowMs: number
  /** Ids of the alerts that this run made or added to, kept up by whoever writes. */
  readonly touched: Set<string>
}

/** What writing candidates or groups came to. */
export interface WriteOutcome extends Written {
  /** Candidates or events folded into alerts. */
  readonly suppressed: number
}
