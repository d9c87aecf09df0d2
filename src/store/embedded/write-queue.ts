import type { DatabaseSync } from 'node:sqlite'
import { Fault, messageOf } from '#base'

/** Runs writes one after the other; those asked for in the same turn share one transaction and one fsync. */
export interface WriteQueue {
  /**
   * Resolves with the outcome of `write` once it is on stable storage. A write must decide whether to
   * refuse before it changes anything, since the others of its transaction go on.
   * Fault `unavailable` when the transaction cannot be committed: then none of its writes happened.
   */
  run<T>(write: () => T): Promise<T>
  /** Resolves when nothing waits. */
  drained(): Promise<void>
}

/** A {@link WriteQueue} over one connection. */
export function writeQueue(database: DatabaseSync): WriteQueue {
  let waiting: Waiting[] = []
  let turn: Promise<void> | undefined

  const commit = (): void => {
    const batch = waiting
    waiting = []
    turn = undefined
    let settle: readonly (() => void)[]
    try {
      database.exec('BEGIN IMMEDIATE')
      settle = batch.map(({ attempt }) => attempt())
      database.exec('COMMIT')
    } catch (cause) {
      if (database.isTransaction) database.exec('ROLLBACK')
      for (const { fail } of batch) fail(writeFault(cause))
      return
    }
    for (const done of settle) done()
  }

  return {
    run: (write) =>
      new Promise((resolve, reject) => {
        const attempt = (): (() => void) => {
          try {
            const outcome = write()
            return () => resolve(outcome)
          } catch (thrown) {
            if (isSqlite(thrown)) throw thrown
            return () => reject(thrown)
          }
        }
        waiting.push({ attempt, fail: reject })
        turn ??= new Promise((done) => {
          setImmediate(() => {
            commit()
            done()
          })
        })
      }),
    drained: async () => {
      await turn
    },
  }
}

interface Waiting {
  /** Does the write and gives what settles its promise after the commit. */
  readonly attempt: () => () => void
  readonly fail: (fault: Fault) => void
}

function isSqlite(thrown: unknown): boolean {
  return thrown instanceof Error && Reflect.get(thrown, 'code') === 'ERR_SQLITE_ERROR'
}

function writeFault(cause: unknown): Fault {
  return new Fault(
    'unavailable',
    'store.write-failed',
    `write documents: ${messageOf(cause)}; nothing of it is kept`,
    { cause },
  )
}
