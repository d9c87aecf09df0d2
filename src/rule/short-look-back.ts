import type { Rule } from './rule.ts'
import { scheduleOf } from './schedule.ts'

/**
 * Why sequences of up to `maxSpanMs` are not all found by a rule's executions: a sequence is found where one
 * window has all of it. Undefined where every sequence lies in some window, or may be of any length.
 */
export function shortLookBack(
  rule: Pick<Rule, 'interval' | 'from' | 'to'>,
  maxSpanMs: number | undefined,
): string | undefined {
  const schedule = scheduleOf(rule)
  if (!schedule.ok || maxSpanMs === undefined || !rule.to.trim().startsWith('now')) return undefined
  const { lookBackMs, windowAt } = schedule.value
  if (lookBackMs === undefined) return undefined
  const overlapMs = lookBackMs + windowAt(0).toMs
  if (overlapMs >= maxSpanMs) return undefined
  return `two windows have ${overlapMs / 1000}s in common (from ${rule.from}, every ${rule.interval}), and a sequence may take ${maxSpanMs / 1000}s: one that lies across both is not found`
}
