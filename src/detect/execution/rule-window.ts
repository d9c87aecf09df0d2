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
  // The execution before read up to as long before its start as this one does.
  const gapFromMs = previousStartedAtMs - (startedAtMs - toMs)
  return ok({ windows, gap: { fromMs: gapFromMs, toMs: gapFromMs + remainingMs } })
}

/**
 * The event time of which an execution has taken care: its windows, and where they are shorter than the
 * interval, so that the schedule itself leaves holes, what lies between them.
 */
export function coveredBy(rule: Rule, { windows }: WindowPlan): readonly RuleWindow[] {
  const intervalMs = parseDuration(rule.interval) ?? 0
  return windows.map(({ fromMs, toMs }) => ({ fromMs: Math.min(fromMs, toMs - intervalMs), toMs }))
}

/** The window of an execution that starts at a time, without any catching up. */
export function ownWindowOf(rule: Rule, startedAtMs: number): Result<RuleWindow, string> {
  const fromMs = parseDateMath(rule.from, { nowMs: startedAtMs })
  const toMs = parseDateMath(rule.to, { nowMs: startedAtMs })
  if (fromMs === undefined) return err(`from [${rule.from}] is neither date math nor a date`)
  if (toMs === undefined) return err(`to [${rule.to}] is neither date math nor a date`)
  return ok({ fromMs, toMs })
}
