import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'

const unpack = promisify(zstdDecompress)

/** The text of a packed block, unpacked on another thread in one piece: its length is known. */
export function unpackText(packed: Uint8Array, textBytes: number): Promise<Buffer> {
  return unpack(packed, { chunkSize: Math.max(64, textBytes + 64) })
}
