import { type TermHash } from './term-hash.ts'

/** How many bits a term takes, and how many of them it sets. */
export interface BloomShape {
  readonly bitsPerTerm: number
  readonly probes: number
}

/** For the terms of one block: about one false yes in a hundred. */
export const blockBloom: BloomShape = { bitsPerTerm: 10, probes: 7 }

/** For the ids of one segment: about one false yes in 70,000, since every new id asks every segment. */
export const idBloom: BloomShape = { bitsPerTerm: 24, probes: 12 }

/** The terms of a set, by both numbers of their hashes. */
export interface Terms {
  size(): number
  forEach(visit: (a: number, b: number) => void): void
}

/** A set of terms that may say yes wrongly, never no. */
export function buildBloom(terms: Terms, { bitsPerTerm, probes }: BloomShape): Uint8Array {
  const bits = new Uint8Array(Math.max(8, Math.ceil((terms.size() * bitsPerTerm) / 8)))
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

/** 32 bits spread evenly over a size: a product, which takes a fraction of the time of a remainder. */
function bitOf(hash: number, size: number): number {
  return Math.floor(hash * (size / 2 ** 32))
}
