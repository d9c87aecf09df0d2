import { open, unlink, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Fault, messageOf } from '#base'
import { privateFileMode, syncDirectory, writeAll } from './durable-files.ts'
import { encodeFrameHeader } from './frame.ts'

/** Some events as one frame will hold them. */
export interface FramePayload {
  readonly bytes: Buffer
  readonly count: number
}

/** A file to which frames are added, and which is removed once its events rest in a segment. */
export interface EventLog {
  readonly path: string
  bytes(): number
  /**
   * Adds frames; resolves when they are on stable storage. Fault `unavailable` where the disk refuses:
   * the file is cut back to where it was, and the next append tries again. One append at a time.
   */
  append(payloads: readonly FramePayload[]): Promise<void>
  close(): Promise<void>
  /** Closes and deletes the file. */
  remove(): Promise<void>
}

/** Makes a new, empty log whose name is safe on disk when this resolves. */
export async function createLog(path: string): Promise<EventLog> {
  try {
    const file = await open(path, 'wx', privateFileMode)
    await syncDirectory(dirname(path))
    return eventLog(file, path, 0)
  } catch (cause) {
    throw diskFault(`create ${path}`, cause)
  }
}

/** Goes on with a log whose sound part ends at `goodBytes`; what follows is cut off. */
export async function continueLog(path: string, goodBytes: number): Promise<EventLog> {
  const file = await open(path, 'r+')
  const { size } = await file.stat()
  if (size !== goodBytes) {
    await file.truncate(goodBytes)
    await file.sync()
  }
  return eventLog(file, path, goodBytes)
}

function eventLog(file: FileHandle, path: string, startBytes: number): EventLog {
  let goodBytes = startBytes
  let dirty = false

  const cutBack = async (): Promise<void> => {
    if (!dirty) return
    await file.truncate(goodBytes)
    dirty = false
  }

  return {
    path,
    bytes: () => goodBytes,
    append: async (payloads) => {
      const parts = payloads.flatMap(({ bytes, count }) => [encodeFrameHeader(bytes, count), bytes])
      try {
        await cutBack()
        dirty = true
        const end = await writeAll(file, parts, goodBytes)
        await file.datasync()
        dirty = false
        goodBytes = end
      } catch (cause) {
        // Cutting back may fail for the same reason as the write; it is tried again before the next one.
        await cutBack().catch(() => undefined)
        throw diskFault(`write events to ${path}`, cause)
      }
    },
    close: () => file.close(),
    remove: async () => {
      await file.close()
      await unlink(path)
      await syncDirectory(dirname(path))
    },
  }
}

/** The fault of a disk that is full or failing. */
export function diskFault(doing: string, cause: unknown): Fault {
  const code = cause instanceof Error ? Reflect.get(cause, 'code') : undefined
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new Fault(
      'unavailable',
      'store.disk-full',
      `${doing}: the disk is full; nothing of it is kept. Free space or keep less (retention): writing resumes by itself`,
      { cause },
    )
  }
  return new Fault(
    'unavailable',
    'store.disk-failed',
    `${doing}: ${messageOf(cause)}; nothing of it is kept`,
    { cause },
  )
}
