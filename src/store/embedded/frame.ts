import { crc32 } from 'node:zlib'

/**
 * One frame of the log: a header of {@link frameHeaderBytes} bytes (magic, length, count and checksum of
 * the payload, checksum of the header itself), then the payload, NDJSON.
 */
export interface FrameHeader {
  readonly payloadBytes: number
  readonly payloadCrc: number
  /** Events in the payload. */
  readonly count: number
}

/** Length of a frame's header. */
export const frameHeaderBytes = 20

/** The first bytes of every frame; no UTF-8 text contains them. */
export const frameMagic = Buffer.from([0xff, 0x56, 0x46, 0x31])

/** The header that goes before a payload. */
export function encodeFrameHeader(payload: Uint8Array, count: number): Buffer {
  const header = Buffer.alloc(frameHeaderBytes)
  frameMagic.copy(header)
  header.writeUInt32LE(payload.length, 4)
  header.writeUInt32LE(count, 8)
  header.writeUInt32LE(crc32(payload), 12)
  header.writeUInt32LE(crc32(header.subarray(0, 16)), 16)
  return header
}

/** The header at the start of some bytes; undefined where there is none, or a damaged one. */
export function decodeFrameHeader(bytes: Buffer): FrameHeader | undefined {
  if (bytes.length < frameHeaderBytes || !bytes.subarray(0, 4).equals(frameMagic)) return undefined
  if (crc32(bytes.subarray(0, 16)) !== bytes.readUInt32LE(16)) return undefined
  return {
    payloadBytes: bytes.readUInt32LE(4),
    count: bytes.readUInt32LE(8),
    payloadCrc: bytes.readUInt32LE(12),
  }
}
