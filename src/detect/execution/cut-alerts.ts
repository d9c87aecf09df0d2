import type { Candidate } from '../rule-type.ts'
import { isoOf, type CutAlerts, type TimeStretch } from './execution-record.ts'
import { limitMessages } from './message.ts'

/** So many are counted; beyond that there are just more. */
export const maxCutCounted = 1_000

/** What candidates say that were left out. */
export function cutOf(left: readonly Candidate[], { more }: { readonly more: boolean }): CutAlerts {
  let [fromMs, toMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { eventMs, group } of left) {
    fromMs = Math.min(fromMs, eventMs)
    toMs = Math.max(toMs, group?.endMs ?? eventMs)
  }
  const events = left.length === 0 ? null : { from: isoOf(fromMs), to: isoOf(toMs) }
  return { alerts: left.length, more, events }
}

/** Both together. */
export function bothCut(one: CutAlerts | undefined, other: CutAlerts): CutAlerts {
  if (one === undefined) return other
  const stretches = [one.events, other.events].flatMap((events) => events ?? [])
  const [from = ''] = stretches.map((each) => each.from).toSorted()
  const to =
    stretches
      .map((each) => each.to)
      .toSorted()
      .at(-1) ?? ''
  return {
    alerts: one.alerts + other.alerts,
    more: one.more || other.more,
    events: stretches.length === 0 ? null : { from, to },
  }
}

/** The sentence that tells of it. */
export function cutMessage(
  kind: keyof typeof limitMessages,
  { alerts, more, events }: CutAlerts,
  { limit, window }: { readonly limit: number; readonly window: TimeStretch },
): string {
  const where = `of the window from ${window.from} to ${window.to}, at a limit of ${limit}`
  if (events === null) return `${limitMessages[kind]}; there was more to look at ${where}`
  const many = `${more ? 'at least ' : ''}${alerts}`
  const times =
    events.from === events.to ? `of ${events.from}` : `from ${events.from} to ${events.to}`
  return `${limitMessages[kind]}: ${many} ${where}, on events ${times}`
}
