import { mkdir, open, rename, type FileHandle } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/** What only the owner may read and write. */
export const privateFileMode = 0o600
export const privateDirectoryMode = 0o700

/** Writes a whole file so that after a crash either all of it is there under its name or nothing. */
export async function writeDurably(path: string, parts: readonly Uint8Array[]): Promise<void> {
  await replace(path, (file) => writeAll(file, parts, 0))
}

/** The same for chunks that are made one after the other, each written before the next is asked for. */
export async function streamDurably(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  await replace(path, async (file) => {
    let at = 0
    for await (const chunk of chunks) at = await writeAll(file, [chunk], at)
  })
}

async function replace(path: string, write: (file: FileHandle) => Promise<unknown>): Promise<void> {
  const temporary = `${path}.partial`
  const file = await open(temporary, 'w', privateFileMode)
  try {
    await write(file)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
  await syncDirectory(dirname(path))
}

/** Writes every byte of the parts from `position` on; a short write goes on where it stopped. */
export async function writeAll(
  file: FileHandle,
  parts: readonly Uint8Array[],
  position: number,
): Promise<number> {
  let at = position
  for (let first = 0; first < parts.length; first += partsPerCall) {
    let left: Uint8Array[] = parts.slice(first, first + partsPerCall)
    while (left.length > 0) {
      const { bytesWritten } = await file.writev(left, at)
      at += bytesWritten
      left = after(left, bytesWritten)
    }
  }
  return at
}

/** Fills the parts from `position` on, and gives where it stopped: earlier only where the file ends. */
export async function readAll(
  file: FileHandle,
  parts: readonly Uint8Array[],
  position: number,
): Promise<number> {
  let at = position
  for (let first = 0; first < parts.length; first += partsPerCall) {
    let left: readonly Uint8Array[] = parts.slice(first, first + partsPerCall)
    while (left.length > 0) {
      const { bytesRead } = await file.readv(left, at)
      if (bytesRead === 0) return at
      at += bytesRead
      left = after(left, bytesRead)
    }
  }
  return at
}

/** Linux takes at most 1,024 buffers in one call. */
const partsPerCall = 512

function after(parts: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let skip = bytes
  return parts.flatMap((part) => {
    const dropped = Math.min(skip, part.length)
    skip -= dropped
    return dropped === part.length ? [] : [part.subarray(dropped)]
  })
}

/** Makes names that were added to, renamed in or removed from a directory survive a power loss. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes a directory, and those above it that are missing; their names survive a power loss when this resolves. */
export async function makeDirectory(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: privateDirectoryMode })
  if (first === undefined) return
  for (let made = resolve(path); ; made = dirname(made)) {
    await syncDirectory(dirname(made))
    if (made === resolve(first)) return
  }
}

/** Exactly `length` bytes from `position`; fewer only where the file ends before. */
export async function readExactly(
  file: FileHandle,
  position: number,
  length: number,
): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}
