import { chmod, readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Fault, isJsonObject, messageOf } from '#base'
import {
  makeDirectory,
  privateDirectoryMode,
  syncDirectory,
  writeDurably,
} from './durable-files.ts'

/** The layout that this version of the code writes. It reads the first one too, in which segments had no columns. */
export const formatVersion = 2
const firstVersion = 1

/**
 * Makes the directory and its parts where they are missing, readable by the owner alone.
 * Fault `store.not-empty` for a directory that others may read and that holds something else already:
 * closing it to them could lock a whole system out of its own files.
 */
export async function prepareDirectory(directory: string): Promise<void> {
  try {
    await makeDirectory(directory)
    await claim(directory)
    for (const path of [eventsDirectory, derivedDirectory, setAsideDirectory].map((of) =>
      of(directory),
    )) {
      await makeDirectory(path)
    }
    await syncDirectory(dirname(resolve(directory)))
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    throw new Fault(
      'unavailable',
      'store.no-directory',
      `open ${directory}: cannot make or own it: ${messageOf(cause)}`,
      { cause },
    )
  }
}

async function claim(directory: string): Promise<void> {
  const { mode } = await stat(directory)
  if ((mode & 0o077) === 0) return
  const names = await readdir(directory)
  if (names.length === 0 || names.includes('format')) {
    await chmod(directory, privateDirectoryMode)
    return
  }
  throw new Fault(
    'invalid',
    'store.not-empty',
    `open ${directory}: it holds other files and is open to other users; choose an empty directory, or "chmod 700" this one`,
  )
}

/**
 * Writes the format file of a new directory, or of one of the first format, or checks the one that is there.
 * Fault `invalid` where a newer Vedette, or something else, wrote it: nothing is touched then.
 */
export async function checkFormat(directory: string): Promise<void> {
  const path = join(directory, 'format')
  const text = await readFile(path, 'utf8').catch(() => undefined)
  const version = text === undefined ? undefined : versionOf(text)
  if (text === undefined || version === firstVersion) {
    const format = JSON.stringify({ format: 'vedette-data', version: formatVersion })
    await writeDurably(path, [Buffer.from(`${format}\n`)])
    return
  }
  if (version === formatVersion) return
  throw new Fault(
    'invalid',
    'store.unknown-format',
    version === undefined
      ? `open ${directory}: its format file is not ours; choose another directory`
      : `open ${directory}: it has format version ${version}, this Vedette knows ${formatVersion}; run the version that wrote it`,
  )
}

function versionOf(text: string): number | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    if (!isJsonObject(parsed) || parsed['format'] !== 'vedette-data') return undefined
    return typeof parsed['version'] === 'number' ? parsed['version'] : undefined
  } catch {
    return undefined
  }
}

/** Where logs and segments rest. */
export function eventsDirectory(directory: string): string {
  return join(directory, 'events')
}

/** Where lies what was made from events and can be made from them again. */
export function derivedDirectory(directory: string): string {
  return join(directory, 'derived')
}

/** Where damaged parts of files go, for a person to look at. */
export function setAsideDirectory(directory: string): string {
  return join(directory, 'set-aside')
}
