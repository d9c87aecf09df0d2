import type { Alert, AlertBody } from '#alert'
import type { Clock, Logger } from '#base'
import type { FieldCatalogue } from '#event'
import type { ExceptionItem, InstalledRule, ValueList } from '#rule'
import type { Collection } from '#store'
import type { ExceptionTally } from '../exceptions/exception-tally.ts'
import type { FirstSeenHistory } from '../first-seen/first-seen-history.ts'
import type { BudgetBook } from './budget.ts'
import type { DetectionSettings } from './effective-filter.ts'
import type { EventReader } from './event-reader.ts'
import type { SavedQueries } from '../rule-type.ts'
import type { WindowNote } from './window-notes.ts'
import type { ExecutionRecord } from './execution-record.ts'

/** What rules are executed in: the stores, the clock, and what holds for all rules of an installation. */
export interface DetectionWorld {
  readonly clock: Clock
  readonly logger: Logger
  readonly reader: EventReader
  readonly history: FirstSeenHistory
  readonly alerts: Collection<AlertBody>
  readonly executions: Collection<ExecutionRecord>
  readonly budgets: BudgetBook
  /** The fields that queries may name. */
  readonly fields: FieldCatalogue
  readonly space: string
  /** What a rule reads that names no index. */
  readonly defaultIndices: readonly string[]
  /** Index patterns by data view id. */
  readonly dataViews: { readonly [id: string]: readonly string[] }
  readonly settings: DetectionSettings
  readonly productVersion: string
  readonly publicBaseUrl?: string
  /** Beyond this a rule's own limit counts for nothing. */
  readonly maxAlertsLimit: number
  /** Whether an index knows a field though none of its events may have it; undefined: ask the events. */
  readonly isMapped?: (index: string, field: string) => boolean | undefined
  /** The exception items of a rule's lists, and the value lists that they name. */
  exceptionsOf(rule: InstalledRule): Promise<RuleExceptions>
  readonly savedQueries: SavedQueries
  readonly windowNotes: Collection<WindowNote>
  /** Counts what exception items keep from rules. */
  readonly excepted: ExceptionTally
  readonly onCreated: (alerts: readonly Alert[]) => void
}

/** What excepts events from one rule. */
export interface RuleExceptions {
  readonly items: readonly ExceptionItem[]
  readonly valueLists: readonly ValueList[]
}
