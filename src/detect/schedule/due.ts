import { hashOf, parseDuration } from '#base'
import type { InstalledRule } from '#rule'

/**
 * A rule is due at the same points of time for ever: every interval, counted from a point of its own that
 * its identity decides, so that rules of one interval are spread over it and a restart changes nothing.
 */
export interface DueTimes {
  readonly intervalMs: number
  /** The latest due time at or before a time, epoch milliseconds. */
  lastAt(nowMs: number): number
  /** The first due time after a time, epoch milliseconds. */
  nextAfter(nowMs: number): number
}

/** Rules whose interval says less run no more often. */
const shortestIntervalMs = 1_000

/** A rule's due times; an unreadable interval counts as five minutes, the default of the format. */
export function dueTimesOf({ uuid, rule }: InstalledRule): DueTimes {
  const intervalMs = Math.max(shortestIntervalMs, parseDuration(rule.interval) ?? 300_000)
  const phaseMs = Number.parseInt(hashOf('phase', uuid).slice(0, 12), 16) % intervalMs
  const lastAt = (nowMs: number) =>
    Math.floor((nowMs - phaseMs) / intervalMs) * intervalMs + phaseMs
  return { intervalMs, lastAt, nextAfter: (nowMs) => lastAt(nowMs) + intervalMs }
}

/** No rule waits longer for company than this, nor than a sixtieth of its interval. */
const longestPatienceMs = 1_000

/**
 * How much later than due an execution may begin so that others, due meanwhile, begin with it and share a
 * look at the schedule and what is written; milliseconds. Nothing below a hundred rules: few are seldom due
 * together anyway.
 */
export function patienceMs({ intervalMs }: DueTimes, rules: number): number {
  return Math.min(longestPatienceMs, intervalMs / 60, Math.floor(rules / 100) * 250)
}
