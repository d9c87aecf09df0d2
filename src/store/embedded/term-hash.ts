/** The hash of one term: two numbers of 32 bits. */
export interface TermHash {
  readonly a: number
  readonly b: number
}

/** Longer values, bytes of UTF-8, are not looked up by value: they may always be there. */
export const maxTermBytes = 128

/** Hash of "some value of this field is there": part by part, however its name is nested. */
export function presenceHash(field: string): number {
  let hash = rootPresence
  for (const part of field.split('.')) hash = hashOf(utf8.encode(part), hash)
  return hash
}

/** Hash of one value of the field whose presence hash is given, written as text; 0 stands for 1 in a set of terms. */
export function valueHash(presence: number, value: string): number {
  return hashOf(utf8.encode(value), presence ^ valueSeed)
}

/** Whether a value is looked up by its hash. */
export function isTerm(value: string): boolean {
  return value.length * 3 <= maxTermBytes || utf8.encode(value).length <= maxTermBytes
}

/** Hash of one event's id in its index. The first number of it is a term of its block too. */
export function idHash(index: string, id: string): TermHash {
  const [name, own] = [jsonInside(index), jsonInside(id)]
  const [a, b] = [idSeed, otherIdSeed].map((seed) => hashOf(own, hashOf(name, seed)))
  return { a: a ?? 0, b: b ?? 0 }
}

/** A term as a filter is asked for it. */
export function termOf(hash: number): TermHash {
  const a = hash || 1
  return { a, b: secondLane(a) }
}

/** The second number of a term, made from the first. */
export function secondLane(a: number): number {
  return (finished(a ^ 0x165667b1) | 1) >>> 0
}

// As in line-scan/assembly/scan-lines.ts.
const rootPresence = 0x1e3779b1
const valueSeed = 0x27d4eb2f
const idSeed = 0x61c88647
const otherIdSeed = 0x2545f491

const utf8 = new TextEncoder()

function jsonInside(text: string): Uint8Array {
  return utf8.encode(JSON.stringify(text).slice(1, -1))
}

/** Multiply and xor over words of four bytes, the last one filled up with zeros. */
function hashOf(bytes: Uint8Array, seed: number): number {
  let hash = seed
  for (let at = 0; at < bytes.length; at += 4) {
    const word =
      (bytes[at] ?? 0) |
      ((bytes[at + 1] ?? 0) << 8) |
      ((bytes[at + 2] ?? 0) << 16) |
      ((bytes[at + 3] ?? 0) << 24)
    hash = Math.imul(hash ^ word, 0x9e3779b1)
    hash ^= hash >>> 15
  }
  return finished(hash ^ bytes.length) >>> 0
}

function finished(hash: number): number {
  let h = hash | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
