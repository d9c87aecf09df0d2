import type { TermHash } from './term-hash.ts'

/** How many bits a term takes, and how many of them it sets. */
export interface BloomShape {
  readonly bitsPerTerm: number
  readonly probes: number
  /** Sizes are powers of two, so that filters of some size come often and can be asked together. */
  readonly hasRoundSizes?: true
}

/** For the terms of one block: about one false yes in a hundred. */
export const blockBloom: BloomShape = { bitsPerTerm: 10, probes: 7 }

/** For the ids of one segment: at most one false yes in 70,000, since every new id asks every segment. */
export const idBloom: BloomShape = { bitsPerTerm: 24, probes: 12, hasRoundSizes: true }

/** The terms of a set, by both numbers of their hashes. */
export interface Terms {
  size(): number
  forEach(visit: (a: number, b: number) => void): void
}

/** A set of terms that may say yes wrongly, never no. */
export function buildBloom(
  terms: Terms,
  { bitsPerTerm, probes, hasRoundSizes }: BloomShape,
): Uint8Array {
  const bytes = Math.max(8, Math.ceil((terms.size() * bitsPerTerm) / 8))
  const bits = new Uint8Array(hasRoundSizes ? 2 ** Math.ceil(Math.log2(bytes)) : bytes)
  const size = bits.length * 8
  terms.forEach((a, b) => {
    let hash = a
    for (let probe = 0; probe < probes; probe++) {
      const bit = bitOf(hash, size)
      bits[bit >>> 3] = (bits[bit >>> 3] ?? 0) | (1 << (bit & 7))
      hash = (hash + b) >>> 0
    }
  })
  return bits
}

/** Whether a term may be in the set. */
export function mayHold(bits: Uint8Array, { a, b }: TermHash, { probes }: BloomShape): boolean {
  const size = bits.length * 8
  let hash = a
  for (let probe = 0; probe < probes; probe++) {
    const bit = bitOf(hash, size)
    if (((bits[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) return false
    hash = (hash + b) >>> 0
  }
  return true
}

/** The places that a term has in a filter of so many bits, one after the other. */
export function* bloomBits({ a, b }: TermHash, size: number, { probes }: BloomShape) {
  let hash = a
  for (let probe = 0; probe < probes; probe++) {
    yield bitOf(hash, size)
    hash = (hash + b) >>> 0
  }
}

/** 32 bits spread evenly over a size: a product, which takes a fraction of the time of a remainder. */
function bitOf(hash: number, size: number): number {
  return Math.floor(hash * (size / 2 ** 32))
}
