import { err, ok, parseDateMath, parseDuration, type Result } from '#base'
import type { Rule, RuleWindow } from '#rule'

/** The windows of one execution, and what it cannot make good any more. */
export interface WindowPlan {
  /** Oldest first; the last is the execution's own, those before it catch up. */
  readonly windows: readonly RuleWindow[]
  /** Event time that no execution covered, although there were some before. */
  readonly gap?: RuleWindow
}

/** At most so many windows are added to an execution to catch up. */
export const maxCatchUp = 4

/** When an execution starts, and when the one before it did, epoch milliseconds. */
export interface Starts {
  readonly startedAtMs: number
  readonly previousStartedAtMs?: number
}

/**
 * The windows that an execution reads: its own, relative to its start, and up to {@link maxCatchUp} before
 * it when the last start lies further back than the window reaches. The error names the unreadable member.
 */
export function windowsOf(rule: Rule, starts: Starts): Result<WindowPlan, string> {
  const own = ownWindowOf(rule, starts.startedAtMs)
  if (!own.ok) return own
  const intervalMs = parseDuration(rule.interval)
  const { startedAtMs, previousStartedAtMs = startedAtMs } = starts
  const { fromMs, toMs } = own.value
  const gapMs = startedAtMs - previousStartedAtMs - (toMs - fromMs)
  if (previousStartedAtMs >= startedAtMs || gapMs <= 0 || intervalMs === undefined) {
    return ok({ windows: [own.value] })
  }
  const count = Math.min(Math.ceil(gapMs / intervalMs), maxCatchUp)
  const windows = Array.from({ length: count + 1 }, (_, at) => {
    const backMs = (count - at) * intervalMs
    return { fromMs: fromMs - backMs, toMs: toMs - backMs }
  })
  const remainingMs = gapMs - count * intervalMs
  if (remainingMs <= 0) return ok({ windows })
  const gap = { fromMs: previousStartedAtMs, toMs: previousStartedAtMs + remainingMs }
  return ok({ windows, gap })
}

/** The window of an execution that starts at a time, without any catching up. */
export function ownWindowOf(rule: Rule, startedAtMs: number): Result<RuleWindow, string> {
  const fromMs = parseDateMath(rule.from, { nowMs: startedAtMs })
  const toMs = parseDateMath(rule.to, { nowMs: startedAtMs })
  if (fromMs === undefined) return err(`from [${rule.from}] is neither date math nor a date`)
  if (toMs === undefined) return err(`to [${rule.to}] is neither date math nor a date`)
  return ok({ fromMs, toMs })
}

/**
 * When the executions of a manual run start, epoch milliseconds: an interval after the beginning, and on
 * from there, up to and with the first that reaches the end.
 */
export function manualStartsOf(
  rule: Rule,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): Result<readonly number[], string> {
  const intervalMs = parseDuration(rule.interval)
  if (intervalMs === undefined || intervalMs === 0) {
    return err(`interval [${rule.interval}] is no duration`)
  }
  if (endMs <= startMs) return err('a manual run ends after it starts')
  const count = Math.max(1, Math.ceil((endMs - startMs) / intervalMs))
  if (count > maxManualExecutions) {
    return err(
      `the manual run would take ${count} executions; ${maxManualExecutions} is the most: ask for a shorter stretch`,
    )
  }
  return ok(Array.from({ length: count }, (_, at) => startMs + (at + 1) * intervalMs))
}

/** 90 days of a five-minute rule. */
const maxManualExecutions = 25_920
