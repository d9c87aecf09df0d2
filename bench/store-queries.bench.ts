/**
 * How fast are ten million stored events asked, against DuckDB asked the same of one plain table of their
 * fields? The store gives whole events where the table gives columns. Answers are compared first. Both sides
 * are warm and use as many threads as they like. One JSON line a row.
 * `node bench/store-queries.bench.ts [--quick] [--events N]`
 */
import { parseArgs } from 'node:util'
import { assert, systemClock, type JsonObject } from '#base'
import { ecsCatalogue } from '#event'
import type { FilterPlan } from '#query'
import { openStore, type SearchRequest, type Store } from '#store'
import { openDuckdbEvents, type DuckdbEvents } from './support/duckdb-events.ts'
import { rounded, sayRow } from './support/row.ts'
import { median, sideBySide, timed } from './support/side-by-side.ts'
import { withStoredWorld, worldSpan } from './support/stored-world.ts'

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, events: { type: 'string' } },
})
const { quick } = values
const count = Number(values.events ?? (quick ? 200_000 : 10_000_000))
const rounds = 7
const dayMs = 86_400_000
const { startMs, endMs } = worldSpan

/** A question to both sides; an answer is what must be equal. */
interface Question {
  readonly bar: string
  readonly ask: (store: Store) => Promise<unknown>
  readonly sql: string
  readonly answerOf: (rows: readonly (readonly unknown[])[]) => unknown
}

const hourMs = 3_600_000
const whole = within(startMs, 2 * (endMs - startMs))
const nineMinutes = within(endMs - dayMs, 540_000)
const oneDay = within(endMs - 2 * dayMs, dayMs)
const program = 'tool-7'

const questions: readonly Question[] = [
  {
    bar: 'store-newest',
    ask: (store) =>
      idsOf(store, {
        filter: nameIs('docker'),
        order: 'time-descending',
        limit: 50,
        time: whole,
      }),
    sql: `SELECT * FROM events WHERE "process.name" = 'docker' ORDER BY ms DESC, rowid DESC LIMIT 50`,
    answerOf: (rows) => rows.map((row) => row[1]),
  },
  {
    bar: 'store-9-minutes',
    ask: (store) =>
      idsOf(store, { filter: nameIs('docker'), order: 'time-ascending', time: nineMinutes }),
    sql: `SELECT * FROM events WHERE "process.name" = 'docker' AND ${sqlOf(nineMinutes)} ORDER BY ms, rowid`,
    answerOf: (rows) => rows.map((row) => row[1]),
  },
  {
    bar: 'store-histogram',
    ask: async (store) => {
      const buckets = await store.events.histogram({
        indices: ['logs-*'],
        filter: { kind: 'all' },
        context: context(),
        time: whole,
        bucketMs: hourMs,
      })
      return buckets.map(({ startMs, events }) => [startMs, events])
    },
    sql: `SELECT ms // ${hourMs} AS hour, count(*) FROM events WHERE ${sqlOf(whole)} GROUP BY hour ORDER BY hour`,
    answerOf: (rows) => rows.map(([hour, events]) => [Number(hour) * hourMs, Number(events)]),
  },
  {
    bar: 'store-24-hours',
    ask: (store) =>
      idsOf(store, { filter: nameIs(program), order: 'time-ascending', time: oneDay }),
    sql: `SELECT * FROM events WHERE "process.name" = '${program}' AND ${sqlOf(oneDay)} ORDER BY ms, rowid`,
    answerOf: (rows) => rows.map((row) => row[1]),
  },
]

await withStoredWorld(count, async (world) => {
  const store = await reopen(world.store)
  const duckdb = await openDuckdbEvents(world.duckdb)
  for (const question of questions) await compare(question, store, duckdb)
  await store.close()
  duckdb.close()
})

/** Opens the store some times, as a start does; the last stays open. */
async function reopen(path: string): Promise<Store> {
  const openMs: number[] = []
  let store: Store | undefined
  for (let round = 0; round < 5; round++) {
    await store?.close()
    openMs.push(
      await timed(async () => {
        store = await openStore({ kind: 'embedded', directory: path, clock: systemClock })
      }),
    )
  }
  const value = rounded(median(openMs))
  sayRow({ row: 'start-up', bar: 'store-open', events: count, value, openMs: openMs.map(rounded) })
  assert(store !== undefined, 'the store opens')
  return store
}

async function compare(
  { bar, ask, sql, answerOf }: Question,
  store: Store,
  duckdb: DuckdbEvents,
): Promise<void> {
  let ours: unknown
  const firstMs = await timed(async () => {
    ours = await ask(store)
  })
  const theirs = answerOf(await duckdb.rows(sql))
  assert(JSON.stringify(ours) === JSON.stringify(theirs), `${bar}: both sides give the same answer`)
  const compared = await sideBySide(rounds, {
    ours: () => timed(() => ask(store)),
    yardstick: () => timed(() => duckdb.rows(sql)),
  })
  const found = Array.isArray(ours) ? ours.length : 0
  sayRow({
    row: bar,
    bar,
    events: count,
    value: compared.timeRatio,
    found,
    firstMs: rounded(firstMs),
    ...compared,
  })
}

async function idsOf(
  store: Store,
  request: Pick<SearchRequest, 'filter' | 'order' | 'limit' | 'time'>,
): Promise<unknown> {
  const ids: unknown[] = []
  const pages = store.events.search({ indices: ['logs-*'], context: context(), ...request })
  for await (const page of pages) {
    for (const { source } of page) ids.push((source['event'] as JsonObject)['id'])
  }
  return ids
}

function context(): SearchRequest['context'] {
  return { fields: ecsCatalogue(), nowMs: endMs }
}

function within(fromMs: number, spanOfMs: number): SearchRequest['time'] & object {
  return { fields: { primary: '@timestamp' }, fromMs, toMs: fromMs + spanOfMs }
}

function sqlOf({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): string {
  return `ms BETWEEN ${fromMs} AND ${toMs}`
}

function nameIs(value: string): FilterPlan {
  const field = { kind: 'field', name: 'process.name' } as const
  return { kind: 'match', field, literal: { value, quoted: false } }
}
