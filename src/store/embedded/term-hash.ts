/** The hash of one term: two numbers of 32 bits, neither of them zero. The second follows from the first. */
export interface TermHash {
  readonly a: number
  readonly b: number
}

/** Texts longer than this are not looked up by value: they may always be there. */
export const maxTermLength = 128

/** Hash of "some value of this field is there". */
export function presenceHash(field: string): TermHash {
  return lanesOf(mix(field, 0x1e3779b1))
}

/** Hash of one value of the field whose presence hash is given. */
export function valueHash(presence: TermHash, value: string): TermHash {
  return lanesOf(firstLane(valueHashes.seed(presence), value))
}

/** Hash of one event's id in its index. */
export function idHash(index: string, id: string): TermHash {
  return lanesOf(mix(id, mix(index, 0x61c88647)))
}

/** The first number of {@link valueHash}, a UTF-16 code unit at a time. */
export const valueHashes = {
  /** Where the values of the field with a presence hash begin. */
  seed: ({ a }: TermHash): number => a ^ 0x27d4eb2f,
  step,
  end: (hash: number, length: number): number => unsigned(finished(hash ^ length)),
}

/** The first number of {@link valueHash}, from the seed of its field. */
export function firstLane(seed: number, value: string): number {
  return unsigned(mix(value, seed))
}

/** The second number, made from the first. */
export function secondLane(a: number): number {
  return (finished(a ^ 0x165667b1) | 1) >>> 0
}

function lanesOf(hash: number): TermHash {
  const a = unsigned(hash)
  return { a, b: secondLane(a) }
}

/** Zero marks a free slot in a set of terms. */
function unsigned(hash: number): number {
  return hash >>> 0 || 1
}

/** Multiply and xor over UTF-16 code units. */
function mix(text: string, seed: number): number {
  let hash = seed | 0
  for (let at = 0; at < text.length; at++) {
    hash = step(hash, text.charCodeAt(at))
  }
  return finished(hash ^ text.length)
}

function step(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193)
}

function finished(hash: number): number {
  let h = hash | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
