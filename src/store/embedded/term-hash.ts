/** Two 32-bit hashes of one term. */
export interface TermHash {
  readonly a: number
  readonly b: number
}

/** Texts longer than this are not looked up by value: they may always be there. */
export const maxTermLength = 128

/** Hash of "some value of this field is there". */
export function presenceHash(field: string): TermHash {
  return mixed(field, 0x9e3779b1, 0x85ebca6b)
}

/** Hash of one value of the field whose presence hash is given. */
export function valueHash(presence: TermHash, value: string): TermHash {
  return mixed(value, presence.a ^ 0x27d4eb2f, presence.b ^ 0x165667b1)
}

/** Hash of one event's id in its index. */
export function idHash(index: string, id: string): TermHash {
  return valueHash(mixed(index, 0x61c88647, 0x2545f491), id)
}

/** Both lanes of a multiply-and-xor hash over UTF-16 code units; one pass. */
function mixed(text: string, seedA: number, seedB: number): TermHash {
  let a = seedA
  let b = seedB
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    a = Math.imul(a ^ unit, 0x01000193)
    b = Math.imul(b ^ unit, 0x5bd1e995)
    b ^= b >>> 15
  }
  return { a: finished(a ^ text.length), b: (finished(b + text.length) | 1) >>> 0 }
}

function finished(hash: number): number {
  let h = hash
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
