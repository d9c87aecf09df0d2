import { err, ok, parseDuration, type Result } from '#base'
import type { InstalledRule, Rule, RuleWindow } from '#rule'
import { ownWindowOf } from '../execution/rule-window.ts'
import { dueTimesOf } from './due.ts'

/** Starts of executions, the same time apart; epoch milliseconds. */
export interface StartSeries {
  readonly firstMs: number
  readonly stepMs: number
  /** At least 1. */
  readonly count: number
}

/**
 * When the executions of a manual run start: an interval after the beginning, and on from there, up to and
 * with the first that reaches the end. The error says what is wrong with the rule or the stretch.
 */
export function manualStartsOf(
  rule: Rule,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): Result<StartSeries, string> {
  const stepMs = parseDuration(rule.interval)
  if (stepMs === undefined || stepMs === 0) {
    return err(`interval [${rule.interval}] is no duration`)
  }
  if (endMs <= startMs) return err('a manual run ends after it starts')
  const count = Math.max(1, Math.ceil((endMs - startMs) / stepMs))
  return ok({ firstMs: startMs + stepMs, stepMs, count })
}

/** When the executions were due that would have read a stretch of event time. */
export function missedStartsOf(
  installed: InstalledRule,
  { fromMs, toMs }: RuleWindow,
): Result<StartSeries, string> {
  const due = dueTimesOf(installed)
  const atEnd = ownWindowOf(installed.rule, toMs)
  if (!atEnd.ok) return atEnd
  // A rule with `to: now-2m` reads of each moment two minutes later.
  const delayMs = toMs - atEnd.value.toMs
  const firstMs = due.nextAfter(fromMs + delayMs)
  const count = Math.max(1, Math.ceil((toMs + delayMs - firstMs) / due.intervalMs) + 1)
  return ok({ firstMs, stepMs: due.intervalMs, count })
}

/** The first start after a time, of all or of those after it; undefined where there is none. */
export function firstStartAfter(
  series: readonly StartSeries[],
  afterMs: number | undefined,
): number | undefined {
  for (const { firstMs, stepMs, count } of series) {
    if (afterMs === undefined || firstMs > afterMs) return firstMs
    const passed = Math.floor((afterMs - firstMs) / stepMs) + 1
    if (passed < count) return firstMs + passed * stepMs
  }
  return undefined
}

/** Every start, in order. */
export function* startsIn(series: readonly StartSeries[]): Generator<number> {
  let ms = firstStartAfter(series, undefined)
  for (; ms !== undefined; ms = firstStartAfter(series, ms)) yield ms
}
