/** Buckets that a combination's sightings are told apart by: one bit of a word each. */
export const bucketCount = 32

/** Buckets ahead of the one that holds the present: sources' clocks run ahead, too. */
const bucketsAhead = 4

/** Buckets that lie wholly in the past. */
const bucketsBehind = bucketCount - 1 - bucketsAhead

/** What a bucket's width must allow for. */
export interface SpanNeeds {
  /** From the start of history to the window's end. */
  readonly historyMs: number
  readonly windowMs: number
}

/**
 * The least width of buckets with which history is covered for windows of now and for those that catch
 * up: history itself, and on top a twelfth of it or five windows, whatever is more.
 */
export function widthFor({ historyMs, windowMs }: SpanNeeds): number {
  const coveredMs = historyMs + Math.max(historyMs / 12, 5 * windowMs)
  return Math.max(1, Math.ceil(coveredMs / bucketsBehind))
}

/** Wider buckets tell too little: history of about five years. */
export const maxWidthMs = 5_000_000_000

/** The first bucket that is kept at a time. */
export function baseAt(nowMs: number, widthMs: number): number {
  return Math.floor(nowMs / widthMs) - bucketsBehind
}

/** The bit of a bucket. Buckets are numbered since the epoch; their bits come round. */
export function bitOf(bucket: number): number {
  return 1 << (bucket & (bucketCount - 1))
}

/** The bits of the buckets from `first` to `last`, both in, of those kept from `base` on. */
export function bitsBetween(first: number, last: number, base: number): number {
  let bits = 0
  const end = Math.min(last, base + bucketCount - 1)
  for (let bucket = Math.max(first, base); bucket <= end; bucket++) bits |= bitOf(bucket)
  return bits
}

/** The oldest bucket whose bit is set, of those kept from `base` on; `bits` is not 0. */
export function oldestOf(bits: number, base: number): number {
  const turn = base & (bucketCount - 1)
  const turned = turn === 0 ? bits : (bits >>> turn) | (bits << (bucketCount - turn))
  return base + 31 - Math.clz32(turned & -turned)
}
