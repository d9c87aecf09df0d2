import { BIGINT, DuckDBDataChunk, DuckDBInstance, VARCHAR } from '@duckdb/node-api'
import type { WrittenEvent } from './written-events.ts'

/** The yardstick of queries: events in one plain table of DuckDB, its fields as columns. */
export interface DuckdbEvents {
  /** At most 2,048, with the texts of {@link duckdbFields}. */
  add(events: readonly WrittenEvent[]): void
  /** Everything added so far is in the file. */
  flush(): Promise<void>
  /** The rows of a query, each a list of values. */
  rows(sql: string): Promise<readonly (readonly unknown[])[]>
  close(): void
}

/** The fields that have a column. */
export const duckdbFields: readonly string[] = [
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

/** A database with one table, `events`: `ms` in epoch milliseconds, and each field under its name. */
export async function openDuckdbEvents(path: string): Promise<DuckdbEvents> {
  const instance = await DuckDBInstance.create(path)
  const connection = await instance.connect()
  const columns = duckdbFields.map((field) => `"${field}" VARCHAR`)
  await connection.run(`CREATE TABLE IF NOT EXISTS events (ms BIGINT, ${columns.join(', ')})`)
  const types = [BIGINT, ...duckdbFields.map(() => VARCHAR)]
  let appender = await connection.createAppender('events')
  return {
    add: (events) => {
      const chunk = DuckDBDataChunk.create(types)
      chunk.setColumns([
        events.map(({ atMs }) => BigInt(atMs)),
        ...duckdbFields.map((_, place) => events.map(({ texts }) => texts[place] ?? '')),
      ])
      appender.appendDataChunk(chunk)
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
