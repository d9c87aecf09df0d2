import type { AnswerOf, routes, WireSelfTest, WireStatus } from '#api'
import type { Clock } from '#base'
import type {
  AlertBook,
  ConnectorShelf,
  ExceptionBook,
  ExecutionBook,
  ExecutionRecord,
  GapBook,
  ManualRunBook,
  PostingsFacts,
  RuleBook,
  RuleReadiness,
  SavedQueryBook,
} from '#detect'
import type { FieldCatalogue } from '#event'
import type { CaseBook } from '#investigate'
import type { Notifier } from '#notify'
import type { CommandDesk } from '#respond'
import type { Rule } from '#rule'
import type { EventStore } from '#store'
import type { FleetDesk } from '../agents/fleet-desk.ts'
import type { Doors } from '../doors.ts'
import type { Ingest } from '../ingest.ts'
import type { TestedRules } from '../rule-tests/tested-rules.ts'
import type { ViewShelf } from '../views/view-shelf.ts'

/** Who asks in this process without saying who. */
export const nobody = 'the server'

/** What the API works on. */
export interface ApiWorld extends Pick<
  Doors,
  'keys' | 'people' | 'sessions' | 'audit' | 'links' | 'feed'
> {
  readonly alerts: AlertBook
  readonly cases: CaseBook
  /** Where hosts are given commands. */
  readonly commands: CommandDesk
  /** Who is told of alerts. */
  readonly notifier: Notifier
  readonly views: ViewShelf
  readonly rules: RuleBook
  readonly exceptions: ExceptionBook
  readonly connectors: ConnectorShelf
  readonly savedQueries: SavedQueryBook
  readonly executions: ExecutionBook
  readonly gaps: Pick<GapBook, 'list'>
  readonly manualRuns: ManualRunBook
  /** Executes a rule now and gives the record. */
  readonly runNow: (ruleUuid: string) => Promise<ExecutionRecord>
  /** Whether rules, installed or not, can fire on what the store holds; in the order given. */
  readonly readinessOf: (rules: readonly Rule[]) => Promise<readonly RuleReadiness[]>
  /** The tests of installed rules, and what became of them. */
  readonly tested: TestedRules
  readonly events: EventStore
  readonly fleet: FleetDesk
  readonly fields: FieldCatalogue
  readonly clock: Clock
  readonly version: string
  /** How the server was started. */
  readonly settings: AnswerOf<(typeof routes)['getSettings']>
  readonly selfTest: {
    start(): Promise<WireSelfTest>
    state(): WireSelfTest
  }
  /** Events kept by the minute, in the last hour. */
  readonly arrivals: Ingest['byMinute']
  /** How executions find their events. */
  readonly postings: () => PostingsFacts
  readonly status: () => Promise<WireStatus>
}
