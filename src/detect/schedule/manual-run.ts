import type { InstalledRule, RuleUuid, RuleWindow } from '#rule'
import type { ExecutionRecord } from '../execution/execution-record.ts'

/** Where a manual run stands. Only the first two are not over. */
export type ManualRunState = 'waiting' | 'running' | 'finished' | 'canceled' | 'failed'

/** Executions of a rule over past time that somebody asked for: one after the other, oldest first. */
export type ManualRun = {
  readonly id: string
  readonly ruleUuid: RuleUuid
  readonly ruleId: string
  readonly ruleName: string
  /** `fill`: the due executions that would have read a gap. `asked`: what a person wanted to be read. */
  readonly purpose: 'asked' | 'fill'
  /** Event time to be read, of `asked` runs from the start to the end asked for; oldest first. */
  readonly stretches: readonly { readonly fromMs: number; readonly toMs: number }[]
  readonly state: ManualRunState
  /** Why it is over without being finished. */
  readonly reason: string | null
  readonly askedMs: number
  readonly askedBy: string
  readonly endedMs: number | null
  /** Where the last execution made started; a run goes on after it, also in another process. */
  readonly doneToMs: number | null
  readonly executions: ManualRunCounts
}

/** What the executions of a run came to. */
export type ManualRunCounts = {
  readonly planned: number
  readonly done: number
  readonly failed: number
  readonly created: number
  readonly suppressed: number
  /** Alerts that limits kept from being created, as far as counted. */
  readonly cut: number
}

/** What somebody asks for. */
export interface ManualRunRequest {
  readonly rule: InstalledRule
  readonly purpose: ManualRun['purpose']
  readonly stretches: readonly RuleWindow[]
  readonly planned: number
  readonly by: string
}

/** A run that has not begun. */
export function newManualRun(
  id: string,
  { rule: { uuid, rule }, purpose, stretches, planned, by }: ManualRunRequest,
  nowMs: number,
): ManualRun {
  return {
    id,
    ruleUuid: uuid,
    ruleId: rule.ruleId,
    ruleName: rule.name,
    purpose,
    stretches: stretches.map(({ fromMs, toMs }) => ({ fromMs, toMs })),
    state: 'waiting',
    reason: null,
    askedMs: nowMs,
    askedBy: by,
    endedMs: null,
    doneToMs: null,
    executions: { planned, done: 0, failed: 0, created: 0, suppressed: 0, cut: 0 },
  }
}

/** A run with one more execution made. */
export function withExecution(
  run: ManualRun,
  startedAtMs: number,
  { status, created, suppressed, cut }: ExecutionRecord,
): ManualRun {
  const { executions: sum } = run
  return {
    ...run,
    doneToMs: startedAtMs,
    executions: {
      planned: Math.max(sum.planned, sum.done + 1),
      done: sum.done + 1,
      failed: sum.failed + (status === 'failed' ? 1 : 0),
      created: sum.created + created,
      suppressed: sum.suppressed + suppressed,
      cut: sum.cut + (cut?.alerts ?? 0),
    },
  }
}

/** Whether a run is over. */
export function isOver({ state }: Pick<ManualRun, 'state'>): boolean {
  return state !== 'waiting' && state !== 'running'
}

/** A run that is over. */
export function ended(
  run: ManualRun,
  how: {
    readonly state: 'finished' | 'canceled' | 'failed'
    readonly reason: string | null
    readonly nowMs: number
  },
): ManualRun {
  return { ...run, state: how.state, reason: how.reason, endedMs: how.nowMs }
}
