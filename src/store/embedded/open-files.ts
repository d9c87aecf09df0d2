import { open, type FileHandle } from 'node:fs/promises'
import { Fault, messageOf } from '#base'
import { readExactly } from './durable-files.ts'
import type { Extent } from './segment-file.ts'

/** Files that are read again and again, kept open. */
export interface OpenFiles {
  /** Some bytes of a file. Fault `store.read-failed`. */
  read(path: string, extent: Extent): Promise<Buffer>
  /** Lets go of a file that will be deleted. */
  forget(path: string): void
  close(): void
}

interface OpenFile {
  readonly handle: Promise<FileHandle>
  readers: number
  isDropped: boolean
}

/** Keeps up to `limit` files open, the least lately read going first. */
export function openFiles(limit: number): OpenFiles {
  const files = new Map<string, OpenFile>()

  const closeIfIdle = (file: OpenFile): void => {
    // Nobody waits for this; a file that could not be opened need not be closed.
    if (file.readers === 0) file.handle.then((handle) => handle.close()).catch(() => undefined)
  }

  const drop = (path: string): void => {
    const file = files.get(path)
    if (file === undefined) return
    files.delete(path)
    file.isDropped = true
    closeIfIdle(file)
  }

  const opened = (path: string): OpenFile => {
    const known = files.get(path)
    if (known !== undefined) {
      files.delete(path)
      files.set(path, known)
      return known
    }
    const file = { handle: open(path, 'r'), readers: 0, isDropped: false }
    file.handle.catch(() => files.delete(path))
    files.set(path, file)
    for (const oldest of files.keys()) {
      if (files.size <= limit) break
      drop(oldest)
    }
    return file
  }

  return {
    read: async (path, { offset, length }) => {
      const file = opened(path)
      file.readers++
      try {
        return await readExactly(await file.handle, offset, length)
      } catch (cause) {
        throw new Fault(
          'unavailable',
          'store.read-failed',
          `read events from ${path}: ${messageOf(cause)}`,
          { cause },
        )
      } finally {
        file.readers--
        if (file.isDropped) closeIfIdle(file)
      }
    },
    forget: drop,
    close: () => {
      for (const path of files.keys()) drop(path)
    },
  }
}
