import { createHash } from 'node:crypto'
import { open, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { assert, Fault } from '#base'
import { eventsDirectory } from './data-directory.ts'
import {
  makeDirectory,
  privateFileMode,
  readExactly,
  streamDurably,
  syncDirectory,
  writeDurably,
} from './durable-files.ts'
import {
  manifestName,
  readManifest,
  type SnapshotFile,
  type SnapshotManifest,
} from './snapshot-manifest.ts'

const documentsName = 'documents.db'
const chunkBytes = 4 * 1024 * 1024

/**
 * Copies a data directory, also one that a server is at work on, so that whoever opens the copy finds what they
 * would have found after a crash at this moment: every event and document acknowledged before, none twice.
 * `also` names files that the store does not know, copied where they are there. What is derived from events is left
 * out: it is made from them again. Faults: `conflict` when the target holds something, `not-found` without a store.
 */
export async function takeSnapshot({
  directory,
  target,
  also,
  nowMs,
}: {
  readonly directory: string
  readonly target: string
  readonly also: readonly string[]
  readonly nowMs: number
}): Promise<SnapshotManifest> {
  await claimEmpty(target)
  const files: SnapshotFile[] = []
  const copy = async (path: string): Promise<void> => {
    const file = await copied(join(directory, path), join(target, path), path)
    if (file !== undefined) files.push(file)
  }
  await copy('format')
  if (files.length === 0) {
    throw new Fault('not-found', 'snapshot.no-store', `${directory} is no data directory`)
  }
  // Documents before events: no alert is there without its events.
  files.push(await copyDocuments(directory, target))
  for (const path of also) await copy(path)
  // A log that is gone when its turn comes has become a segment, and segments are listed after that; a segment
  // that is gone was taken by retention.
  for (const kind of ['.log', '.segment']) {
    const names = await readdir(eventsDirectory(directory))
    for (const name of names.filter((each) => each.endsWith(kind)).toSorted()) {
      await copy(join(basename(eventsDirectory('')), name))
    }
  }
  const made_at = new Date(nowMs).toISOString()
  const manifest: SnapshotManifest = { format: 'vedette-snapshot', version: 1, made_at, files }
  const text = `${JSON.stringify(manifest, undefined, 1)}\n`
  await writeDurably(join(target, manifestName), [Buffer.from(text)])
  return manifest
}

/**
 * Makes a data directory of a snapshot, each file checked. Faults: those of {@link readManifest}, `conflict` when the
 * directory holds something, `invalid` naming the first file that is missing or changed; nothing is left then.
 */
export async function restoreSnapshot(
  snapshot: string,
  directory: string,
): Promise<SnapshotManifest> {
  const manifest = await readManifest(snapshot)
  await claimEmpty(directory)
  try {
    for (const file of manifest.files) {
      const found = await copied(join(snapshot, file.path), join(directory, file.path), file.path)
      check(file, found, snapshot)
    }
  } catch (thrown) {
    for (const name of await readdir(directory)) {
      await rm(join(directory, name), { recursive: true, force: true })
    }
    throw thrown
  }
  return manifest
}

/** Whether every file of a snapshot is as it was written. Faults: as of {@link restoreSnapshot}. */
export async function checkSnapshot(snapshot: string): Promise<SnapshotManifest> {
  const manifest = await readManifest(snapshot)
  for (const file of manifest.files) {
    check(file, await digestOf(join(snapshot, file.path), file.path), snapshot)
  }
  return manifest
}

function check(expected: SnapshotFile, found: SnapshotFile | undefined, snapshot: string): void {
  if (found?.sha256 === expected.sha256) return
  const reason = found === undefined ? 'is missing' : 'is not as it was written'
  throw new Fault(
    'invalid',
    'snapshot.damaged',
    `${join(snapshot, expected.path)} ${reason}; the snapshot cannot be used, take another`,
  )
}

async function claimEmpty(directory: string): Promise<void> {
  await makeDirectory(directory)
  if ((await readdir(directory)).length === 0) return
  throw new Fault(
    'conflict',
    'snapshot.not-empty',
    `${directory} holds something already; name a directory that is empty or not there`,
  )
}

/** A copy that is consistent while others write: SQLite makes it within one reading transaction. */
async function copyDocuments(directory: string, target: string): Promise<SnapshotFile> {
  const path = join(target, documentsName)
  const database = new DatabaseSync(join(directory, documentsName), { timeout: 30_000 })
  try {
    database.prepare('VACUUM INTO ?').run(path)
  } finally {
    database.close()
  }
  const file = await open(path, 'r+')
  try {
    await file.chmod(privateFileMode)
    await file.sync()
  } finally {
    await file.close()
  }
  const found = await digestOf(path, documentsName)
  assert(found !== undefined, 'a file that was just written is there')
  return found
}

async function digestOf(file: string, path: string): Promise<SnapshotFile | undefined> {
  const hash = createHash('sha256')
  let bytes = 0
  try {
    for await (const chunk of chunksOf(file)) {
      hash.update(chunk)
      bytes += chunk.length
    }
  } catch (thrown) {
    if (isMissing(thrown)) return undefined
    throw thrown
  }
  return { path, bytes, sha256: hash.digest('hex') }
}

/** Copies a file as long as it is now, durably; undefined where there is none. */
async function copied(from: string, to: string, path: string): Promise<SnapshotFile | undefined> {
  await makeDirectory(dirname(to))
  const hash = createHash('sha256')
  let bytes = 0
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunksOf(from)) {
      hash.update(chunk)
      bytes += chunk.length
      yield chunk
    }
  }
  try {
    await streamDurably(to, counted())
  } catch (thrown) {
    if (!isMissing(thrown)) throw thrown
    await rm(`${to}.partial`, { force: true })
    return undefined
  }
  await syncDirectory(dirname(to))
  return { path, bytes, sha256: hash.digest('hex') }
}

/** The bytes that a file has now: what is added while it is read is left out. */
async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    for (let at = 0; at < size; at += chunkBytes) {
      yield await readExactly(file, at, Math.min(chunkBytes, size - at))
    }
  } finally {
    await file.close()
  }
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT'
}
