import type { FieldValue } from '#event'

/** Where an event stands among others: by time, then by tie-breaker, then by how it arrived. */
export interface Ordinal {
  /** Event time, epoch milliseconds, possibly with a fraction. */
  readonly timeMs: number
  /** An event without one comes after those of the same time that have one. */
  readonly tiebreaker?: FieldValue
  /** No two events of a stream have the same; rises as they arrive. */
  readonly position: number
}

/** Below zero or above zero as `a` comes before or after `b`; zero for one and the same event. */
export function compareOrdinals(a: Ordinal, b: Ordinal): number {
  return (
    a.timeMs - b.timeMs || compareTiebreakers(a.tiebreaker, b.tiebreaker) || a.position - b.position
  )
}

function compareTiebreakers(a: FieldValue | undefined, b: FieldValue | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1
  return compareValues(a, b)
}

/** Numbers by size, texts by code point, false before true; values of different kinds by kind; null first. */
export function compareValues(a: FieldValue | null, b: FieldValue | null): number {
  if (a === b) return 0
  if (typeof a !== typeof b || a === null || b === null) return kindOf(a) - kindOf(b)
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b)
  return a < b ? -1 : 1
}

function kindOf(value: FieldValue | null): number {
  return value === null ? 0 : ['boolean', 'number', 'string'].indexOf(typeof value) + 1
}

/** By code point: UTF-16 units alone would put surrogates before U+E000 to U+FFFF. */
function compareTexts(a: string, b: string): number {
  let i = 0
  while (i < a.length && a.charCodeAt(i) === b.charCodeAt(i)) i++
  const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)]
  if (Number.isNaN(x) || Number.isNaN(y)) return a.length - b.length
  const [isHighX, isHighY] = [x >= 0xd800 && x < 0xe000, y >= 0xd800 && y < 0xe000]
  if (isHighX !== isHighY) return isHighX ? 1 : -1
  return x - y
}
