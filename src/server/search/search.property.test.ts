import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JsonObject } from '#base'
import { askJson, bulkBody, type ToldHit, type ToldSearch } from './searching.fixture.ts'
import { serverUnderTest, type ServerUnderTest } from '../server-under-test.ts'

/** Random searches over the embedded store, whose answers are worked out a second time in the plainest way. */

interface Event {
  readonly id: string
  readonly ms: number
  readonly host?: string
  readonly tags: readonly string[]
  readonly pid?: number
}

const startMs = Date.UTC(2026, 2, 28, 22)
const hosts = ['web', 'db', 'mail']

/** A fixed little chaos: no two fields have the same rhythm. */
const events: readonly Event[] = Array.from({ length: 120 }, (_, i) => ({
  id: `e${i}`,
  ms: startMs + ((i * 7_919) % 10_000) * 17_000,
  ...(i % 7 !== 0 && { host: hosts[(i * 5) % 3] ?? '' }),
  tags: [`t${i % 4}`, `t${i % 6}`].slice(0, i % 3),
  ...(i % 5 !== 0 && { pid: (i * 37) % 23 }),
}))

let at: ServerUnderTest
beforeAll(async () => {
  at = await serverUnderTest({ kind: 'embedded' })
  const stored = events.map(({ id, ms, host, tags, pid }) => ({
    index: 'logs-x-default',
    id,
    source: {
      '@timestamp': new Date(ms).toISOString(),
      ...(host !== undefined && { host: { name: host } }),
      ...(tags.length > 0 && { tags }),
      ...(pid !== undefined && { process: { pid } }),
    },
  }))
  await at.ask('/_bulk', { method: 'POST', body: bulkBody(stored) })
})
afterAll(() => at.close())

async function search(body: JsonObject, path = '/logs-*/_search'): Promise<ToldSearch> {
  const answer = await askJson(at, path, body)
  if (answer.status !== 200) throw new Error(answer.body.error.reason)
  return answer.body
}

interface Filter {
  readonly query: JsonObject
  readonly means: (event: Event) => boolean
}

const filters = fc.constantFrom<Filter>(
  { query: { match_all: {} }, means: (_event: Event) => true },
  { query: { term: { 'host.name': 'web' } }, means: (event: Event) => event.host === 'web' },
  {
    query: { range: { 'process.pid': { gte: 9 } } },
    means: (event: Event) => event.pid !== undefined && event.pid >= 9,
  },
  {
    query: { bool: { must_not: [{ exists: { field: 'tags' } }] } },
    means: (event: Event) => event.tags.length === 0,
  },
  {
    query: { range: { '@timestamp': { gte: '2026-03-29T00:00:00Z', lt: '2026-03-30' } } },
    means: (event: Event) => event.ms >= Date.UTC(2026, 2, 29) && event.ms < Date.UTC(2026, 2, 30),
  },
)

const keys = {
  '@timestamp': (event: Event) => event.ms,
  'host.name': (event: Event) => event.host,
  'process.pid': (event: Event) => event.pid,
} as const
const key = fc.constantFrom(...(Object.keys(keys) as (keyof typeof keys)[]))
const order = fc.constantFrom('asc' as const, 'desc' as const)

test('hits are what is meant, in the order asked for, page by page', async () => {
  const sorts = fc.array(fc.record({ key, order }), { maxLength: 2 })
  await fc.assert(
    fc.asyncProperty(
      filters,
      sorts,
      fc.integer({ min: 7, max: 50 }),
      async (filter, sort, size) => {
        const expected = events
          .map((event, place) => ({ event, place }))
          .filter(({ event }) => filter.means(event))
          .toSorted((a, b) => {
            for (const by of sort) {
              const [x, y] = [keys[by.key](a.event), keys[by.key](b.event)]
              if (x === y) continue
              if (x === undefined || y === undefined) return x === undefined ? 1 : -1
              return (x < y ? -1 : 1) * (by.order === 'asc' ? 1 : -1)
            }
            return a.place - b.place
          })
          .map(({ event }) => event.id)
        const pit = (await askJson(at, '/logs-*/_pit?keep_alive=1m')).body.id
        const asked = {
          query: filter.query,
          sort: sort.map((by) => ({ [by.key]: by.order })),
          size,
        }
        const plain = await search(asked)
        expect(plain.hits.total.value).toBe(expected.length)
        expect(plain.hits.hits.length).toBe(Math.min(size, expected.length))
        const found: string[] = []
        for (let after: ToldHit['sort'] | undefined; ;) {
          const { hits } = await search(
            {
              ...asked,
              pit: { id: pit },
              ...(after !== undefined && { search_after: after }),
            },
            '/_search',
          )
          found.push(...hits.hits.map(({ _id }) => _id))
          after = hits.hits.at(-1)?.sort
          if (after === undefined) break
        }
        expect(found).toEqual(expected)
      },
    ),
    { numRuns: 40 },
  )
})

test('terms and what is in them are counted exactly', async () => {
  await fc.assert(
    fc.asyncProperty(
      filters,
      fc.integer({ min: 1, max: 6 }),
      order,
      async (filter, size, direction) => {
        const meant = events.filter(filter.means)
        const { aggregations } = await search({
          size: 0,
          query: filter.query,
          aggs: {
            tags: {
              terms: { field: 'tags', size, order: [{ _count: direction }] },
              aggs: {
                pids: { stats: { field: 'process.pid' } },
                hosts: { cardinality: { field: 'host.name' } },
                known: { value_count: { field: 'host.name' } },
              },
            },
            none: { missing: { field: 'host.name' } },
            first: { min: { field: '@timestamp' } },
          },
        })
        const all = [...new Set(meant.flatMap(({ tags }) => tags))]
          .map((tag) => {
            const own = meant.filter(({ tags }) => tags.includes(tag))
            const pids = own.flatMap(({ pid }) => pid ?? [])
            const sum = pids.reduce((a, b) => a + b, 0)
            const none = pids.length === 0
            return {
              key: tag,
              doc_count: own.length,
              pids: {
                count: pids.length,
                min: none ? null : Math.min(...pids),
                max: none ? null : Math.max(...pids),
                avg: none ? null : sum / pids.length,
                sum,
              },
              hosts: { value: new Set(own.flatMap(({ host }) => host ?? [])).size },
              known: { value: own.filter(({ host }) => host !== undefined).length },
            }
          })
          .toSorted(
            (a, b) =>
              (direction === 'asc' ? 1 : -1) * (a.doc_count - b.doc_count) ||
              (a.key < b.key ? -1 : 1),
          )
        expect(aggregations.tags.buckets).toEqual(all.slice(0, size))
        expect(aggregations.tags.sum_other_doc_count).toBe(
          all.slice(size).reduce((sum, { doc_count }) => sum + doc_count, 0),
        )
        expect(aggregations.none.doc_count).toBe(
          meant.filter(({ host }) => host === undefined).length,
        )
        expect(aggregations.first.value).toBe(
          meant.length === 0 ? null : Math.min(...meant.map(({ ms }) => ms)),
        )
      },
    ),
    { numRuns: 40 },
  )
})

test('composite pages hold every combination once, in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      filters,
      fc.integer({ min: 1, max: 9 }),
      order,
      fc.boolean(),
      async (filter, size, direction, missing) => {
        const found: unknown[] = []
        for (let after: JsonObject | undefined; ;) {
          const { aggregations } = await search({
            size: 0,
            query: filter.query,
            aggs: {
              page: {
                composite: {
                  size,
                  sources: [
                    {
                      host: {
                        terms: { field: 'host.name', order: direction, missing_bucket: missing },
                      },
                    },
                    { tag: { terms: { field: 'tags' } } },
                  ],
                  ...(after !== undefined && { after }),
                } as JsonObject,
              },
            },
          })
          found.push(...aggregations.page.buckets)
          after = aggregations.page.after_key
          if (after === undefined) break
        }
        const counts = new Map<
          string,
          { key: { host: string | null; tag: string }; doc_count: number }
        >()
        for (const { host, tags } of events.filter(filter.means)) {
          if (host === undefined && !missing) continue
          for (const tag of new Set(tags)) {
            const name = `${host}/${tag}`
            const known = counts.get(name)?.doc_count ?? 0
            counts.set(name, { key: { host: host ?? null, tag }, doc_count: known + 1 })
          }
        }
        const sign = direction === 'asc' ? 1 : -1
        const expected = [...counts.values()].toSorted((a, b) => {
          const [x, y] = [a.key.host ?? '', b.key.host ?? '']
          if (x !== y) return sign * (x < y ? -1 : 1)
          return a.key.tag < b.key.tag ? -1 : 1
        })
        expect(found).toEqual(expected)
      },
    ),
    { numRuns: 40 },
  )
})

test('time is cut by length and by calendar, in a place whose clocks are changed', async () => {
  // On 29 March 2026 the clocks of Vienna go from two to three.
  const cases = [
    {
      cut: { fixed_interval: '3h' },
      startOf: (ms: number) => Math.floor(ms / 10_800_000) * 10_800_000,
    },
    {
      cut: { calendar_interval: 'day' },
      startOf: (ms: number) => Math.floor(ms / 86_400_000) * 86_400_000,
    },
    {
      cut: { calendar_interval: 'month' },
      startOf: (ms: number) => Date.UTC(2026, new Date(ms).getUTCMonth(), 1),
    },
    {
      cut: { calendar_interval: '1d', time_zone: 'Europe/Vienna' },
      startOf: (ms: number) => {
        const starts = [
          Date.UTC(2026, 2, 27, 23),
          Date.UTC(2026, 2, 28, 23),
          Date.UTC(2026, 2, 29, 22),
          Date.UTC(2026, 2, 30, 22),
        ]
        return starts.findLast((start) => start <= ms) ?? 0
      },
    },
  ]
  for (const { cut, startOf } of cases) {
    const { aggregations } = await search({
      size: 0,
      aggs: {
        times: { date_histogram: { field: '@timestamp', min_doc_count: 1, ...cut } as JsonObject },
      },
    })
    const counts = new Map<number, number>()
    for (const { ms } of events) counts.set(startOf(ms), (counts.get(startOf(ms)) ?? 0) + 1)
    const expected = [...counts].toSorted(([a], [b]) => a - b)
    expect(aggregations.times.buckets.map((bucket) => [bucket.key, bucket.doc_count])).toEqual(
      expected,
    )
  }
})
