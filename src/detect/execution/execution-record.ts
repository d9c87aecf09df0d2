import { parseDate } from '#base'
import type { ExecutionKind } from '#alert'
import type { RuleWindow } from '#rule'
import type { DocumentStore, Collection } from '#store'
import type { ErrorKind, ExecutionMessage, WarningKind } from './message.ts'

/** How an execution ended. */
export type ExecutionStatus = 'succeeded' | 'partial failure' | 'failed'

/** A stretch of event time as it is told: ISO 8601, both ends included. */
export type TimeStretch = { readonly from: string; readonly to: string }

/** What a limit kept from becoming alerts. */
export type CutAlerts = {
  /** Alerts that were not created, as far as they were counted. */
  readonly alerts: number
  /** There were more than were counted. */
  readonly more: boolean
  /** The event time of those counted; null where none were. */
  readonly events: TimeStretch | null
}

/** What one execution of one rule did, as it is kept and told. */
export type ExecutionRecord = {
  readonly uuid: string
  readonly ruleUuid: string
  readonly ruleId: string
  readonly ruleName: string
  readonly kind: ExecutionKind
  readonly status: ExecutionStatus
  /** When it was due, and what all its times are relative to; ISO 8601. */
  readonly startedAt: string
  /** Wall time at its end, ISO 8601. */
  readonly finishedAt: string
  readonly previousStartedAt: string | null
  /** Oldest first; more than one after a delay. */
  readonly windows: readonly TimeStretch[]
  /** Candidates that the rule type found, duplicates of stored alerts included. */
  readonly candidates: number
  readonly created: number
  /** Alerts folded into others. */
  readonly suppressed: number
  readonly warnings: readonly ExecutionMessage<WarningKind>[]
  readonly errors: readonly ExecutionMessage<ErrorKind>[]
  readonly totalMs: number
  readonly searchMs: number
  readonly writeMs: number
  /** Event time that nobody read although the rule was on. */
  readonly gap: TimeStretch | null
  /** What the limit kept from becoming alerts; null: nothing. */
  readonly cut: CutAlerts | null
  /** The manual run that it belongs to. */
  readonly manualRun: string | null
  /** Names of the searches made, in order, at most a hundred. */
  readonly searches: readonly string[]
}

const executionCollection = {
  name: 'executions',
  keys: {
    rule_uuid: (body: ExecutionRecord) => body.ruleUuid,
    status: (body: ExecutionRecord) => body.status,
    kind: (body: ExecutionRecord) => body.kind,
    manual_run: (body: ExecutionRecord) => body.manualRun ?? undefined,
    finished_ms: (body: ExecutionRecord) => parseDate(body.finishedAt),
  },
} as const

/** The one collection that executions are kept in. */
export function executionsOf(documents: DocumentStore): Collection<ExecutionRecord> {
  return documents.collection(executionCollection)
}

/** A stretch of event time as it is told. */
export function stretchOf({ fromMs, toMs }: RuleWindow): TimeStretch {
  return { from: isoOf(fromMs), to: isoOf(toMs) }
}

/** An ISO 8601 text of a time, epoch milliseconds; times beyond what dates can say are cut there. */
export function isoOf(ms: number): string {
  return new Date(Math.max(-8.64e15, Math.min(8.64e15, ms))).toISOString()
}
