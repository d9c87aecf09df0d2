import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { Fault, messageOf, type FaultKind } from '#base'
import type { CutText, FileReader } from '#respond'

/** Reads files of this host. */
export const hostFiles: FileReader = {
  async read(path, { maxBytes, signal }) {
    const file = await opened(path)
    try {
      const before = await file.stat()
      if (!before.isFile()) {
        throw new Fault('invalid', 'host.no-ordinary-file', `${path} is no ordinary file`)
      }
      const hash = createHash('sha256')
      const kept: Buffer[] = []
      let size = 0
      for await (const piece of file.createReadStream({ autoClose: false, signal })) {
        const bytes = Buffer.from(piece)
        hash.update(bytes)
        if (size < maxBytes) kept.push(bytes.subarray(0, maxBytes - size))
        size += bytes.length
      }
      const after = await file.stat()
      return {
        bytes: Buffer.concat(kept),
        size,
        isCut: size > maxBytes,
        sha256: hash.digest('hex'),
        changedMeanwhile: after.mtimeMs !== before.mtimeMs || after.size !== before.size,
        mode: (before.mode & 0o7777).toString(8).padStart(4, '0'),
        owner: before.uid,
        modified: before.mtime.toISOString(),
      }
    } catch (cause) {
      signal.throwIfAborted()
      throw cause instanceof Fault ? cause : refusal(path, cause)
    } finally {
      await file.close()
    }
  },
  async note(path, maxBytes) {
    try {
      const file = await opened(path)
      return await beginningOf(file, maxBytes).finally(() => file.close())
    } catch {
      return undefined
    }
  },
}

/** Without waiting for the other end of a pipe, and without becoming anybody's terminal. */
function opened(path: string): Promise<FileHandle> {
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY
  return open(path, flags).catch((cause: unknown) => {
    throw refusal(path, cause)
  })
}

async function beginningOf(file: FileHandle, maxBytes: number): Promise<CutText> {
  const buffer = Buffer.alloc(maxBytes + 1)
  let length = 0
  for (;;) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length)
    length += bytesRead
    if (bytesRead === 0 || length > maxBytes) break
  }
  return {
    text: buffer.subarray(0, Math.min(length, maxBytes)).toString('utf8'),
    isCut: length > maxBytes,
  }
}

const kinds: { readonly [code: string]: FaultKind } = {
  ENOENT: 'not-found',
  ENOTDIR: 'not-found',
  EACCES: 'forbidden',
  EPERM: 'forbidden',
}

function refusal(path: string, cause: unknown): Fault {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return new Fault(
    kinds[code] ?? 'unavailable',
    'host.file',
    `reading ${path}: ${messageOf(cause)}`,
    {
      cause,
    },
  )
}
