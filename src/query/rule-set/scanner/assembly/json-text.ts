/*
 * The smallest parts of JSON in memory: where texts, numbers and white space end. AssemblyScript, shared by what
 * `node scripts/build-scanner.ts` compiles. Sixteen bytes beyond an end may be read.
 */

/** Whether all since it was set is written as JSON.stringify would write it. */
export let isUsual: bool = false

export function setUsual(are: bool): void {
  isUsual = are
}

/** Whether the text that was scanned last has an escape in it. */
export let isEscaped: bool = false

/** Where a text ends that begins at `at`, behind its quote: at the closing quote, or at 0 for one that is no text. */
export function endOfText(at: i32): i32 {
  isEscaped = false
  const quote = i8x16.splat(0x22)
  const backslash = i8x16.splat(0x5c)
  const space = i8x16.splat(0x20)
  while (true) {
    const bytes = v128.load(at)
    const found = v128.bitmask<i8>(
      v128.or(
        v128.or(v128.eq<i8>(bytes, quote), v128.eq<i8>(bytes, backslash)),
        v128.lt<u8>(bytes, space),
      ),
    )
    if (found == 0) {
      at += 16
      continue
    }
    at += ctz(found)
    let byte: u32 = load<u8>(at)
    if (byte == 0x22) return at
    if (byte != 0x5c) return 0
    isEscaped = true
    byte = load<u8>(at + 1)
    if (byte == 0x75) {
      for (let digit = 2; digit < 6; digit++) if (!isHex(load<u8>(at + digit))) return 0
      if (!isUsualEscape(at)) isUsual = false
      at += 6
    } else if (
      byte == 0x22 ||
      byte == 0x5c ||
      byte == 0x2f ||
      byte == 0x62 ||
      byte == 0x66 ||
      byte == 0x6e ||
      byte == 0x72 ||
      byte == 0x74
    ) {
      if (byte == 0x2f) isUsual = false
      at += 2
    } else {
      return 0
    }
  }
  return 0
}

/** Whether an escape of four digits is one of those that JSON.stringify writes: of control characters without a name. */
function isUsualEscape(at: i32): bool {
  if (load<u16>(at + 2) != 0x3030) return false
  const high: u32 = load<u8>(at + 4)
  const low: u32 = load<u8>(at + 5)
  if (high == 0x31) return isDigit(low) || low - 0x61 < 6
  if (high != 0x30) return false
  return low - 0x30 < 8 || low == 0x62 || low == 0x65 || low == 0x66
}

function isHex(byte: u32): bool {
  return byte - 0x30 < 10 || (byte | 0x20) - 0x61 < 6
}

export function isDigit(byte: u32): bool {
  return byte - 0x30 < 10
}

/** Where a number ends that begins at `at`; 0 for one that is none. */
export function endOfNumber(at: i32): i32 {
  if (load<u8>(at) == 0x2d) at++
  let byte: u32 = load<u8>(at)
  if (byte == 0x30) at++
  else if (isDigit(byte)) {
    do at++
    while (isDigit(load<u8>(at)))
  } else return 0
  if (load<u8>(at) == 0x2e) {
    at++
    if (!isDigit(load<u8>(at))) return 0
    do at++
    while (isDigit(load<u8>(at)))
  }
  byte = load<u8>(at) | 0x20
  if (byte == 0x65) {
    at++
    byte = load<u8>(at)
    if (byte == 0x2b || byte == 0x2d) at++
    if (!isDigit(load<u8>(at))) return 0
    do at++
    while (isDigit(load<u8>(at)))
  }
  return at
}

/** Whether a number is written as JSON.stringify would; false too for some that are, of which it takes long to tell. */
export function isUsualNumber(from: i32, to: i32): bool {
  const start = load<u8>(from) == 0x2d ? from + 1 : from
  let at = start
  while (at < to && isDigit(load<u8>(at))) at++
  if (at == to) return to - start < 16 && (load<u8>(start) != 0x30 || start == from)
  // With a fraction: no exponent, no zero at its end, no more digits than every double keeps apart, and not tiny.
  if (load<u8>(at) != 0x2e || to - start > 16 || load<u8>(to - 1) == 0x30) return false
  if (load<u8>(start) == 0x30 && load<u32>(at + 1) == 0x30303030) return false
  for (at++; at < to; at++) if (!isDigit(load<u8>(at))) return false
  return true
}

export function afterSpace(at: i32): i32 {
  let byte: u32 = load<u8>(at)
  while (byte <= 0x20 && (byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09)) {
    isUsual = false
    at++
    byte = load<u8>(at)
  }
  return at
}

/** Whether bytes here and there are the same. */
export function isSame(a: i32, b: i32, length: i32): bool {
  let at = 0
  for (; at + 8 <= length; at += 8) if (load<u64>(a + at) != load<u64>(b + at)) return false
  for (; at < length; at++) if (load<u8>(a + at) != load<u8>(b + at)) return false
  return true
}
