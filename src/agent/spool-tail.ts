import { open, type FileHandle } from 'node:fs/promises'

/** What a file of a spool holds after what a crash left at its end was taken away. */
export interface RecoveredFile {
  /** Whole events, from the beginning of the file. */
  readonly bytes: number
  /** Events from the offset on. */
  readonly events: number
  /** 1 where something was cut off, else 0. */
  readonly cut: number
}

const chunkBytes = 1024 * 1024
const newline = 0x0a

/** Counts the events of a file from an offset on, and cuts off what is no whole pair of lines at its end. */
export async function recoverTail(path: string, from: number): Promise<RecoveredFile> {
  const file = await open(path, 'r+')
  try {
    const { size } = await file.stat()
    const { end, events } = await pairsIn(file, from, size)
    if (end < size) await file.truncate(end)
    return { bytes: end, events, cut: end < size ? 1 : 0 }
  } finally {
    await file.close()
  }
}

async function pairsIn(
  file: FileHandle,
  from: number,
  size: number,
): Promise<{ readonly end: number; readonly events: number }> {
  const buffer = Buffer.alloc(chunkBytes)
  let lines = 0
  let end = Math.min(from, size)
  for (let at = end; at < size;) {
    const { bytesRead } = await file.read(buffer, 0, chunkBytes, at)
    if (bytesRead === 0) break
    const chunk = buffer.subarray(0, bytesRead)
    for (
      let found = chunk.indexOf(newline);
      found >= 0;
      found = chunk.indexOf(newline, found + 1)
    ) {
      lines++
      if (lines % 2 === 0) end = at + found + 1
    }
    at += bytesRead
  }
  return { end, events: lines / 2 - (lines % 2) / 2 }
}
