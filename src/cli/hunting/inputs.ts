import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { messageOf } from '#base'

/** One source of NDJSON. */
export interface HuntInput {
  /** Path, or `-` for stdin. */
  readonly path: string
  /** Size as it lies on disk; 0 where unknown. */
  readonly bytes: number
}

/** A path that gives nothing, and why. */
export interface UnreadableInput {
  readonly path: string
  readonly reason: string
}

/** Names that hold events when a directory is searched. */
const eventFile = /\.(ndjson|jsonl|json|log)(\.(gz|zst))?$/i

/** The files below some paths, in order of name; paths that are not there are told, not thrown. */
export async function inputsAt(paths: readonly string[]): Promise<{
  readonly inputs: readonly HuntInput[]
  readonly unreadable: readonly UnreadableInput[]
}> {
  const inputs: HuntInput[] = []
  const unreadable: UnreadableInput[] = []
  for (const path of paths) {
    if (path === '-') {
      inputs.push({ path, bytes: 0 })
      continue
    }
    try {
      inputs.push(...(await filesAt(path)))
    } catch (thrown) {
      unreadable.push({ path, reason: messageOf(thrown) })
    }
  }
  return { inputs, unreadable }
}

async function filesAt(path: string): Promise<readonly HuntInput[]> {
  const facts = await stat(path)
  if (!facts.isDirectory()) return [{ path, bytes: facts.size }]
  const entries = await readdir(path, { withFileTypes: true, recursive: true })
  const files = entries
    .filter((entry) => entry.isFile() && eventFile.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
  return Promise.all(files.map(async (file) => ({ path: file, bytes: (await stat(file)).size })))
}

/**
 * The bytes of an input, decompressed by its name. `onRead` is told how many bytes came off the disk.
 * Throws what the file system or the decompressor throws; what came before is good.
 */
export function chunksOf(
  { path }: HuntInput,
  stdin: AsyncIterable<Uint8Array>,
  onRead: (bytes: number) => void,
): AsyncIterable<Uint8Array> {
  if (path === '-') return stdin
  const file = createReadStream(path, { highWaterMark: 256 * 1024 })
  file.on('data', (chunk) => onRead(chunk.length))
  if (/\.gz$/i.test(path)) return inflated(file, createGunzip({ chunkSize: 256 * 1024 }))
  if (/\.zst$/i.test(path)) return inflated(file, createZstdDecompress({ chunkSize: 256 * 1024 }))
  return file
}

function inflated(
  file: NodeJS.ReadableStream,
  inflate: NodeJS.ReadWriteStream & AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  // The pipeline destroys both with the error, and the loop over `inflate` throws it.
  pipeline(file, inflate, () => undefined)
  return inflate
}
