/** A stretch of time: calendar months, and milliseconds besides. */
export interface TimeSpan {
  readonly months: number
  readonly ms: number
}

const second = 1_000
const day = 86_400 * second

/** What one of each unit is, by every name that a span may have for it. */
const units: ReadonlyMap<string, TimeSpan> = new Map(
  (
    [
      [['millisecond', 'milliseconds', 'ms'], { months: 0, ms: 1 }],
      [['second', 'seconds', 'sec', 's'], { months: 0, ms: second }],
      [['minute', 'minutes', 'min', 'm'], { months: 0, ms: 60 * second }],
      [['hour', 'hours', 'h'], { months: 0, ms: 3_600 * second }],
      [['day', 'days', 'd'], { months: 0, ms: day }],
      [['week', 'weeks', 'w'], { months: 0, ms: 7 * day }],
      [['month', 'months', 'mo'], { months: 1, ms: 0 }],
      [['quarter', 'quarters', 'q'], { months: 3, ms: 0 }],
      [['year', 'years', 'yr', 'y'], { months: 12, ms: 0 }],
    ] satisfies readonly (readonly [readonly string[], TimeSpan])[]
  ).flatMap(([names, span]) => names.map((name) => [name, span] as const)),
)

/** Whether a word in lower case names a unit of time. */
export function isTimeUnit(word: string): boolean {
  return units.has(word)
}

/** So many of a unit; undefined for a word that names none. */
export function timeSpanOf(amount: number, unit: string): TimeSpan | undefined {
  const one = units.get(unit.toLowerCase())
  return one && { months: one.months * amount, ms: one.ms * amount }
}

/** An instant and a span after it; epoch milliseconds. Of a month that is too short its last day. */
export function plusSpan(instant: number, { months, ms }: TimeSpan): number {
  return plusMonths(instant, months) + ms
}

function plusMonths(instant: number, months: number): number {
  if (months === 0) return instant
  const date = new Date(instant)
  const month = date.getUTCMonth() + months
  const last = new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0)).getUTCDate()
  date.setUTCMonth(month, Math.min(date.getUTCDate(), last))
  return date.getTime()
}

const mondayMs = 4 * day

/**
 * The beginning of the span that an instant lies in. Months, quarters and years begin with the calendar; weeks
 * on Monday; other spans are counted from the year 1 of the calendar, as Elasticsearch's rounding counts those
 * of more than one unit in days, or from 1970.
 */
export function startOfSpan(instant: number, { months, ms }: TimeSpan): number | undefined {
  if (months > 0 && ms > 0) return undefined
  if (months > 0) {
    const date = new Date(instant)
    const counted = date.getUTCFullYear() * 12 + date.getUTCMonth()
    const start = Math.floor(counted / months) * months
    return Date.UTC(Math.floor(start / 12), start % 12, 1)
  }
  if (ms <= 0) return undefined
  const origin = ms % (7 * day) === 0 ? mondayMs : 0
  return Math.floor((instant - origin) / ms) * ms + origin
}
