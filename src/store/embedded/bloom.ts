import type { TermHash } from './term-hash.ts'

/** How many bits a term takes, and how many of them it sets. */
export interface BloomShape {
  readonly bitsPerTerm: number
  readonly probes: number
}

/** For the terms of one block: about one false yes in a hundred. */
export const blockBloom: BloomShape = { bitsPerTerm: 10, probes: 7 }

/** For the ids of one segment: about one false yes in 70,000, since every new id asks every segment. */
export const idBloom: BloomShape = { bitsPerTerm: 24, probes: 12 }

/** A set of terms that may say yes wrongly, never no. */
export function buildBloom(
  terms: Iterable<TermHash>,
  count: number,
  shape: BloomShape,
): Uint8Array {
  const bits = new Uint8Array(Math.max(8, Math.ceil((count * shape.bitsPerTerm) / 8)))
  const size = bits.length * 8
  for (const { a, b } of terms) {
    for (let probe = 0; probe < shape.probes; probe++) {
      const bit = (a + probe * b) % size
      bits[bit >>> 3] = (bits[bit >>> 3] ?? 0) | (1 << (bit & 7))
    }
  }
  return bits
}

/** Whether a term may be in the set. */
export function mayHold(bits: Uint8Array, { a, b }: TermHash, { probes }: BloomShape): boolean {
  const size = bits.length * 8
  for (let probe = 0; probe < probes; probe++) {
    const bit = (a + probe * b) % size
    if (((bits[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) return false
  }
  return true
}
