import type { Values } from '#base'
import { isAtLeast, type AlertNote, type Severity } from './connector.ts'

/** Somebody who is told: a connector with its settings, and of which alerts, when, in which words. */
export interface Channel {
  readonly id: string
  readonly name: string
  /** Id of the connector. */
  readonly connector: string
  readonly settings: Values
  readonly enabled: boolean
  /** Empty: that of the connector. */
  readonly template: string
  readonly leastSeverity: Severity
  /** `rule_id`s; empty: all rules. */
  readonly ruleIds: readonly string[]
  /** Alerts within this time become one message; 0: each is told at once. */
  readonly groupSeconds: number
  /** Absent: there are none. */
  readonly quiet?: QuietHours
}

/** Hours of the day, UTC, in which nobody is told, but of what is as severe as that. */
export interface QuietHours {
  /** `22:00` */
  readonly from: string
  /** `07:00`; earlier than `from`: of the next day. */
  readonly to: string
  readonly unless: Severity
}

/** Whether a channel is for an alert. */
export function concerns(channel: Channel, { severity, ruleId }: AlertNote): boolean {
  return (
    channel.enabled &&
    isAtLeast(severity, channel.leastSeverity) &&
    (channel.ruleIds.length === 0 || channel.ruleIds.includes(ruleId))
  )
}

const dayMs = 86_400_000

/** When an alert is due to be told: now, at the end of its group, or of the quiet hours. */
export function dueMs(
  channel: Channel,
  { severity }: Pick<AlertNote, 'severity'>,
  nowMs: number,
): number {
  const soon = nowMs + channel.groupSeconds * 1_000
  const { quiet } = channel
  return quiet === undefined || isAtLeast(severity, quiet.unless)
    ? soon
    : Math.max(soon, endOfQuiet(quiet, nowMs))
}

/** When the quiet hours end that it is now in; now, where it is in none. */
export function endOfQuiet({ from, to }: Pick<QuietHours, 'from' | 'to'>, nowMs: number): number {
  const midnight = Math.floor(nowMs / dayMs) * dayMs
  // Those that began yesterday may still last.
  for (const day of [midnight - dayMs, midnight]) {
    const start = day + timeOfDayMs(from)
    const end = day + timeOfDayMs(to) + (timeOfDayMs(to) <= timeOfDayMs(from) ? dayMs : 0)
    if (nowMs >= start && nowMs < end) return end
  }
  return nowMs
}

function timeOfDayMs(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number)
  return (hours * 60 + minutes) * 60_000
}
