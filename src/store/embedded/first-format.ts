/*
 * What segments of the first format are read by: their blocks are packed in one piece, their ids are hashed in
 * another way, their filters over terms are not used, and they have no columns.
 */
import { zstdDecompress } from 'node:zlib'
import { promisify } from 'node:util'
import { idBloom } from './bloom.ts'

const unpack = promisify(zstdDecompress)

/** The text of a block. */
export function unpackFirstText(packed: Uint8Array, textBytes: number): Promise<Buffer> {
  return unpack(packed, { chunkSize: Math.max(64, textBytes + 64) })
}

/** Whether an event may be in a segment, by the filter over its ids. */
export function mayHoldFirst(bits: Uint8Array, index: string, id: string): boolean {
  const size = bits.length * 8
  let hash = mixed(id, mixed(index, 0x61c88647)) >>> 0 || 1
  const step = (finished(hash ^ 0x165667b1) | 1) >>> 0
  for (let probe = 0; probe < idBloom.probes; probe++) {
    const bit = hash % size
    if (((bits[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) return false
    hash = (hash + step) >>> 0
  }
  return true
}

function mixed(text: string, seed: number): number {
  let hash = seed | 0
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  }
  return finished(hash ^ text.length)
}

function finished(hash: number): number {
  let h = hash | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
