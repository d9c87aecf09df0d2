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
  const lanes = new Uint32Array(2)
  hashValue(presence, value, lanes)
  return { a: lanes[0] ?? 0, b: lanes[1] ?? 0 }
}

/** {@link valueHash} into `lanes`, without an object: it is asked some sixty times an event. */
export function hashValue(presence: TermHash, value: string, lanes: Uint32Array): void {
  mix(value, presence.a ^ 0x27d4eb2f, presence.b ^ 0x165667b1, lanes)
}

/** Hash of one event's id in its index. */
export function idHash(index: string, id: string): TermHash {
  return valueHash(mixed(index, 0x61c88647, 0x2545f491), id)
}

function mixed(text: string, seedA: number, seedB: number): TermHash {
  const lanes = new Uint32Array(2)
  mix(text, seedA, seedB, lanes)
  return { a: lanes[0] ?? 0, b: lanes[1] ?? 0 }
}

/** Both lanes of a multiply-and-xor hash over UTF-16 code units; one pass. The second is never zero. */
function mix(text: string, seedA: number, seedB: number, lanes: Uint32Array): void {
  let a = seedA
  let b = seedB
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    a = Math.imul(a ^ unit, 0x01000193)
    b = Math.imul(b ^ unit, 0x5bd1e995)
    b ^= b >>> 15
  }
  lanes[0] = finished(a ^ text.length)
  lanes[1] = finished(b + text.length) | 1
}

function finished(hash: number): number {
  let h = hash
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
