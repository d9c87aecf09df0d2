import type { Settled } from './settled.ts'

/** What differs between a run that was disturbed and one that was not. */
export interface Comparison {
  readonly events: number
  readonly lostEvents: readonly string[]
  readonly doubledEvents: readonly string[]
  readonly alerts: number
  readonly missingAlerts: readonly string[]
  readonly doubledAlerts: readonly string[]
}

/** Compares what a disturbed server holds with what was acknowledged, and its alerts with those of an undisturbed one. */
export function compared(
  disturbed: Settled,
  {
    acknowledged,
    alerts,
  }: { readonly acknowledged: Iterable<string>; readonly alerts: readonly string[] },
): Comparison {
  return {
    events: disturbed.events.length,
    lostEvents: beyond([...acknowledged], disturbed.events),
    doubledEvents: beyond(disturbed.events, [...new Set(disturbed.events)]),
    alerts: disturbed.alerts.length,
    missingAlerts: beyond(alerts, disturbed.alerts),
    doubledAlerts: beyond(disturbed.alerts, alerts),
  }
}

/** Whether nothing differs. */
export function isSame(comparison: Comparison): boolean {
  return Object.values(comparison).every((each) => typeof each === 'number' || each.length === 0)
}

/** What a list has more often than another. */
function beyond(list: readonly string[], other: readonly string[]): readonly string[] {
  const left = new Map<string, number>()
  for (const each of other) left.set(each, (left.get(each) ?? 0) + 1)
  return list.filter((each) => {
    const times = left.get(each) ?? 0
    left.set(each, times - 1)
    return times <= 0
  })
}
