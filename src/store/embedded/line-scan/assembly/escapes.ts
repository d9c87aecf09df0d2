/** Writes a JSON text without its escapes, in UTF-8; gives the place behind it, 0 where a half of a character stands in it. */
export function writeUnescaped(from: i32, end: i32, place: i32): i32 {
  let to = place
  for (let at = from; at < end; at++) {
    const byte: u32 = load<u8>(at)
    if (byte != 0x5c) {
      store<u8>(to++, byte)
      continue
    }
    const kind: u32 = load<u8>(++at)
    if (kind != 0x75) {
      store<u8>(to++, unescaped(kind))
      continue
    }
    let code = hexAt(at + 1)
    at += 4
    if (code >= 0xd800 && code < 0xe000) {
      if (code >= 0xdc00 || load<u8>(at + 1) != 0x5c || load<u8>(at + 2) != 0x75) return 0
      const low = hexAt(at + 3)
      if (low < 0xdc00 || low >= 0xe000) return 0
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)
      at += 6
    }
    to = character(code, to)
  }
  return to
}

function unescaped(kind: u32): u32 {
  if (kind == 0x62) return 8
  if (kind == 0x66) return 12
  if (kind == 0x6e) return 10
  if (kind == 0x72) return 13
  return kind == 0x74 ? 9 : kind
}

function hexAt(at: i32): u32 {
  let code: u32 = 0
  for (let digit = 0; digit < 4; digit++) {
    const byte: u32 = load<u8>(at + digit)
    code = (code << 4) | (byte < 0x40 ? byte - 0x30 : (byte | 0x20) - 0x57)
  }
  return code
}

/** Writes a character in UTF-8; gives the place behind it. */
function character(code: u32, to: i32): i32 {
  if (code < 0x80) {
    store<u8>(to, code)
    return to + 1
  }
  if (code < 0x800) {
    store<u8>(to, 0xc0 | (code >> 6))
    store<u8>(to + 1, 0x80 | (code & 63))
    return to + 2
  }
  if (code < 0x10000) {
    store<u8>(to, 0xe0 | (code >> 12))
    store<u8>(to + 1, 0x80 | ((code >> 6) & 63))
    store<u8>(to + 2, 0x80 | (code & 63))
    return to + 3
  }
  store<u8>(to, 0xf0 | (code >> 18))
  store<u8>(to + 1, 0x80 | ((code >> 12) & 63))
  store<u8>(to + 2, 0x80 | ((code >> 6) & 63))
  store<u8>(to + 3, 0x80 | (code & 63))
  return to + 4
}
