import type { WireStatus } from '#api'
import type { Clock } from '#base'
import type { AlertBook, ConnectorShelf, ExceptionBook, ExecutionRecord, RuleBook } from '#detect'
import type { FieldCatalogue } from '#event'
import type { EventStore } from '#store'

/** What the API works on. */
export interface ApiWorld {
  readonly alerts: AlertBook
  readonly rules: RuleBook
  readonly exceptions: ExceptionBook
  readonly connectors: ConnectorShelf
  /** Executions, newest first, of one rule or of all. */
  readonly executions: (query: {
    readonly ruleUuid?: string
    readonly limit: number
  }) => Promise<readonly ExecutionRecord[]>
  /** Executes a rule now and gives the record. */
  readonly runNow: (ruleUuid: string, signal: AbortSignal) => Promise<ExecutionRecord>
  readonly events: EventStore
  readonly fields: FieldCatalogue
  readonly clock: Clock
  readonly version: string
  readonly status: () => Promise<WireStatus>
}
