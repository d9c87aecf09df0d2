/* Hashes of bytes, from a start that nobody can know. */

let seed: u64 = 0
let multiplier: u64 = 1

/** Says what all hashes begin with; to be called once, before anything is hashed. */
export function seedHashes(seedLow: u32, seedHigh: u32, factorLow: u32, factorHigh: u32): void {
  seed = (u64(seedHigh) << 32) | u64(seedLow)
  multiplier = (u64(factorHigh) << 32) | u64(factorLow) | 1
}

/** A hash with a number in it, to which bytes can be added. */
export function hashOfNumber(number: u64): u64 {
  return mixed(seed, number)
}

/** A hash with further bytes in it, and their length. Up to eight bytes behind them are read and left out. */
export function withBytes(hash: u64, at: i32, length: i32): u64 {
  let left = length
  for (; left >= 8; left -= 8) {
    hash = mixed(hash, load<u64>(at))
    at += 8
  }
  const rest = left == 0 ? 0 : load<u64>(at) & ((u64(1) << u64(left << 3)) - 1)
  return mixed(hash ^ u64(length), rest)
}

function mixed(hash: u64, number: u64): u64 {
  hash = (hash ^ number) * multiplier
  return hash ^ (hash >> 31)
}
