/** A set of code points: first and last of each range in turn, ascending, with gaps between the ranges. */
export type CodePoints = readonly number[]

/** The last code point of Unicode. */
export const maxCodePoint = 0x10ffff

/** Every code point. */
export const anyCodePoint: CodePoints = [0, maxCodePoint]

/** The set of ranges given in any order, also overlapping. */
export function codePointsOf(ranges: readonly (readonly [number, number])[]): CodePoints {
  const set: number[] = []
  for (const [first, last] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const end = set.at(-1)
    if (end !== undefined && first <= end + 1) set[set.length - 1] = Math.max(end, last)
    else set.push(first, last)
  }
  return set
}

/** The ranges of a set. */
export function rangesOf(set: CodePoints): readonly (readonly [number, number])[] {
  const ranges: (readonly [number, number])[] = []
  for (let i = 0; i + 1 < set.length; i += 2) ranges.push([set[i] ?? 0, set[i + 1] ?? 0])
  return ranges
}

/** The code points that are not in a set. */
export function othersOf(set: CodePoints): CodePoints {
  const others: number[] = []
  let next = 0
  for (const [first, last] of rangesOf(set)) {
    if (first > next) others.push(next, first - 1)
    next = last + 1
  }
  if (next <= maxCodePoint) others.push(next, maxCodePoint)
  return others
}

/** Whether a set holds a code point. Logarithmic in its ranges. */
export function holdsCodePoint(set: CodePoints, codePoint: number): boolean {
  let low = 0
  let high = set.length
  // The number of bounds at or below the code point is odd inside a range.
  while (low < high) {
    const middle = (low + high) >> 1
    if ((set[middle] ?? 0) <= codePoint) low = middle + 1
    else high = middle
  }
  return low % 2 === 1 || set[low - 1] === codePoint
}

/** The code points that both sets hold. */
export function commonCodePoints(a: CodePoints, b: CodePoints): CodePoints {
  const common: number[] = []
  let i = 0
  let j = 0
  while (i < a.length && j < b.length) {
    const first = Math.max(a[i] ?? 0, b[j] ?? 0)
    const last = Math.min(a[i + 1] ?? 0, b[j + 1] ?? 0)
    if (first <= last) common.push(first, last)
    if ((a[i + 1] ?? 0) < (b[j + 1] ?? 0)) i += 2
    else j += 2
  }
  return common
}

/** The set and the lower case of its letters A to Z: what it means for text in which those are in lower case. */
export function withLowerCase(set: CodePoints): CodePoints {
  const letters = rangesOf(commonCodePoints(set, [0x41, 0x5a]))
  const lower = letters.map(([first, last]) => [first + 32, last + 32] as const)
  return codePointsOf([...rangesOf(set), ...lower])
}
