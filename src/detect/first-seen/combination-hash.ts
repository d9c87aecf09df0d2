/** Writes three words of 32 bits for a combination's key into `words`: its identity of 64 bits, and its check. */
export type CombinationHash = (key: string, words: Uint32Array) => void

/** Words of a seed. */
export const seedWords = 4

/** Words that a {@link CombinationHash} writes; the last is the check. */
export const hashWords = 3

/**
 * A keyed hash: whoever chooses process names and does not know the seed cannot choose names that meet. The
 * construction is that of SipHash on words of 32 bits (Aumasson and Bernstein): one round for two
 * characters, three for each word that is given.
 */
export function combinationHash(seed: Uint32Array): CombinationHash {
  const [seed0 = 0, seed1 = 0, seed2 = 0, seed3 = 0] = seed
  return (key, words) => {
    let v0 = seed0 | 0
    let v1 = seed1 | 0
    let v2 = seed2 | 0
    let v3 = seed3 | 0
    const { length } = key
    const lengthStep = (length + 1) >> 1
    const steps = lengthStep + 3 * hashWords
    for (let step = 0; step <= steps; step++) {
      let word = 0
      if (step < lengthStep) {
        const at = step << 1
        word = key.charCodeAt(at) | (at + 1 < length ? key.charCodeAt(at + 1) << 16 : 0)
      } else if (step === lengthStep) word = length
      else if ((step - lengthStep) % 3 === 1) v2 ^= 0xdd + step - lengthStep
      v3 ^= word
      v0 = (v0 + v1) | 0
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0
      v0 = (v0 << 16) | (v0 >>> 16)
      v2 = (v2 + v3) | 0
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2
      v0 = (v0 + v3) | 0
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0
      v2 = (v2 + v1) | 0
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2
      v2 = (v2 << 16) | (v2 >>> 16)
      v0 ^= word
      const after = step - lengthStep
      if (after > 0 && after % 3 === 0) words[after / 3 - 1] = v1 ^ v3
    }
  }
}

/** A seed that nobody can guess. */
export function randomSeed(): Uint32Array {
  return crypto.getRandomValues(new Uint32Array(seedWords))
}
