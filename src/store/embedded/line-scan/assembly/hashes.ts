/* Hashes, as in term-hash.ts: what a filter is asked for must be what was put into it. */

/** Of the document itself. */
export const rootPresence: u32 = 0x1e3779b1
export const valueSeed: u32 = 0x27d4eb2f
export const idSeed: u32 = 0x61c88647
export const otherIdSeed: u32 = 0x2545f491

/** The hash of some bytes, from another hash on. At most three bytes behind them are read. */
export function hashOf(at: i32, length: i32, from: u32): u32 {
  let hash = from
  let left = length
  for (; left >= 4; left -= 4) {
    hash = (hash ^ load<u32>(at)) * 0x9e3779b1
    hash ^= hash >> 15
    at += 4
  }
  if (left > 0) {
    hash = (hash ^ (load<u32>(at) & ((1 << (left << 3)) - 1))) * 0x9e3779b1
    hash ^= hash >> 15
  }
  hash ^= length
  hash = (hash ^ (hash >> 16)) * 0x85ebca6b
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35
  return hash ^ (hash >> 16)
}

/** The hash of a field: part by part, so that dots and nesting are the same. */
export function presenceOf(key: i32, length: i32, parent: u32): u32 {
  let hash = parent
  let from = 0
  for (let at = 0; at < length; at++) {
    if (load<u8>(key + at) != 0x2e) continue
    hash = hashOf(key + from, at - from, hash)
    from = at + 1
  }
  return hashOf(key + from, length - from, hash)
}
