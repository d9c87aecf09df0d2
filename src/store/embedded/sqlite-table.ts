import type { DatabaseSync } from 'node:sqlite'
import type { JsonObject } from '#base'
import { keyValueOf } from '../document-keys.ts'
import type { CollectionSpec } from '../document-store.ts'

/** The table of a collection. Names were checked to be plain words, so they need no quoting. */
export function tableOf(name: string): string {
  return `collection_${name}`
}

/** The column of a key. */
export function columnOf(key: string): string {
  return `key_${key}`
}

/**
 * Makes the table where it is missing, drops the columns of keys that went, and adds those of keys that
 * came, reading every document once to fill them. All in one transaction.
 */
export function prepareTable<T extends JsonObject>(
  database: DatabaseSync,
  spec: CollectionSpec<T>,
): void {
  const table = tableOf(spec.name)
  database.exec('BEGIN IMMEDIATE')
  try {
    database.exec(
      `CREATE TABLE IF NOT EXISTS ${table} (id TEXT PRIMARY KEY, version INTEGER NOT NULL, body TEXT NOT NULL)`,
    )
    const present = keysIn(database, table)
    const wanted = Object.keys(spec.keys)
    for (const key of present.filter((name) => !wanted.includes(name))) {
      database.exec(`DROP INDEX IF EXISTS ${indexOf(spec.name, key)}`)
      database.exec(`ALTER TABLE ${table} DROP COLUMN ${columnOf(key)}`)
    }
    const added = wanted.filter((name) => !present.includes(name))
    for (const key of added) {
      // No declared type: numbers stay numbers and texts stay texts.
      database.exec(`ALTER TABLE ${table} ADD COLUMN ${columnOf(key)}`)
      database.exec(`CREATE INDEX ${indexOf(spec.name, key)} ON ${table} (${columnOf(key)}, id)`)
    }
    if (added.length > 0) fillKeys(database, spec, added)
    database.exec('COMMIT')
  } catch (thrown) {
    database.exec('ROLLBACK')
    throw thrown
  }
}

function indexOf(name: string, key: string): string {
  return `by_${name}_${key}`
}

function keysIn(database: DatabaseSync, table: string): readonly string[] {
  return database
    .prepare(`SELECT name FROM pragma_table_info('${table}')`)
    .all()
    .map((row) => String(row['name']))
    .filter((name) => name.startsWith('key_'))
    .map((name) => name.slice('key_'.length))
}

function fillKeys<T extends JsonObject>(
  database: DatabaseSync,
  spec: CollectionSpec<T>,
  keys: readonly string[],
): void {
  const table = tableOf(spec.name)
  const update = database.prepare(
    `UPDATE ${table} SET ${keys.map((key) => `${columnOf(key)} = ?`).join(', ')} WHERE id = ?`,
  )
  const page = database.prepare(`SELECT id, body FROM ${table} WHERE id > ? ORDER BY id LIMIT 500`)
  for (let last = ''; ;) {
    const rows = page.all(last)
    for (const row of rows) {
      const body: T = JSON.parse(String(row['body']))
      update.run(...keys.map((key) => keyValueOf(spec, key, body) ?? null), String(row['id']))
    }
    const end = rows.at(-1)
    if (end === undefined) return
    last = String(end['id'])
  }
}
