import { parseDateMath } from '#base'

/** A stretch of time as an address keeps it: relative, so that a link stays true. */
export interface TimeRange {
  readonly text: string
  readonly fromMs: number
  readonly toMs: number
}

/** The ranges that are offered. */
export const timeRanges = [
  ['now-1h..now', 'Last hour'],
  ['now-24h..now', 'Last 24 h'],
  ['now-7d..now', 'Last 7 days'],
  ['now-30d..now', 'Last 30 days'],
] as const

/** The range that `from..to` means now, each end a date or date math; undefined for any other text. */
export function rangeOf(text: string, nowMs: number): TimeRange | undefined {
  const [from = '', to = '', more] = text.split('..')
  const fromMs = parseDateMath(from, { nowMs })
  const toMs = parseDateMath(to, { nowMs })
  if (more !== undefined || fromMs === undefined || toMs === undefined || fromMs >= toMs) {
    return undefined
  }
  return { text, fromMs, toMs }
}
