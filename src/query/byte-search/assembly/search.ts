/*
 * Finds short texts in bytes, thirty-two places at a time. AssemblyScript; `node scripts/build-scanner.ts`
 * compiles it. No allocation: whoever uses it lays out the memory.
 *
 * Of each text its two rarest bytes are compared at all places; where both are met the whole text is.
 */

/** What each byte is compared as: 256 bytes. */
const folded: i32 = 256
// Of each text: where it lies and its length; then of its two rare bytes each where it is in the text, what it is,
// and what is to be set in a byte before they are compared.
const texts: i32 = 512
const textBytes: i32 = 16
const rare: i32 = 8

/**
 * The place of the first of two texts, numbered `pair * 2` and the next, that lies within the bytes from `from`
 * to before `to`; -1: neither does.
 */
export function next(pair: i32, from: i32, to: i32): i32 {
  const one = texts + 2 * pair * textBytes
  const other = one + textBytes
  const onePlace1 = <i32>load<u8>(one + rare)
  const oneByte1 = i8x16.splat(load<i8>(one + rare, 1))
  const oneSet1 = i8x16.splat(load<i8>(one + rare, 2))
  const onePlace2 = <i32>load<u8>(one + rare, 3)
  const oneByte2 = i8x16.splat(load<i8>(one + rare, 4))
  const oneSet2 = i8x16.splat(load<i8>(one + rare, 5))
  const otherPlace1 = <i32>load<u8>(other + rare)
  const otherByte1 = i8x16.splat(load<i8>(other + rare, 1))
  const otherSet1 = i8x16.splat(load<i8>(other + rare, 2))
  const otherPlace2 = <i32>load<u8>(other + rare, 3)
  const otherByte2 = i8x16.splat(load<i8>(other + rare, 4))
  const otherSet2 = i8x16.splat(load<i8>(other + rare, 5))
  for (let at = from; at < to; at += 32) {
    const near = v128.or(
      v128.and(
        i8x16.eq(v128.or(v128.load(at + onePlace1), oneSet1), oneByte1),
        i8x16.eq(v128.or(v128.load(at + onePlace2), oneSet2), oneByte2),
      ),
      v128.and(
        i8x16.eq(v128.or(v128.load(at + otherPlace1), otherSet1), otherByte1),
        i8x16.eq(v128.or(v128.load(at + otherPlace2), otherSet2), otherByte2),
      ),
    )
    const far = v128.or(
      v128.and(
        i8x16.eq(v128.or(v128.load(at + onePlace1, 16), oneSet1), oneByte1),
        i8x16.eq(v128.or(v128.load(at + onePlace2, 16), oneSet2), oneByte2),
      ),
      v128.and(
        i8x16.eq(v128.or(v128.load(at + otherPlace1, 16), otherSet1), otherByte1),
        i8x16.eq(v128.or(v128.load(at + otherPlace2, 16), otherSet2), otherByte2),
      ),
    )
    if (!v128.any_true(v128.or(near, far))) continue
    let lanes: i32 = i8x16.bitmask(near) | (i8x16.bitmask(far) << 16)
    while (lanes !== 0) {
      const place = at + ctz(lanes)
      lanes &= lanes - 1
      if (isAt(place, one, to) || isAt(place, other, to)) return place
    }
  }
  return -1
}

function isAt(start: i32, text: i32, to: i32): bool {
  const bytes = load<i32>(text)
  const length = load<i32>(text, 4)
  if (start + length > to) return false
  for (let at = 0; at < length; at++) {
    if (load<u8>(folded + <i32>load<u8>(start + at)) !== load<u8>(bytes + at)) return false
  }
  return true
}

/** How many line feeds there are in the bytes from `from` to before `to`. */
export function lineFeeds(from: i32, to: i32): i32 {
  const lineFeed = i8x16.splat(10)
  let count = 0
  let at = from
  for (; at + 64 <= to; at += 64) {
    count +=
      popcnt(i8x16.bitmask(i8x16.eq(v128.load(at), lineFeed))) +
      popcnt(i8x16.bitmask(i8x16.eq(v128.load(at, 16), lineFeed))) +
      popcnt(i8x16.bitmask(i8x16.eq(v128.load(at, 32), lineFeed))) +
      popcnt(i8x16.bitmask(i8x16.eq(v128.load(at, 48), lineFeed)))
  }
  for (; at < to; at++) if (load<u8>(at) === 10) count++
  return count
}
