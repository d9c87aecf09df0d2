import type { FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { readExactly } from './durable-files.ts'
import { decodeFrameHeader, frameHeaderBytes, frameMagic } from './frame.ts'

/** What lies in a log, from its start to its end. */
export type LogPiece =
  | { readonly kind: 'frame'; readonly payload: Buffer; readonly end: number }
  /** Bytes that were written once and cannot be read any more; what follows them can. */
  | { readonly kind: 'damaged'; readonly start: number; readonly end: number }
  /** The beginning of a frame whose write never finished: nobody was told that it was kept. */
  | { readonly kind: 'torn'; readonly start: number }

/** Reads a log frame by frame; damage ends a frame, never the reading. */
export async function* readLog(file: FileHandle): AsyncGenerator<LogPiece> {
  const { size } = await file.stat()
  let at = 0
  while (at < size) {
    const header = decodeFrameHeader(await readExactly(file, at, frameHeaderBytes))
    if (header !== undefined) {
      const end = at + frameHeaderBytes + header.payloadBytes
      if (end > size) {
        yield { kind: 'torn', start: at }
        return
      }
      const payload = await readExactly(file, at + frameHeaderBytes, header.payloadBytes)
      if (crc32(payload) === header.payloadCrc) {
        yield { kind: 'frame', payload, end }
        at = end
        continue
      }
    }
    const next = await nextFrame(file, at + 1, size)
    if (next === size && (await isUnfinished(file, at, size))) {
      yield { kind: 'torn', start: at }
      return
    }
    yield { kind: 'damaged', start: at, end: next }
    at = next
  }
}

const chunkBytes = 1024 * 1024

/** Where the next sound header begins; `size` where there is none. */
async function nextFrame(file: FileHandle, from: number, size: number): Promise<number> {
  for (let start = from; start < size; start += chunkBytes) {
    const chunk = await readExactly(file, start, chunkBytes + frameHeaderBytes)
    for (let at = chunk.indexOf(frameMagic); at >= 0 && at < chunkBytes;) {
      if (decodeFrameHeader(chunk.subarray(at, at + frameHeaderBytes)) !== undefined) {
        return start + at
      }
      at = chunk.indexOf(frameMagic, at + 1)
    }
  }
  return size
}

/** Whether the rest is less than a header, or zeros that a file system left where no write arrived. */
async function isUnfinished(file: FileHandle, at: number, size: number): Promise<boolean> {
  if (size - at < frameHeaderBytes) return true
  for (let start = at; start < size; start += chunkBytes) {
    const chunk = await readExactly(file, start, Math.min(chunkBytes, size - start))
    if (chunk.some((byte) => byte !== 0)) return false
  }
  return true
}
