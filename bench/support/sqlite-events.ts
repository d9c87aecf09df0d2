import { DatabaseSync } from 'node:sqlite'
import { isJsonObject, type JsonObject, type JsonValue } from '#base'

/** An event as it was sent: the bytes of its JSON. */
export interface SentEvent {
  readonly index: string
  readonly id: string
  readonly json: Buffer
}

/** The yardstick of durable ingest: events in one table of SQLite. */
export interface SqliteEvents {
  /** Keeps events in one transaction that is on stable storage when this returns. */
  insert(events: readonly SentEvent[]): void
  count(): number
  close(): void
}

const columns = ['host.id', 'user.name', 'event.action', 'process.name', 'process.executable']

/** A table with the text of each event, five of its fields, and indexes by id, time and program. */
export function openSqliteEvents(path: string): SqliteEvents {
  const database = new DatabaseSync(path)
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE events (
      name TEXT, id TEXT, ingested INTEGER, at TEXT, c0 TEXT, c1 TEXT, c2 TEXT, c3 TEXT, c4 TEXT, text TEXT
    );
    CREATE UNIQUE INDEX by_id ON events (name, id);
    CREATE INDEX by_time ON events (at);
    CREATE INDEX by_program ON events (c3, at);`)
  const insert = database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  return {
    insert: (events) => {
      database.exec('BEGIN')
      for (const { index, id, json } of events) {
        const text = json.toString('utf8')
        const source: JsonObject = JSON.parse(text)
        const values = columns.map((field) => textOf(source, field))
        const at = textOf(source, '@timestamp')
        insert.run(index, id, Date.now(), at, ...values, text)
      }
      database.exec('COMMIT')
    },
    count: () => Number(database.prepare('SELECT count(*) AS n FROM events').get()?.['n']),
    close: () => database.close(),
  }
}

function textOf(source: JsonObject, field: string): string | null {
  let value: JsonValue | undefined = source
  for (const key of field.split('.')) value = isJsonObject(value) ? value[key] : undefined
  return typeof value === 'string' ? value : null
}
