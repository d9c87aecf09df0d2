import { err, ok, parseDateMath, parseDuration, type Diagnostic, type Result } from '#base'
import type { Rule } from './rule.ts'
import { placed, type RuleLocator, type WireProblem } from './wire/member-path.ts'

/** The event time that one execution reads, epoch milliseconds; both ends included, as in Elasticsearch range filters. */
export interface RuleWindow {
  readonly fromMs: number
  readonly toMs: number
}

/** When a rule runs and what time it reads. */
export interface Schedule {
  /** Milliseconds between two scheduled starts; more than 0. */
  readonly intervalMs: number
  /**
   * How much further back than one interval an execution reads; negative where windows leave gaps.
   * Undefined where `from` is a date of its own, which no start moves.
   */
  readonly lookBackMs: number | undefined
  /** What an execution reads that starts at `startedAtMs`: `from` and `to` relative to that start. */
  windowAt(startedAtMs: number): RuleWindow
}

/** A rule's schedule, or everything that is wrong with `interval`, `from` and `to`. */
export function scheduleOf(
  rule: Pick<Rule, 'interval' | 'from' | 'to'>,
  options: { readonly locate?: RuleLocator } = {},
): Result<Schedule, readonly Diagnostic[]> {
  const problems: WireProblem[] = []
  const intervalMs = parseInterval(rule.interval)
  if (intervalMs === undefined) {
    problems.push(
      unparsable('interval', rule.interval, 'a whole number above 0 and s, m, h or d, such as 5m'),
    )
  }
  for (const key of ['from', 'to'] as const) {
    if (parseDateMath(rule[key], { nowMs: 0 }) === undefined) {
      problems.push(unparsable(key, rule[key], 'date math such as now-9m, or a date'))
    }
  }
  if (intervalMs === undefined || problems.length > 0) {
    return err(problems.map((problem) => placed(problem, options.locate)))
  }
  return ok({
    intervalMs,
    lookBackMs: lookBackMs(rule.from, intervalMs),
    windowAt: (startedAtMs) => ({
      fromMs: parseDateMath(rule.from, { nowMs: startedAtMs }) ?? startedAtMs,
      toMs: parseDateMath(rule.to, { nowMs: startedAtMs }) ?? startedAtMs,
    }),
  })
}

/** Milliseconds of a rule's interval; undefined for 0 and for units that rules do not have. */
export function parseInterval(text: string): number | undefined {
  if (!/^\s*\d+[smhd]\s*$/.test(text)) return undefined
  const intervalMs = parseDuration(text)
  return intervalMs === 0 ? undefined : intervalMs
}

/** The first instant of 2001, a Monday: `now/d`, `now/w`, `now/M` and `now/y` are all `now` there. */
const referenceMs = Date.UTC(2001, 0, 1)

function lookBackMs(from: string, intervalMs: number): number | undefined {
  if (!from.trim().startsWith('now')) return undefined
  const fromMs = parseDateMath(from, { nowMs: referenceMs })
  return fromMs === undefined ? undefined : referenceMs - fromMs - intervalMs
}

function unparsable(key: string, found: string, right: string): WireProblem {
  return {
    code: 'rule.not-a-time',
    severity: 'error',
    path: [key],
    at: 'value',
    message: `${key} is ${JSON.stringify(found)}; it must be ${right}`,
  }
}
