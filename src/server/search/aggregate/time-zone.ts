import type { JsonValue } from '#base'
import { textAt, wrongAt } from '../read/members.ts'

/** Between instants and the local time of a place, both in milliseconds; local time counts as if it were UTC. */
export interface TimeZone {
  toLocal(ms: number): number
  /** The instant of a local time; of two, or none, the one that is nearest to `nearMs` in its offset. */
  fromLocal(local: number, nearMs: number): number
  /** ISO 8601 with the offset: `2024-06-01T00:00:00.000+02:00`. */
  isoOf(ms: number): string
}

/** Reads a `time_zone`: `Z`, an offset (`+02:00`) or a name (`Europe/Vienna`); UTC where there is none. */
export function timeZoneAt(value: JsonValue | undefined, at: string): TimeZone {
  if (value === undefined || value === null) return fixed(0)
  const text = textAt(value, at)
  if (/^(?:Z|UTC|GMT)$/.test(text)) return fixed(0)
  const [, sign, hours, minutes = '00'] = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(text) ?? []
  if (hours !== undefined) {
    const ms = (Number(hours) * 60 + Number(minutes)) * 60_000
    if (Number(hours) <= 18 && Number(minutes) <= 59) return fixed(sign === '-' ? -ms : ms)
  }
  try {
    return named(text)
  } catch {
    throw wrongAt(
      at,
      `must be an offset such as +02:00 or a name such as Europe/Vienna, found ${JSON.stringify(text)}`,
    )
  }
}

function fixed(offsetMs: number): TimeZone {
  return zoneOf(() => offsetMs)
}

/** Offsets change at full quarters of an hour, at the finest, so that one is asked for once a quarter. */
const stepMs = 900_000
const maxKnown = 10_000

function named(name: string): TimeZone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const known = new Map<number, number>()
  return zoneOf((ms) => {
    // Outside of the years that calendars of today are made for, the offset is that of their edge.
    const within = Math.min(Math.max(ms, -62_135_596_800_000 + 86_400_000), 253_402_300_799_000)
    const step = Math.floor(within / stepMs)
    const found = known.get(step)
    if (found !== undefined) return found
    if (known.size >= maxKnown) known.clear()
    const offset = offsetAt(format, step * stepMs)
    known.set(step, offset)
    return offset
  })
}

function offsetAt(format: Intl.DateTimeFormat, ms: number): number {
  const parts: { [type: string]: number } = {}
  for (const { type, value } of format.formatToParts(ms)) parts[type] = Number(value)
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  const local = new Date(0)
  local.setUTCFullYear(year, month - 1, day)
  local.setUTCHours(hour, minute, second)
  return local.getTime() - ms
}

function zoneOf(offsetOf: (ms: number) => number): TimeZone {
  return {
    toLocal: (ms) => ms + offsetOf(ms),
    fromLocal(local, nearMs) {
      const ms = local - offsetOf(nearMs)
      const there = offsetOf(ms)
      return there === offsetOf(nearMs) ? ms : local - there
    },
    isoOf(ms) {
      const offset = offsetOf(ms)
      const text = new Date(ms + offset).toISOString()
      if (offset === 0) return text
      const minutes = Math.abs(Math.trunc(offset / 60_000))
      const two = (number: number) => String(number).padStart(2, '0')
      const shown = `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
      return text.replace('Z', shown)
    },
  }
}
