import { parseDate } from '#base'
import type { Cell } from '../cell.ts'
import { compileDatePattern } from '../date-pattern.ts'
import { plusSpan, startOfSpan, type TimeSpan } from '../time-span.ts'
import { asWanted, type Typed } from '../typed.ts'
import { onSingles, type Bound, type ScalarFunction } from './scalar-function.ts'

/** Functions of instants. All are in UTC. */
export const dateFunctions: readonly ScalarFunction[] = [
  {
    names: ['now'],
    takes: [0, 0],
    bind: (_, { nowMs }) => ({ type: 'date', of: () => nowMs }),
  },
  { names: ['date_trunc'], takes: [2, 2], bind: ([span, date]) => truncating(span, date) },
  {
    names: ['bucket', 'bin', 'tbucket'],
    takes: [2, 2],
    bind: ([value, size]) => bucket(value, size),
  },
  onSingles({
    names: ['date_diff'],
    wants: ['text', 'date', 'date'],
    type: 'integer',
    of: (unit, from, to) => difference(String(unit), Number(from), Number(to)),
  }),
  onSingles({
    names: ['date_extract'],
    wants: ['text', 'date'],
    type: 'long',
    of: (part, date) => parts[String(part).toLowerCase()]?.(new Date(Number(date))),
  }),
  onSingles({
    names: ['date_format'],
    wants: ['any', 'date'],
    optional: 1,
    type: 'keyword',
    of: (first, second) =>
      second === undefined
        ? formatted('', Number(first))
        : formatted(String(first), Number(second)),
  }),
  onSingles({
    names: ['date_parse'],
    wants: ['text', 'text'],
    optional: 1,
    type: 'date',
    of: (first, second) =>
      second === undefined
        ? parseDate(String(first))
        : compileDatePattern(String(first))?.parse(String(second)),
  }),
  onSingles({
    names: ['day_name'],
    wants: ['date'],
    type: 'keyword',
    of: (date) => formatted('EEEE', Number(date)),
  }),
  onSingles({
    names: ['month_name'],
    wants: ['date'],
    type: 'keyword',
    of: (date) => formatted('MMMM', Number(date)),
  }),
]

function formatted(pattern: string, ms: number): string | undefined {
  if (pattern === '') return new Date(ms).toISOString()
  return compileDatePattern(pattern)?.format(ms)
}

function truncating(span: Typed | undefined, date: Typed | undefined): Bound | string {
  if (span?.timeSpan === undefined) return 'argument 1: a span of time is wanted, such as 1 hour'
  const instant = date === undefined ? 'it is missing' : asWanted(date, 'date')
  if (typeof instant === 'string') return `argument 2: ${instant}`
  return { type: 'date', of: startsOf(instant, span.timeSpan) }
}

function startsOf(instant: Typed, span: TimeSpan): Bound['of'] {
  return (row): Cell => {
    const ms = instant.of(row)
    return typeof ms === 'number' ? (startOfSpan(ms, span) ?? null) : null
  }
}

/** `BUCKET(date, 1 hour)`, and `BUCKET(number, size)`. */
function bucket(value: Typed | undefined, size: Typed | undefined): Bound | string {
  if (value === undefined || size === undefined) return 'two arguments are wanted'
  if (size.timeSpan !== undefined) return truncating(size, value)
  const number = asWanted(value, 'number')
  const width = size.constant?.cell
  if (typeof number === 'string') return `argument 1: ${number}`
  if (typeof width !== 'number' || width <= 0) return 'argument 2: a number above zero is wanted'
  return {
    type: 'double',
    of: (row) => {
      const held = number.of(row)
      return typeof held === 'number' ? Math.floor(held / width) * width : null
    },
  }
}

const day = 86_400_000

/** Units of DATE_DIFF: fractions of a millisecond, milliseconds, or months. */
const diffUnits: ReadonlyMap<string, { readonly ms: number } | { readonly months: number }> =
  new Map(
    (
      [
        [['year', 'years', 'yy', 'yyyy'], { months: 12 }],
        [['quarter', 'quarters', 'qq', 'q'], { months: 3 }],
        [['month', 'months', 'mm', 'm'], { months: 1 }],
        [['dayofyear', 'dy', 'y'], { ms: day }],
        [['day', 'days', 'dd', 'd'], { ms: day }],
        [['week', 'weeks', 'wk', 'ww'], { ms: 7 * day }],
        [['weekday', 'weekdays', 'dw'], { ms: day }],
        [['hour', 'hours', 'hh'], { ms: 3_600_000 }],
        [['minute', 'minutes', 'mi', 'n'], { ms: 60_000 }],
        [['second', 'seconds', 'ss', 's'], { ms: 1_000 }],
        [['millisecond', 'milliseconds', 'ms'], { ms: 1 }],
        [['microsecond', 'microseconds', 'mcs'], { ms: 1e-3 }],
        [['nanosecond', 'nanoseconds', 'ns'], { ms: 1e-6 }],
      ] satisfies readonly (readonly [
        readonly string[],
        { readonly ms: number } | { readonly months: number },
      ])[]
    ).flatMap(([names, unit]) => names.map((name) => [name, unit] as const)),
  )

/** Whole units from one instant to another; undefined where they fit no 32-bit integer. */
function difference(name: string, from: number, to: number): number | undefined {
  const unit = diffUnits.get(name.toLowerCase())
  if (unit === undefined) return undefined
  const whole =
    'months' in unit
      ? Math.trunc(monthsBetween(from, to) / unit.months)
      : Math.trunc(unit.ms < 1 ? (to - from) * Math.round(1 / unit.ms) : (to - from) / unit.ms)
  return Math.abs(whole) > 2_147_483_647 ? undefined : whole
}

function monthsBetween(from: number, to: number): number {
  if (to < from) return -monthsBetween(to, from)
  const [start, end] = [new Date(from), new Date(to)]
  const months =
    (end.getUTCFullYear() - start.getUTCFullYear()) * 12 + end.getUTCMonth() - start.getUTCMonth()
  return plusSpan(from, { months, ms: 0 }) > to ? months - 1 : months
}

/** Parts of a date by the names that DATE_EXTRACT has for them. */
const parts: { readonly [name: string]: (date: Date) => number } = {
  year: (date) => date.getUTCFullYear(),
  month_of_year: (date) => date.getUTCMonth() + 1,
  day_of_month: (date) => date.getUTCDate(),
  day_of_week: (date) => date.getUTCDay() || 7,
  day_of_year: (date) =>
    Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / day) + 1,
  hour_of_day: (date) => date.getUTCHours(),
  minute_of_hour: (date) => date.getUTCMinutes(),
  minute_of_day: (date) => date.getUTCHours() * 60 + date.getUTCMinutes(),
  second_of_minute: (date) => date.getUTCSeconds(),
  second_of_day: (date) => Math.floor((((date.getTime() % day) + day) % day) / 1_000),
  milli_of_second: (date) => date.getUTCMilliseconds(),
  epoch_day: (date) => Math.floor(date.getTime() / day),
}
