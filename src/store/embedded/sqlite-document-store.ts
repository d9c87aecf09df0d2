import { chmodSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { JsonObject } from '#base'
import { checkSpec, secondSpec } from '../document-keys.ts'
import type { Collection, CollectionSpec, DocumentStore } from '../document-store.ts'
import { privateFileMode } from './durable-files.ts'
import { sqliteCollection } from './sqlite-collection.ts'
import { prepareTable } from './sqlite-table.ts'
import { writeQueue } from './write-queue.ts'

/**
 * Documents in one SQLite file: a table a collection, the body as JSON text, each key a column with an
 * index. A write resolves after its transaction is on stable storage (WAL, synchronous = FULL).
 */
export function sqliteDocumentStore(path: string): DocumentStore {
  const database = new DatabaseSync(path, { timeout: 5_000 })
  chmodSync(path, privateFileMode)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  const open = new Map<CollectionSpec<never>, unknown>()
  const names = new Set<string>()
  const writes = writeQueue(database)
  return {
    collection<T extends JsonObject>(spec: CollectionSpec<T>): Collection<T> {
      const known = open.get(spec)
      // The map's key is the very spec that carries T, so what was opened for it is a Collection<T>.
      if (known !== undefined) return known as Collection<T>
      checkSpec(spec)
      if (names.has(spec.name)) throw secondSpec(spec.name)
      prepareTable(database, spec)
      const created = sqliteCollection(database, { spec, writes })
      names.add(spec.name)
      open.set(spec, created)
      return created
    },
    close: async () => {
      await writes.drained()
      database.close()
    },
  }
}
