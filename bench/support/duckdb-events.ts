import { DuckDBInstance } from '@duckdb/node-api'
import { isJsonObject, type JsonObject, type JsonValue } from '#base'

/** The yardstick of queries: events in one plain table of DuckDB, its fields as columns. */
export interface DuckdbEvents {
  add(events: readonly JsonObject[]): void
  /** Everything added so far is in the file. */
  flush(): Promise<void>
  /** The rows of a query, each a list of values. */
  rows(sql: string): Promise<readonly (readonly unknown[])[]>
  close(): void
}

const texts = [
  'event.id',
  'event.action',
  'event.dataset',
  'host.id',
  'host.name',
  'user.name',
  'process.entity_id',
  'process.name',
  'process.executable',
  'process.command_line',
  'process.working_directory',
  'process.parent.entity_id',
  'process.parent.name',
  'process.parent.executable',
]

/** A new database with one table, `events`: `ms` in epoch milliseconds, and each field under its name. */
export async function openDuckdbEvents(path: string): Promise<DuckdbEvents> {
  const instance = await DuckDBInstance.create(path)
  const connection = await instance.connect()
  const columns = texts.map((field) => `"${field}" VARCHAR`)
  await connection.run(`CREATE TABLE events (ms BIGINT, ${columns.join(', ')})`)
  let appender = await connection.createAppender('events')
  return {
    add: (events) => {
      for (const event of events) {
        appender.appendBigInt(BigInt(Date.parse(String(event['@timestamp']))))
        for (const field of texts) appender.appendVarchar(textOf(event, field))
        appender.endRow()
      }
    },
    flush: async () => {
      appender.closeSync()
      appender = await connection.createAppender('events')
      await connection.run('CHECKPOINT')
    },
    rows: async (sql) => (await connection.runAndReadAll(sql)).getRows(),
    close: () => {
      appender.closeSync()
      connection.closeSync()
      instance.closeSync()
    },
  }
}

function textOf(event: JsonObject, field: string): string {
  let value: JsonValue | undefined = event
  for (const key of field.split('.')) value = isJsonObject(value) ? value[key] : undefined
  return typeof value === 'string' ? value : ''
}
