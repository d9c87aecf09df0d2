import { namesInstant, nanosBelowMs, parseDate, parseDateMath, type Rounding } from '#base'
import type { FieldType, FieldValue } from '#event'

/** How instants of a field are read, so that `<` orders them: epoch milliseconds, or nanoseconds of `date_nanos`. */
export interface Instants {
  /** What a document says; undefined where that is no date. */
  stored(value: FieldValue): number | bigint | undefined
  /** What a query says, and of a longer stretch its first or last instant. */
  asked(text: string, nowMs: number, rounding: Rounding): number | bigint | undefined
}

/** The {@link Instants} of a field's type. */
export function instantsOf(type: FieldType): Instants {
  return type === 'date_nanos' ? nanoseconds : milliseconds
}

const milliseconds: Instants = {
  stored: storedMs,
  asked: (text, nowMs, rounding) => parseDateMath(text, { nowMs, rounding }),
}

const nanoseconds: Instants = {
  stored(value) {
    const ms = storedMs(value)
    if (ms === undefined) return undefined
    return nanosOf(ms, typeof value === 'string' ? nanosBelowMs(value) : 0)
  },
  asked(text, nowMs, rounding) {
    const ms = parseDateMath(text, { nowMs, rounding })
    if (ms === undefined) return undefined
    const isLast = rounding === 'up' && !namesInstant(text)
    return nanosOf(ms, isLast ? 999_999 : nanosBelowMs(text))
  },
}

function storedMs(value: FieldValue): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'string' ? parseDate(value) : undefined
}

function nanosOf(ms: number, below: number): bigint {
  return BigInt(Math.trunc(ms)) * 1_000_000n + BigInt(below)
}

/** The one spelling of an instant of a field: ISO 8601, with nine digits where its type keeps nanoseconds. Undefined for no date. */
export function instantText(value: FieldValue, type: FieldType): string | undefined {
  const ms = storedMs(value)
  if (ms === undefined || Math.abs(ms) > 8.64e15) return undefined
  const text = new Date(ms).toISOString()
  if (type !== 'date_nanos') return text
  const below = typeof value === 'string' ? nanosBelowMs(value) : 0
  return `${text.slice(0, -1)}${String(below).padStart(6, '0')}Z`
}
