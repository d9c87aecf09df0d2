import type { ExecutionKind } from '#alert'
import type { Diagnostic, Result } from '#base'
import type { InstalledRule } from '#rule'
import type { RunnableRule } from '../rule-type.ts'
import type { ManualRun } from '../schedule/manual-run.ts'

/** One execution to make. */
export interface ExecutionRequest {
  readonly rule: InstalledRule
  /** The rule made ready, or why it cannot run. */
  readonly runnable: Result<RunnableRule, readonly Diagnostic[]>
  readonly uuid: string
  readonly kind: ExecutionKind
  /** When it is due, epoch milliseconds; its windows are relative to this. */
  readonly startedAtMs: number
  /** When the one before it was due; none: nothing to catch up with. */
  readonly previousStartedAtMs?: number
  /** The manual run that it is made for. */
  readonly manualRun?: Pick<ManualRun, 'id' | 'purpose'>
  readonly signal: AbortSignal
}
