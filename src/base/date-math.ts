/** Four digits are a year; any other count of digits is epoch milliseconds. */
const epochMs = /^-?(?:\d{1,3}|\d{5,16})$/

/** Which way a date that names a whole unit (a day, a month) is read: its first or its last instant. */
export type Rounding = 'down' | 'up'

const dateParts =
  /^([+-]?\d{4,6})(?:-(\d{2})(?:-(\d{2})(?:T(?:(\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?)?)?$/

/**
 * Epoch milliseconds of an ISO 8601 date (`strict_date_optional_time`: year, month, day, `T`, time,
 * zone, each optional from the right) or of a string of digits (epoch milliseconds).
 * Missing parts are filled at the start of the unit, or at its last millisecond when rounding up.
 * Undefined where the text is no date. Fractions of a millisecond are cut off.
 */
export function parseDate(text: string, rounding: Rounding = 'down'): number | undefined {
  if (epochMs.test(text)) return instant(Number(text))
  const match = dateParts.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second, fraction, zone] = match
  const fields = [month ?? '01', day ?? '01', hour ?? '00', minute ?? '00', second ?? '00'].map(
    Number,
  )
  const [mo = 1, d = 1, h = 0, mi = 0, s = 0] = fields
  if (mo < 1 || mo > 12 || d < 1 || d > daysIn(Number(year), mo)) return undefined
  if (h > 23 || mi > 59 || s > 59) return undefined
  const millis = Number((fraction ?? '').padEnd(3, '0').slice(0, 3))
  const date = new Date(0)
  date.setUTCFullYear(Number(year), mo - 1, d)
  date.setUTCHours(h, mi, s, millis)
  const startMs = date.getTime()
  const offsetMs = zoneOffsetMs(zone)
  if (offsetMs === undefined) return undefined
  if (rounding === 'down' || fraction !== undefined) return instant(startMs - offsetMs)
  return instant(endOf(startMs, smallestUnit(match)) - offsetMs)
}

/** What a date's fraction says below the millisecond, in nanoseconds: 0 to 999,999; 0 where it says nothing there. */
export function nanosBelowMs(text: string): number {
  const fraction = dateParts.exec(text)?.[7] ?? ''
  return Number(fraction.slice(3).padEnd(6, '0'))
}

/** Whether a date names one instant and no longer stretch: with a fraction of a second, or as epoch milliseconds. */
export function namesInstant(text: string): boolean {
  return epochMs.test(text) || dateParts.exec(text)?.[7] !== undefined
}

/** A time that a `Date` can hold, some 270,000 years around 1970; undefined for any other number. */
function instant(ms: number): number | undefined {
  return Math.abs(ms) <= 8.64e15 ? ms : undefined
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()
}

function zoneOffsetMs(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === 'Z') return 0
  const digits = zone.replace(':', '')
  const hours = Number(digits.slice(1, 3))
  const minutes = Number(digits.slice(3, 5) || '0')
  if (hours > 18 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
}

type Unit = 'y' | 'M' | 'w' | 'd' | 'h' | 'm' | 's'

function smallestUnit([, , month, day, hour, minute, second]: RegExpExecArray): Unit {
  if (second !== undefined) return 's'
  if (minute !== undefined) return 'm'
  if (hour !== undefined) return 'h'
  if (day !== undefined) return 'd'
  return month === undefined ? 'y' : 'M'
}

/**
 * Epoch milliseconds of a date-math text: `now` or `<date>||`, then `+1d`, `-9m`, `/d` (round), any
 * number of them; or a plain date. Units y M w d h (H) m s. With `rounding: 'up'` a rounded unit gives
 * its last millisecond, as upper bounds of Elasticsearch ranges do. Undefined where unparsable.
 */
export function parseDateMath(
  text: string,
  { nowMs, rounding = 'down' }: { readonly nowMs: number; readonly rounding?: Rounding },
): number | undefined {
  const trimmed = text.trim()
  if (trimmed.startsWith('now')) return applyMath(nowMs, trimmed.slice(3), rounding)
  const bar = trimmed.indexOf('||')
  if (bar < 0) return parseDate(trimmed, rounding)
  const anchor = parseDate(trimmed.slice(0, bar))
  return anchor === undefined ? undefined : applyMath(anchor, trimmed.slice(bar + 2), rounding)
}

function applyMath(anchorMs: number, math: string, rounding: Rounding): number | undefined {
  let ms = anchorMs
  let rest = math
  while (rest !== '') {
    const match = /^([+-])(\d{0,9})([yMwdhHms])|^\/([yMwdhHms])/.exec(rest)
    if (match === null) return undefined
    rest = rest.slice(match[0].length)
    const [, sign, count, unit, roundUnit] = match
    if (roundUnit !== undefined) {
      const startMs = startOf(ms, toUnit(roundUnit))
      ms = rounding === 'up' ? endOf(startMs, toUnit(roundUnit)) : startMs
      continue
    }
    const amount = (sign === '-' ? -1 : 1) * Number(count === '' ? '1' : count)
    ms = shifted(ms, amount, toUnit(unit ?? ''))
  }
  return instant(ms)
}

function toUnit(letter: string): Unit {
  return letter === 'H' ? 'h' : (letter as Unit)
}

const fixedMs = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const

function shifted(ms: number, amount: number, unit: Unit): number {
  if (unit !== 'y' && unit !== 'M') return ms + amount * fixedMs[unit]
  const date = new Date(ms)
  const months = date.getUTCFullYear() * 12 + date.getUTCMonth() + amount * (unit === 'y' ? 12 : 1)
  const year = Math.floor(months / 12)
  const month = months - year * 12
  // A month that lacks the day gives its last day: 31 January + 1M is 28 or 29 February.
  date.setUTCFullYear(year, month, Math.min(date.getUTCDate(), daysIn(year, month + 1)))
  return date.getTime()
}

function startOf(ms: number, unit: Unit): number {
  const date = new Date(ms)
  if (unit === 'y') return Date.UTC(date.getUTCFullYear(), 0, 1)
  if (unit === 'M') return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)
  if (unit === 'w') {
    const day = startOf(ms, 'd')
    return day - ((new Date(day).getUTCDay() + 6) % 7) * fixedMs.d
  }
  return Math.floor(ms / fixedMs[unit]) * fixedMs[unit]
}

function endOf(startMs: number, unit: Unit): number {
  return shifted(startMs, 1, unit) - 1
}
