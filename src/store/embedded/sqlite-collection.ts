import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'
import type { JsonObject } from '#base'
import {
  checkId,
  checkKeys,
  formatCursor,
  keyValueOf,
  limitOf,
  parseCursor,
  versionConflict,
} from '../document-keys.ts'
import type {
  Collection,
  CollectionSpec,
  FindRequest,
  KeyCondition,
  Page,
  Versioned,
} from '../document-store.ts'
import { columnOf, tableOf } from './sqlite-table.ts'
import type { WriteQueue } from './write-queue.ts'

/** One collection over its prepared table; statements are prepared once and kept. */
export function sqliteCollection<T extends JsonObject>(
  database: DatabaseSync,
  { spec, writes }: { readonly spec: CollectionSpec<T>; readonly writes: WriteQueue },
): Collection<T> {
  const table = tableOf(spec.name)
  const keys = Object.keys(spec.keys)
  const prepared = statementCache(database)
  const columns = ['id', 'version', 'body', ...keys.map(columnOf)]
  const upsert = prepared(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
     ON CONFLICT (id) DO UPDATE SET ${columns.map((name) => `${name} = excluded.${name}`).join(', ')}`,
  )
  const byId = prepared(`SELECT id, version, body FROM ${table} WHERE id = ?`)
  const idsAmong = prepared(`SELECT id FROM ${table} WHERE id IN (SELECT value FROM json_each(?))`)
  const removal = prepared(`DELETE FROM ${table} WHERE id = ?`)

  const read = (id: string): Versioned<T> | undefined => {
    const row = byId.get(id)
    return row === undefined ? undefined : documentOf(row)
  }

  const ready = (body: T): Ready => ({
    text: JSON.stringify(body),
    keyValues: keys.map((key) => keyValueOf(spec, key, body) ?? null),
  })

  const write = (id: string, version: number, { text, keyValues }: Ready): Versioned<T> => {
    upsert.run(id, version, text, ...keyValues)
    return { id, version, body: bodyOf(text) }
  }

  return {
    get: async (id) => read(id),
    existing: async (ids) =>
      new Set(idsAmong.all(JSON.stringify(ids)).map((row) => String(row['id']))),
    create: async (wanted) => {
      for (const { id } of wanted) checkId(spec.name, id)
      const documents = wanted.map(({ id, body }) => ({ id, row: ready(body) }))
      return writes.run(() =>
        documents.map(({ id, row }) => {
          if (read(id) !== undefined) return false
          write(id, 1, row)
          return true
        }),
      )
    },
    put: async (id, body, { ifVersion } = {}) => {
      checkId(spec.name, id)
      const row = ready(body)
      return writes.run(() => {
        const found = read(id)?.version ?? 0
        if (ifVersion !== undefined && ifVersion !== found) {
          throw versionConflict(spec.name, id, { found, expected: ifVersion })
        }
        return write(id, found + 1, row)
      })
    },
    update: (id, change) =>
      writes.run(() => {
        const found = read(id)
        return found === undefined
          ? undefined
          : write(id, found.version + 1, ready(change(found.body)))
      }),
    delete: (id) => writes.run(() => removal.run(id).changes > 0),
    find: async (request = {}) => {
      checkKeys(spec, request)
      return pageOf(request, (sql, values) =>
        prepared(`SELECT id, version, body${sql.keyColumn} FROM ${table} ${sql.rest}`).all(
          ...values,
        ),
      )
    },
    count: async (where = []) => {
      checkKeys(spec, { where })
      const { texts, values } = conditionsOf(where)
      const row = prepared(`SELECT count(*) AS n FROM ${table} ${whereOf(texts)}`).get(...values)
      return Number(row?.['n'] ?? 0)
    },
  }
}

/** A body as its row holds it: whatever can throw has happened before anything is written. */
interface Ready {
  readonly text: string
  readonly keyValues: readonly (string | number | null)[]
}

type Row = Record<string, SQLOutputValue>

function documentOf<T extends JsonObject>(row: Row): Versioned<T> {
  return {
    id: String(row['id']),
    version: Number(row['version']),
    body: bodyOf(String(row['body'])),
  }
}

function bodyOf<T extends JsonObject>(text: string): T {
  // A boundary: only bodies of type T are written into the table of this collection.
  return JSON.parse(text) as T
}

/** Texts of statements differ only in which keys they name, so there are few; still bounded. */
function statementCache(database: DatabaseSync): (sql: string) => StatementSync {
  const kept = new Map<string, StatementSync>()
  return (sql) => {
    const known = kept.get(sql)
    if (known !== undefined) return known
    if (kept.size >= 200) kept.clear()
    const statement = database.prepare(sql)
    kept.set(sql, statement)
    return statement
  }
}

interface Conditions {
  readonly texts: readonly string[]
  readonly values: readonly SQLInputValue[]
}

function conditionsOf(where: readonly KeyCondition[]): Conditions {
  const parts = where.map(conditionOf)
  return {
    texts: parts.flatMap(({ texts }) => texts),
    values: parts.flatMap(({ values }) => values),
  }
}

function conditionOf(condition: KeyCondition): Conditions {
  const column = columnOf(condition.key)
  if ('in' in condition) {
    return {
      texts: [`${column} IN (SELECT value FROM json_each(?))`],
      values: [JSON.stringify(condition.in)],
    }
  }
  const texts = [`${column} IS NOT NULL`]
  const values: SQLInputValue[] = []
  for (const [operator, bound] of [
    ['>=', condition.from],
    ['<=', condition.to],
  ] as const) {
    if (bound === undefined) continue
    texts.push(`${column} ${operator} ?`, `(typeof(${column}) = 'text') = ?`)
    values.push(bound, typeof bound === 'string' ? 1 : 0)
  }
  return { texts, values }
}

function whereOf(texts: readonly string[]): string {
  return texts.length === 0 ? '' : `WHERE ${texts.join(' AND ')}`
}

interface PageSql {
  readonly keyColumn: string
  readonly rest: string
}

function pageOf<T extends JsonObject>(
  request: FindRequest,
  select: (sql: PageSql, values: readonly SQLInputValue[]) => readonly Row[],
): Page<T> {
  const { sort, where = [] } = request
  const limit = limitOf(request)
  const filter = conditionsOf(where)
  const cursor = cursorOf(request)
  const direction = sort?.direction === 'desc' ? 'DESC' : 'ASC'
  const order =
    sort === undefined ? 'id ASC' : `${columnOf(sort.key)} ${direction}, id ${direction}`
  const present = sort === undefined ? [] : [`${columnOf(sort.key)} IS NOT NULL`]
  const rows = select(
    {
      keyColumn: sort === undefined ? '' : `, ${columnOf(sort.key)} AS sort_key`,
      rest: `${whereOf([...filter.texts, ...present, ...cursor.texts])} ORDER BY ${order} LIMIT ?`,
    },
    [...filter.values, ...cursor.values, limit + 1],
  )
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const items = page.map((row) => documentOf<T>(row))
  if (last === undefined || rows.length <= limit) return { items }
  const key = last['sort_key']
  const id = String(last['id'])
  return {
    items,
    next: formatCursor(typeof key === 'string' || typeof key === 'number' ? { id, key } : { id }),
  }
}

function cursorOf(request: FindRequest): Conditions {
  const { sort, after } = request
  if (after === undefined) return { texts: [], values: [] }
  const { id, key } = parseCursor(after, request)
  if (sort === undefined || key === undefined) return { texts: ['id > ?'], values: [id] }
  const operator = sort.direction === 'desc' ? '<' : '>'
  return { texts: [`(${columnOf(sort.key)}, id) ${operator} (?, ?)`], values: [key, id] }
}
