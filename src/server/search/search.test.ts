import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject, JsonValue } from '#base'
import { askJson, bulkBody, type ToldSearch } from './searching.fixture.ts'
import { serverUnderTest, type ServerUnderTest } from '../server-under-test.ts'

let at: ServerUnderTest
beforeAll(async () => {
  at = await serverUnderTest()
  const events = Array.from({ length: 20 }, (_, i) => ({
    index: i % 4 === 3 ? 'logs-b-default' : 'logs-a-default',
    id: `e${i}`,
    source: {
      '@timestamp': new Date(Date.UTC(2026, 10, 24, 12, i)).toISOString(),
      process: { name: ['docker', 'sh', 'ls'][i % 3] ?? '', pid: i, args: ['run', `a${i}`] },
      host: { name: i < 10 ? 'web' : 'db' },
      message: `started number ${i}`,
      own: i % 2 === 0 ? `v${i % 4}` : i,
    },
  }))
  await at.ask('/_bulk', { method: 'POST', body: bulkBody(events) })
})
afterAll(() => at.close())

async function search(body: JsonObject, path = '/logs-*/_search'): Promise<ToldSearch> {
  const answer = await askJson(at, path, body)
  if (answer.status !== 200) throw new Error(answer.body.error.reason)
  return answer.body
}

const idsOf = ({ hits }: ToldSearch): readonly string[] => hits.hits.map(({ _id }) => _id)

describe('hits', () => {
  test('come in the order of arrival, ten of them, and all are counted', async () => {
    const found = await search({})
    expect(idsOf(found)).toEqual(Array.from({ length: 10 }, (_, i) => `e${i}`))
    expect(found.hits.total).toEqual({ value: 20, relation: 'eq' })
    expect(found.hits.max_score).toBe(1)
  })

  test('are counted only so far where that is asked for', async () => {
    expect((await search({ track_total_hits: 5 })).hits.total).toEqual({
      value: 5,
      relation: 'gte',
    })
    expect((await search({ track_total_hits: false })).hits.total).toBeUndefined()
    const answer = await askJson(at, '/logs-*/_search?rest_total_hits_as_int=true', {})
    expect(answer.body.hits.total).toBe(20)
  })

  test('are sorted by time, and by a field, what lacks it last', async () => {
    const byTime = await search({ sort: [{ '@timestamp': 'desc' }], size: 3, from: 1 })
    expect(idsOf(byTime)).toEqual(['e18', 'e17', 'e16'])
    const byOwn = await search({
      sort: [{ 'own.keyword': { order: 'asc' } }, { '@timestamp': 'asc' }],
      size: 3,
    })
    expect(idsOf(byOwn)).toEqual(['e1', 'e11', 'e13'])
  })

  test('hold what is asked of them: parts, fields, version', async () => {
    const [hit] = (
      await search({
        size: 1,
        _source: { includes: ['process.*', 'host'], excludes: ['*.args'] },
        fields: ['process.args', { field: '@timestamp', format: 'epoch_millis' }, 'message'],
        version: true,
        seq_no_primary_term: true,
      })
    ).hits.hits
    expect(hit).toEqual({
      _index: 'logs-a-default',
      _id: 'e0',
      _version: 1,
      _seq_no: 1,
      _primary_term: 1,
      _score: 1,
      _source: { process: { name: 'docker', pid: 0 }, host: { name: 'web' } },
      fields: {
        'process.args': ['run', 'a0'],
        '@timestamp': [String(Date.UTC(2026, 10, 24, 12))],
        message: ['started number 0'],
      },
    })
  })

  test('are what a post filter leaves, and aggregations see all', async () => {
    const found = await search({
      post_filter: { term: { 'host.name': 'db' } },
      size: 100,
      aggs: { hosts: { terms: { field: 'host.name' } } },
    })
    expect(found.hits.total.value).toBe(10)
    expect(found.aggregations.hosts.buckets.map((bucket) => bucket.doc_count)).toEqual([10, 10])
  })

  test('can be asked for in the address', async () => {
    const path = `/logs-*/_search?q=${encodeURIComponent('process.name:sh AND host.name:db')}&size=1&sort=@timestamp:desc&_source=process.pid`
    const { body } = await askJson(at, path, undefined, 'GET')
    expect(body.hits.hits[0]?._source).toEqual({ process: { pid: 19 } })
    expect(body.hits.total.value).toBe(4)
  })

  test('by id and index', async () => {
    expect(idsOf(await search({ query: { ids: { values: ['e3', 'e4', 'nothing'] } } }))).toEqual([
      'e3',
      'e4',
    ])
    expect(
      idsOf(
        await search({
          query: { bool: { filter: [{ term: { _index: 'logs-b-default' } }] } },
          size: 2,
        }),
      ),
    ).toEqual(['e3', 'e7'])
  })
})

describe('pages', () => {
  const body = { size: 6, sort: [{ 'host.name': 'asc' }] }

  test('of a point in time neither miss nor repeat one, whatever arrives meanwhile', async () => {
    const { body: pit } = await askJson(at, '/logs-*/_pit?keep_alive=1m')
    await at.ask('/logs-c-default/_doc/late', {
      method: 'PUT',
      body: '{"@timestamp":"2026-11-24T12:00:00Z"}',
    })
    const seen: string[] = []
    let after: JsonValue | undefined
    for (;;) {
      const found = await search(
        {
          ...body,
          pit: { id: pit.id, keep_alive: '1m' },
          ...(after !== undefined && { search_after: after }),
        },
        '/_search',
      )
      expect(found.pit_id).toBe(pit.id)
      if (found.hits.hits.length === 0) break
      seen.push(...idsOf(found))
      after = found.hits.hits.at(-1)?.sort
    }
    expect(seen.length).toBe(20)
    expect(new Set(seen).size).toBe(20)
    expect((await askJson(at, '/_pit', { id: pit.id }, 'DELETE')).body.num_freed).toBe(1)
  })

  test.each([
    { size: 7 },
    body,
    { size: 3, sort: [{ '@timestamp': 'desc' }], query: { term: { 'host.name': 'db' } } },
  ])('of the scroll %j hold everything once', async (first) => {
    let answer = (await askJson(at, '/logs-a-default,logs-b-default/_search?scroll=1m', first)).body
    const { total } = answer.hits
    const seen: string[] = []
    while (answer.hits.hits.length > 0) {
      seen.push(...idsOf(answer))
      answer = (
        await askJson(at, '/_search/scroll', { scroll: '1m', scroll_id: answer._scroll_id })
      ).body
      expect(answer.hits.total).toEqual(total)
    }
    expect(seen.length).toBe(total.value)
    expect(new Set(seen).size).toBe(total.value)
  })

  test.each(['nothing', Buffer.from('{"kind":"pit"}').toString('base64url')])(
    'of the unknown id %s are told so',
    async (id) => {
      const answer = await askJson(at, '/_search/scroll', { scroll_id: id })
      expect([answer.status, answer.body.error.type]).toEqual([
        404,
        'search_context_missing_exception',
      ])
      expect((await askJson(at, '/_search', { pit: { id } })).status).toBe(404)
    },
  )
})

test('several searches in one request have an answer each', async () => {
  const lines = [
    { index: 'logs-b-*' },
    { size: 0 },
    { index: 'nothing' },
    {},
    {},
    { query: { strange: {} } },
  ]
  const asked = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  const { responses } = (await askJson(at, '/_msearch', asked)).body
  expect(responses.map((response) => response.status)).toEqual([200, 404, 400])
  expect(responses[0]?.hits.total.value).toBe(5)
  expect(responses[2]?.error.reason).toContain('query.strange')
})

describe('what is not known is refused, with the place', () => {
  test.each<[JsonObject, string]>([
    [{ query: { bool: { must: [{ fuzzy: {} }] } } }, 'query.bool.must[0].fuzzy'],
    [{ highlight: {} }, 'highlight'],
    [{ size: 10_001 }, 'size'],
    [{ from: 9_999, size: 10 }, 'Result window is too large'],
    [{ sort: ['message'] }, 'sort[0]'],
    [{ search_after: [1] }, 'search_after'],
    [{ aggs: { a: { strange: {} } } }, 'aggs.a'],
    [{ aggs: { a: { terms: { field: 'message' } } } }, 'aggs.a.terms.field'],
    [{ aggs: { a: { terms: { field: 'host.name', script: {} } } } }, 'aggs.a.terms'],
    [{ aggs: { a: { avg: { field: 'host.name' } } } }, 'aggs.a.avg.field'],
    [
      {
        aggs: {
          a: { avg: { field: 'process.pid' }, aggs: { b: { avg: { field: 'process.pid' } } } },
        },
      },
      'aggs.a',
    ],
    [{ aggs: { a: { date_histogram: { field: '@timestamp' } } } }, 'aggs.a.date_histogram'],
    [
      { aggs: { a: { date_histogram: { field: '@timestamp', fixed_interval: '1ms' } } } },
      '65536 buckets',
    ],
    [
      { aggs: { a: { filters: { filters: { b: { strange: {} } } } } } },
      'aggs.a.filters.filters.b.strange',
    ],
    [{ aggs: { a: { composite: { sources: [] } } } }, 'aggs.a.composite.sources'],
  ])('%j', async (body, place) => {
    const answer = await askJson(at, '/logs-*/_search', body)
    expect(answer.status).toBe(400)
    expect(answer.body.error.reason).toContain(place)
    expect(answer.body.error.root_cause[0].type).toMatch(/_exception$/)
  })

  test('also a parameter, and an index that nothing was sent to', async () => {
    expect((await askJson(at, '/logs-*/_search?typed_keys=true', {})).body.error.reason).toContain(
      '[typed_keys]',
    )
    const missing = await askJson(at, '/nothing/_search', {})
    expect([missing.status, missing.body.error.type]).toEqual([404, 'index_not_found_exception'])
    expect(
      (await askJson(at, '/nothing/_search?ignore_unavailable=true', {})).body.hits.total.value,
    ).toBe(0)
    expect((await askJson(at, '/nothing-*/_search', {})).body.hits.total.value).toBe(0)
  })
})

test('aggregations nested too deep are refused and not followed', async () => {
  let aggs: JsonObject = { a: { filter: { match_all: {} } } }
  for (let i = 0; i < 200; i++) aggs = { a: { filter: { match_all: {} }, aggs } }
  expect((await askJson(at, '/logs-*/_search', { aggs })).body.error.reason).toContain(
    'nests deeper than 10 levels',
  )
})

test('alerts are searched where they are named', async () => {
  const found = await search(
    { query: { match_all: {} } },
    '/.alerts-security.alerts-default/_search',
  )
  expect(found.hits.total.value).toBe(0)
  expect((await search({}, '/.alerts-security.alerts-*,logs-b-*/_search')).hits.total.value).toBe(5)
})

test('a pattern finds the fields of an index that is long quiet, beside one that is loud', async () => {
  const source = (minute: number, name: string) => ({
    '@timestamp': new Date(Date.UTC(2026, 10, 24, 13, minute)).toISOString(),
    spoken: { [name]: 'x' },
  })
  const quiet = { index: 'own-quiet', id: 'q', source: source(0, 'softly') }
  const loud = Array.from({ length: 1_001 }, (_, n) => ({
    index: 'own-loud',
    id: `l${n}`,
    source: source(1, 'loudly'),
  }))
  await at.ask('/_bulk', { method: 'POST', body: bulkBody([quiet, ...loud]) })
  const { body } = await askJson<{ readonly fields: JsonObject }>(
    at,
    '/own-*/_field_caps?fields=spoken.*',
    undefined,
    'GET',
  )
  expect(Object.keys(body.fields).toSorted()).toEqual(['spoken.loudly', 'spoken.softly'])
})

test('fields, mappings and indices are told of what is stored', async () => {
  const { body: caps } = await askJson<{ readonly fields: JsonObject }>(
    at,
    '/logs-*/_field_caps?fields=process.*,message,nothing',
    undefined,
    'GET',
  )
  expect(Object.keys(caps.fields).toSorted()).toEqual([
    'message',
    'process.args',
    'process.name',
    'process.pid',
  ])
  expect(caps.fields['process.pid']).toMatchObject({ long: { aggregatable: true } })
  const { body: mapping } = await askJson(at, '/logs-b-default/_mapping', undefined, 'GET')
  expect(mapping).toMatchObject({
    'logs-b-default': {
      mappings: { properties: { process: { properties: { pid: { type: 'long' } } } } },
    },
  })
  const cat = await at.ask('/_cat/indices/logs-b-*?h=index,docs.count')
  expect(await cat.text()).toBe('logs-b-default 5\n')
  expect(
    (await askJson(at, '/logs-*/_count', { query: { term: { 'host.name': 'db' } } })).body.count,
  ).toBe(10)
})

test('a document is found by its id', async () => {
  expect(
    (await askJson(at, '/logs-a-default/_doc/e4?_source=host', undefined, 'GET')).body,
  ).toMatchObject({
    found: true,
    _source: { host: { name: 'web' } },
  })
  expect((await askJson(at, '/logs-a-default/_doc/e400', undefined, 'GET')).status).toBe(404)
  expect(
    (await askJson(at, '/logs-a-default/_source/e4?_source=host', undefined, 'GET')).body,
  ).toEqual({
    host: { name: 'web' },
  })
})

test('event queries of EQL are answered, samples refused', async () => {
  const { body } = await askJson(at, '/logs-*/_eql/search', {
    query: 'any where process.name == "sh" and host.name : "D*" | tail 2',
  })
  expect(body.hits.total.value).toBe(4)
  expect(body.hits.events.map((event) => event._id)).toEqual(['e16', 'e19'])
  const refused = await askJson(at, '/logs-*/_eql/search', {
    query: 'sample by host.name [any where true] [any where true]',
  })
  expect([refused.status, refused.body.error.type]).toEqual([400, 'parsing_exception'])
})

test('sequences of EQL are answered as rules find them: joined, in their order, through pipes', async () => {
  const sequencesOf = async (query: string, more: JsonObject = {}) => {
    const { body } = await askJson(at, '/logs-*/_eql/search', { query, ...more })
    return body.hits.sequences.map(({ join_keys, events }) => [
      join_keys?.[0],
      ...events.map(({ _id }) => _id),
    ])
  }
  const pairs =
    'sequence by host.name [any where process.name == "sh"] [any where process.name != "sh"]'
  const all = await sequencesOf(pairs, { size: 100 })
  expect(all.length).toBeGreaterThan(3)
  for (const [host, first, second] of all) {
    expect(typeof host).toBe('string')
    expect(Number(String(first).slice(1))).toBeLessThan(Number(String(second).slice(1)))
  }
  expect(await sequencesOf(pairs, { size: 2 })).toEqual(all.slice(-2))
  expect(await sequencesOf(pairs, { size: 2, result_position: 'head' })).toEqual(all.slice(0, 2))
  expect(await sequencesOf(`${pairs} | tail 3 | head 1`)).toEqual(all.slice(-3, -2))
  expect(await sequencesOf(pairs, { filter: { match_none: {} } })).toEqual([])
})
