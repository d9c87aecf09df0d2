import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Fault, messageOf } from '#base'
import { privateFileMode } from './durable-files.ts'

/** A data directory held by this process. */
export interface ProcessLock {
  release(): void
}

/**
 * Holds a data directory for this process alone, until released or until the process ends in whatever
 * way: the lock is SQLite's lock on `lock.db`, which the kernel drops with the process, so none is ever
 * left behind. Fault `unavailable`, code `store.locked`, while another holds it.
 */
export function holdDirectory(directory: string): ProcessLock {
  const path = join(directory, 'lock.db')
  const holder = join(directory, 'holder')
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (thrown) {
    database.close()
    throw lockFault(directory, holder, thrown)
  }
  chmodSync(path, privateFileMode)
  nameHolder(holder)
  return { release: () => database.close() }
}

/** For the message of whoever comes second; a full disk must not keep the first from opening. */
function nameHolder(holder: string): void {
  try {
    writeFileSync(holder, `${process.pid}\n`, { mode: privateFileMode })
  } catch {
    // The lock itself is held all the same.
  }
}

const sqliteBusy = 5

function lockFault(directory: string, holder: string, cause: unknown): Fault {
  if (cause instanceof Error && Reflect.get(cause, 'errcode') === sqliteBusy) {
    return new Fault(
      'unavailable',
      'store.locked',
      `open ${directory}: process ${pidOf(holder)} holds it; stop that one, or choose another directory`,
      { cause },
    )
  }
  return new Fault(
    'unavailable',
    'store.no-lock',
    `open ${directory}: cannot lock it: ${messageOf(cause)}`,
    { cause },
  )
}

function pidOf(holder: string): string {
  try {
    return readFileSync(holder, 'utf8').trim()
  } catch {
    return '(unknown)'
  }
}
