import type { JsonObject, JsonValue } from '#base'
import { textAt, unsupportedAt, wrongAt } from '../read/members.ts'
import { timeZoneAt, type TimeZone } from './time-zone.ts'

/** Cuts time into buckets, epoch milliseconds. */
export interface Rounding {
  /** The start of the bucket that an instant is in. */
  startOf(ms: number): number
  /** The start of the bucket after the one that starts then. */
  next(startMs: number): number
  /** How a start is told as text. */
  textOf(startMs: number): string
}

/** Which members of a body say how time is cut. */
export const roundingMembers = [
  'calendar_interval',
  'fixed_interval',
  'interval',
  'time_zone',
  'offset',
  'format',
]

/** Reads how time is cut. Faults: `invalid` without an interval, or with one that is unknown. */
export function readRounding(body: JsonObject, at: string): Rounding {
  const zone = timeZoneAt(body['time_zone'], `${at}.time_zone`)
  const offsetMs = offsetAt(body['offset'], `${at}.offset`)
  const cut = cutOf(body, at)
  const format = formatAt(body['format'], `${at}.format`)
  return {
    startOf: (ms) =>
      zone.fromLocal(cut.floor(zone.toLocal(ms - offsetMs)), ms - offsetMs) + offsetMs,
    next(startMs) {
      const local = cut.next(zone.toLocal(startMs - offsetMs))
      return zone.fromLocal(local, startMs - offsetMs) + offsetMs
    },
    textOf: (startMs) => format(startMs, zone),
  }
}

/** Cuts a line of local milliseconds. */
interface Cut {
  floor(local: number): number
  next(start: number): number
}

function cutOf(body: JsonObject, at: string): Cut {
  const { calendar_interval: calendar, fixed_interval: fixed, interval } = body
  if (calendar !== undefined) {
    const cut = calendarCut(textAt(calendar, `${at}.calendar_interval`))
    if (cut !== undefined) return cut
    throw wrongAt(
      `${at}.calendar_interval`,
      `must be one of ${[...calendarUnits.keys()].join(', ')}`,
    )
  }
  if (fixed !== undefined)
    return fixedCut(textAt(fixed, `${at}.fixed_interval`), `${at}.fixed_interval`)
  if (interval === undefined) throw wrongAt(at, 'needs a calendar_interval or a fixed_interval')
  // The one word of old for both.
  const text = String(interval)
  return calendarCut(text) ?? fixedCut(text, `${at}.interval`)
}

const calendarUnits: ReadonlyMap<
  string,
  'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year'
> = new Map([
  ['minute', 'minute'],
  ['1m', 'minute'],
  ['hour', 'hour'],
  ['1h', 'hour'],
  ['day', 'day'],
  ['1d', 'day'],
  ['week', 'week'],
  ['1w', 'week'],
  ['month', 'month'],
  ['1M', 'month'],
  ['quarter', 'quarter'],
  ['1q', 'quarter'],
  ['year', 'year'],
  ['1y', 'year'],
])

const minuteMs = 60_000
const dayMs = 86_400_000

function calendarCut(text: string): Cut | undefined {
  const unit = calendarUnits.get(text)
  switch (unit) {
    case undefined:
      return undefined
    case 'minute':
      return evenCut(minuteMs, 0)
    case 'hour':
      return evenCut(60 * minuteMs, 0)
    case 'day':
      return evenCut(dayMs, 0)
    case 'week':
      // The epoch was a Thursday; weeks begin on Monday.
      return evenCut(7 * dayMs, -3 * dayMs)
    default:
      return monthsCut({ month: 1, quarter: 3, year: 12 }[unit])
  }
}

function evenCut(lengthMs: number, firstMs: number): Cut {
  return {
    floor: (local) => Math.floor((local - firstMs) / lengthMs) * lengthMs + firstMs,
    next: (start) => start + lengthMs,
  }
}

function monthsCut(months: number): Cut {
  const startOf = (index: number) => {
    const date = new Date(0)
    date.setUTCFullYear(Math.floor(index / 12), index - Math.floor(index / 12) * 12, 1)
    return date.getTime()
  }
  const indexOf = (local: number) => {
    const date = new Date(local)
    return date.getUTCFullYear() * 12 + date.getUTCMonth()
  }
  return {
    floor: (local) => startOf(Math.floor(indexOf(local) / months) * months),
    next: (start) => startOf(indexOf(start) + months),
  }
}

function fixedCut(text: string, at: string): Cut {
  const lengthMs = durationOf(text)
  if (lengthMs === undefined || lengthMs < 1) {
    throw wrongAt(
      at,
      `must be a length of time such as 30s, 5m, 12h or 1d, found ${JSON.stringify(text)}`,
    )
  }
  return evenCut(lengthMs, 0)
}

const unitMs: { readonly [unit: string]: number } = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: dayMs,
}

function durationOf(text: string): number | undefined {
  const [, digits, unit] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? []
  return digits === undefined ? undefined : Number(digits) * (unitMs[unit ?? ''] ?? 0)
}

function offsetAt(value: JsonValue | undefined, at: string): number {
  if (value === undefined || value === null || value === 0) return 0
  const [, sign = '', length = ''] = /^([+-]?)(.*)$/.exec(textAt(value, at)) ?? []
  const ms = durationOf(length)
  if (ms === undefined)
    throw wrongAt(at, `must be a length of time such as +6h, found ${JSON.stringify(value)}`)
  return sign === '-' ? -ms : ms
}

type Format = (ms: number, zone: TimeZone) => string

function formatAt(value: JsonValue | undefined, at: string): Format {
  const text =
    value === undefined || value === null ? 'strict_date_optional_time' : textAt(value, at)
  if (/^(?:strict_)?date_(?:optional_)?time$/.test(text)) return (ms, zone) => zone.isoOf(ms)
  if (text === 'epoch_millis') return (ms) => String(ms)
  if (text === 'epoch_second') return (ms) => String(Math.floor(ms / 1_000))
  if (text === 'yyyy-MM-dd' || text === 'strict_date')
    return (ms, zone) => zone.isoOf(ms).slice(0, 10)
  if (text === 'yyyy-MM-dd HH:mm:ss') {
    return (ms, zone) => zone.isoOf(ms).slice(0, 19).replace('T', ' ')
  }
  throw unsupportedAt(
    at,
    'knows strict_date_optional_time, epoch_millis, epoch_second, yyyy-MM-dd and yyyy-MM-dd HH:mm:ss',
  )
}
