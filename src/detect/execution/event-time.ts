import type { EventSource } from '#event'
import type { Rule } from '#rule'
import { eventTimesOf, sortTimeOf, type TimeFields } from '#store'

/** The timestamps by which a rule places events: its override, and `@timestamp` for events without it. */
export function timeFieldsOf(rule: Rule): TimeFields {
  const { timestampOverride } = rule
  if (timestampOverride === undefined || timestampOverride === '@timestamp') {
    return { primary: '@timestamp' }
  }
  if (rule.timestampOverrideFallbackDisabled === true) return { primary: timestampOverride }
  return { primary: timestampOverride, secondary: '@timestamp' }
}

/** The time at which a rule sees an event, epoch milliseconds: its earliest one; undefined where it has none. */
export function eventMsOf(source: EventSource, fields: TimeFields): number | undefined {
  const times = eventTimesOf(source, fields)
  return times.length === 0 ? undefined : sortTimeOf(times, 'asc')
}
