/** Below zero, zero or above zero by code points, the order of UTF-8 bytes in which keywords are stored. */
export function compareByCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const left = a.charCodeAt(at)
    const right = b.charCodeAt(at)
    if (left === right) continue
    // Surrogates stand for characters above all others of the basic plane, though their codes are lower.
    const isLeftHigh = left >= 0xd800 && left <= 0xdfff
    const isRightHigh = right >= 0xd800 && right <= 0xdfff
    if (isLeftHigh !== isRightHigh) return isLeftHigh ? 1 : -1
    return left - right
  }
  return a.length - b.length
}
