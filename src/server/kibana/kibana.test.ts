import { afterAll, beforeAll, expect, test } from 'vitest'
import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import { serverUnderTest, type ServerUnderTest } from '../server-under-test.ts'
import { kibanaRoutes } from './kibana-routes.ts'

let at: ServerUnderTest
let empty: ServerUnderTest
beforeAll(async () => {
  at = await serverUnderTest({ kind: 'embedded' })
  empty = await serverUnderTest()
})
afterAll(async () => {
  await at.close()
  await empty.close()
})

const rulesPath = '/api/detection_engine/rules'

interface Told {
  readonly status: number
  readonly body: JsonObject
}

async function ask(
  method: string,
  path: string,
  body?: JsonValue,
  server: ServerUnderTest = at,
): Promise<Told> {
  const response = await server.ask(path, {
    method,
    headers: { 'kbn-xsrf': 'true', 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const told: JsonValue = JSON.parse(await response.text())
  return { status: response.status, body: isJsonObject(told) ? told : { list: told } }
}

function upload(
  path: string,
  text: string,
  {
    server = at,
    name = 'f.ndjson',
  }: { readonly server?: ServerUnderTest; readonly name?: string } = {},
): Promise<Response> {
  const form = new FormData()
  form.append('file', new Blob([text]), name)
  return server.ask(path, { method: 'POST', headers: { 'kbn-xsrf': 'true' }, body: form })
}

const rule = (id: string, more: JsonObject = {}): JsonObject => ({
  rule_id: id,
  name: `Rule ${id}`,
  description: 'For a test.',
  type: 'query',
  language: 'kuery',
  query: `process.name: ${id}`,
  index: ['logs-*'],
  severity: 'high',
  risk_score: 73,
  tags: ['Test', id],
  ...more,
})

test('a rule is created, read, patched, replaced and deleted as tools of Kibana do it', async () => {
  const created = await ask('POST', rulesPath, rule('crud'))
  expect(created).toMatchObject({
    status: 200,
    body: {
      id: expect.any(String),
      rule_id: 'crud',
      enabled: false,
      revision: 0,
      version: 1,
      immutable: false,
      rule_source: { type: 'internal' },
      max_signals: 100,
      from: 'now-6m',
      created_by: expect.any(String),
    },
  })
  const id = String(created.body['id'])
  expect(await ask('POST', rulesPath, rule('crud'))).toEqual({
    status: 409,
    body: { message: 'rule_id: "crud" already exists', status_code: 409 },
  })
  expect((await ask('GET', `${rulesPath}?rule_id=crud`)).body['id']).toBe(id)
  const patched = await ask('PATCH', rulesPath, { id, name: 'New name', enabled: true })
  expect(patched.body).toMatchObject({
    name: 'New name',
    enabled: true,
    revision: 1,
    tags: ['Test', 'crud'],
  })
  const replaced = await ask('PUT', rulesPath, { ...rule('crud'), tags: [], note: 'n' })
  expect(replaced.body).toMatchObject({ id, name: 'Rule crud', tags: [], note: 'n', enabled: true })
  expect((await ask('PATCH', rulesPath, { id, note: null })).body).not.toHaveProperty('note')
  expect((await ask('DELETE', `${rulesPath}?id=${id}`)).body['rule_id']).toBe('crud')
  expect(await ask('GET', `${rulesPath}?id=${id}`)).toEqual({
    status: 404,
    body: { message: `id: "${id}" not found`, status_code: 404 },
  })
})

test('what is wrong with a rule is told in the shape that Kibana tells it', async () => {
  const { name: _name, ...nameless } = rule('bad')
  const wrong = await ask('POST', rulesPath, nameless)
  expect(wrong).toMatchObject({ status: 400, body: { statusCode: 400, error: 'Bad Request' } })
  expect(wrong.body['message']).toMatch(/\[request body\].*name/)
  expect(await ask('POST', rulesPath, rule('bad', { query: 'a: (b' }))).toMatchObject({
    status: 400,
    body: { status_code: 400, message: expect.any(String) },
  })
  expect(await ask('GET', rulesPath)).toMatchObject({
    status: 400,
    body: { message: 'either "id" or "rule_id" must be set', status_code: 400 },
  })
  expect(await ask('GET', '/api/detection_engine/nothing')).toMatchObject({
    status: 404,
    body: { statusCode: 404, error: 'Not Found', message: expect.stringContaining('nothing') },
  })
  expect(await ask('GET', `/s/other${rulesPath}/_find`)).toMatchObject({ status: 404 })
})

test('rules are found by KQL, sorted and paged', async () => {
  for (const id of ['find-a', 'find-b', 'find-c']) {
    await ask(
      'POST',
      rulesPath,
      rule(id, { tags: ['Found'], risk_score: id === 'find-b' ? 5 : 50 }),
    )
  }
  await ask('PATCH', rulesPath, { rule_id: 'find-c', enabled: true })
  const find = async (query: string) =>
    (await ask('GET', `/s/default${rulesPath}/_find?${query}`)).body
  const ids = async (filter: string) => {
    const data = (await find(`filter=${encodeURIComponent(filter)}`))['data']
    return Array.isArray(data) ? data.map((each) => Object(each)['rule_id']) : []
  }
  expect(await ids('alert.attributes.tags: "Found"')).toEqual(['find-a', 'find-b', 'find-c'])
  expect(await ids('alert.attributes.tags: Found and alert.attributes.enabled: true')).toEqual([
    'find-c',
  ])
  expect(await ids('alert.attributes.params.riskScore < 10')).toEqual(['find-b'])
  expect(await ids('alert.attributes.params.ruleId: "find-a"')).toEqual(['find-a'])
  expect(await ids('alert.attributes.name: "find-a"')).toEqual(['find-a'])
  const page = await find(
    `filter=${encodeURIComponent('alert.attributes.tags: Found')}&sort_field=risk_score&sort_order=asc&page=2&per_page=2`,
  )
  expect(page).toMatchObject({
    page: 2,
    perPage: 2,
    total: 3,
    data: [{ rule_id: expect.any(String) }],
  })
  expect((await ask('GET', `${rulesPath}/_find?per_page=-1`)).status).toBe(400)
  expect((await ask('GET', '/api/detection_engine/tags')).body['list']).toContain('Found')
})

test('a bulk action changes what it can and tells of the rest', async () => {
  const ids: string[] = []
  for (const id of ['bulk-a', 'bulk-b']) {
    ids.push(String((await ask('POST', rulesPath, rule(id, { tags: ['Bulk'] }))).body['id']))
  }
  const bulk = (body: JsonObject, query = '') =>
    ask('POST', `${rulesPath}/_bulk_action${query}`, body)
  const dry = await bulk({ action: 'enable', ids }, '?dry_run=true')
  expect(dry.body).toMatchObject({
    success: true,
    rules_count: 2,
    attributes: { results: { updated: [] } },
  })
  expect((await ask('GET', `${rulesPath}?rule_id=bulk-a`)).body['enabled']).toBe(false)

  const query = 'alert.attributes.tags: "Bulk"'
  expect((await bulk({ action: 'enable', query })).body).toMatchObject({
    attributes: { summary: { total: 2, succeeded: 2 } },
  })
  const partly = await bulk({ action: 'disable', ids: [...ids, 'nobody'] })
  expect(partly).toMatchObject({
    status: 500,
    body: {
      status_code: 500,
      message: 'Bulk disable partially failed',
      attributes: {
        summary: { total: 3, succeeded: 2, failed: 1 },
        errors: [{ message: 'Rule not found', rules: [{ id: 'nobody' }] }],
      },
    },
  })
  const edit = [
    { type: 'add_tags', value: ['More'] },
    { type: 'set_index_patterns', value: ['logs-x-*'] },
    { type: 'set_schedule', value: { interval: '10m', lookback: '2m' } },
  ]
  expect((await bulk({ action: 'edit', ids, edit })).body).toMatchObject({
    attributes: {
      results: {
        updated: [
          { tags: ['Bulk', 'More'], index: ['logs-x-*'], interval: '10m', from: 'now-720s' },
          { tags: ['Bulk', 'More'] },
        ],
      },
    },
  })
  expect((await bulk({ action: 'edit', ids, edit })).body).toMatchObject({
    attributes: { summary: { skipped: 2 } },
  })
  expect((await bulk({ action: 'edit', ids, edit: [{ type: 'paint' }] })).status).toBe(400)
  const copied = await bulk({ action: 'duplicate', ids: ids.slice(0, 1) })
  expect(copied.body).toMatchObject({
    attributes: { results: { created: [{ name: 'Rule bulk-a [Duplicate]', enabled: false }] } },
  })
  expect((await bulk({ action: 'delete', query })).body).toMatchObject({
    attributes: { summary: { succeeded: 3 } },
  })
  expect((await bulk({ action: 'fly', ids })).status).toBe(400)
})

test('exception lists and items live as in Kibana, with comments, tags and expiry', async () => {
  const lists = '/api/exception_lists'
  const list = { list_id: 'shared', name: 'Shared', description: 'd', type: 'detection' }
  const made = await ask('POST', lists, list)
  expect(made).toMatchObject({
    status: 200,
    body: { ...list, namespace_type: 'single', version: 1 },
  })
  expect(await ask('POST', lists, list)).toMatchObject({ status: 409 })
  const item = {
    list_id: 'shared',
    item_id: 'i-1',
    name: 'known job',
    description: 'd',
    type: 'simple',
    entries: [{ field: 'process.name', type: 'match', operator: 'included', value: 'cron' }],
    comments: [{ comment: 'seen it' }],
    tags: ['t'],
    os_types: ['linux'],
    expire_time: '2099-01-01T00:00:00.000Z',
  }
  const added = await ask('POST', `${lists}/items`, item)
  expect(added).toMatchObject({
    status: 200,
    body: { ...item, comments: [{ comment: 'seen it', created_by: expect.any(String) }] },
  })
  expect((await ask('POST', `${lists}/items`, item)).status).toBe(409)
  expect(await ask('POST', `${lists}/items`, { ...item, item_id: 'i-2', list_id: 'none' })).toEqual(
    {
      status: 404,
      body: { message: 'exception list id: "none" does not exist', status_code: 404 },
    },
  )
  expect(
    (await ask('POST', `${lists}/items`, { ...item, item_id: 'i-3', entries: [] })).status,
  ).toBe(400)
  const id = String(added.body['id'])
  expect((await ask('GET', `${lists}/items?id=${id}`)).body['item_id']).toBe('i-1')
  const { comments: _comments, expire_time: _expiry, ...rest } = item
  const changed = await ask('PUT', `${lists}/items`, { ...rest, name: 'renamed' })
  expect(changed.body).toMatchObject({ id, name: 'renamed', comments: [{ comment: 'seen it' }] })
  expect(changed.body).not.toHaveProperty('expire_time')
  const found = await ask(
    'GET',
    `${lists}/items/_find?list_id=shared&filter=${encodeURIComponent('exception-list.attributes.tags: t')}`,
  )
  expect(found.body).toMatchObject({ page: 1, per_page: 20, total: 1 })
  expect((await ask('GET', `${lists}/_find`)).body).toMatchObject({ total: 1 })
  expect((await ask('GET', `${lists}/summary?list_id=shared`)).body).toEqual({
    windows: 0,
    linux: 1,
    macos: 0,
    total: 1,
  })
  await ask(
    'POST',
    rulesPath,
    rule('with-list', {
      exceptions_list: [
        { id: 'x', list_id: 'shared', type: 'detection', namespace_type: 'single' },
      ],
    }),
  )
  expect((await ask('DELETE', `${lists}?list_id=shared`)).status).toBe(200)
  expect((await ask('GET', `${lists}/items?item_id=i-1`)).status).toBe(404)
  expect((await ask('GET', `${rulesPath}?rule_id=with-list`)).body['exceptions_list']).toEqual([])
})

test('the endpoint list is made once, and its items have a path of their own', async () => {
  const made = await ask('POST', '/api/endpoint_list')
  const thisYear = new Date().toISOString().slice(0, 4)
  expect(made.body).toMatchObject({
    list_id: 'endpoint_list',
    type: 'endpoint',
    namespace_type: 'agnostic',
    created_at: expect.stringContaining(thisYear),
  })
  expect((await ask('POST', '/api/endpoint_list')).body).toEqual({})
  const entry = { field: 'process.name', type: 'match', operator: 'included', value: 'job' }
  const item = {
    name: 'n',
    description: 'd',
    type: 'simple',
    os_types: ['linux'],
    entries: [entry],
  }
  expect((await ask('POST', '/api/endpoint_list/items', item)).body).toMatchObject({
    list_id: 'endpoint_list',
    namespace_type: 'agnostic',
  })
  expect((await ask('GET', '/api/endpoint_list/items/_find')).body).toMatchObject({ total: 1 })
})

test('value lists take values one by one and by file, page and give them back', async () => {
  const lists = '/api/lists'
  await ask('POST', lists, { id: 'ips', name: 'ips', description: 'd', type: 'ip' })
  const added = await ask('POST', `${lists}/items`, { list_id: 'ips', value: '10.0.0.1' })
  expect(added.body).toMatchObject({ list_id: 'ips', type: 'ip', value: '10.0.0.1' })
  expect((await ask('POST', `${lists}/items`, { list_id: 'ips', value: 'no ip' })).status).toBe(400)
  expect((await ask('POST', `${lists}/items`, { list_id: 'ips', value: '10.0.0.1' })).status).toBe(
    409,
  )
  const imported = await upload(
    `${lists}/items/_import?list_id=ips`,
    '10.0.0.2\r\n\n10.0.0.3\nbad\n10.0.0.1',
    { name: 'ips.txt' },
  )
  expect(await imported.json()).toMatchObject({
    id: 'ips',
    import: { added: 2, existing: 1, refused: 1, refused_examples: ['bad'] },
  })
  const fresh = await upload(`${lists}/items/_import?type=keyword`, 'a\nb\n', { name: 'words.txt' })
  expect(await fresh.json()).toMatchObject({ id: 'words.txt', type: 'keyword' })
  const first = await ask('GET', `${lists}/items/_find?list_id=ips&per_page=2`)
  expect(first.body).toMatchObject({ total: 3, data: [{}, {}] })
  const cursor = encodeURIComponent(String(first.body['cursor']))
  const next = await ask(
    'GET',
    `${lists}/items/_find?list_id=ips&per_page=2&page=2&cursor=${cursor}`,
  )
  const second = await ask('GET', `${lists}/items/_find?list_id=ips&per_page=2&page=2`)
  expect(next.body['data']).toEqual(second.body['data'])
  const text = await (await at.ask(`${lists}/items/_export?list_id=ips`, { method: 'POST' })).text()
  expect(text.trim().split('\n').toSorted()).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3'])
  expect(
    (await ask('GET', `${lists}/items?list_id=ips&value=10.0.0.2`)).body['list'],
  ).toMatchObject([{ value: '10.0.0.2' }])
  expect((await ask('DELETE', `${lists}/items?list_id=ips&value=10.0.0.2`)).status).toBe(200)
  await ask('POST', '/api/exception_lists', {
    list_id: 'by-ip',
    name: 'n',
    description: 'd',
    type: 'detection',
  })
  await ask('POST', '/api/exception_lists/items', {
    list_id: 'by-ip',
    name: 'n',
    description: 'd',
    type: 'simple',
    entries: [
      { field: 'source.ip', type: 'list', operator: 'included', list: { id: 'ips', type: 'ip' } },
    ],
  })
  expect((await ask('DELETE', `${lists}?id=ips`)).status).toBe(409)
  expect((await ask('DELETE', `${lists}?id=ips&deleteReferences=true`)).status).toBe(200)
  expect((await ask('GET', '/api/exception_lists/items/_find?list_id=by-ip')).body['total']).toBe(0)
  expect(await ask('GET', `${lists}?id=ips`)).toEqual({
    status: 404,
    body: { message: 'list id: "ips" does not exist', status_code: 404 },
  })
})

/** What an export says, without what an installation gives. */
function said(text: string): readonly JsonObject[] {
  const own = ['id', 'created_at', 'updated_at', 'revision', '_version', 'tie_breaker_id']
  return text
    .trim()
    .split('\n')
    .map((line): JsonObject => JSON.parse(line))
    .map((line) => Object.fromEntries(Object.entries(line).filter(([key]) => !own.includes(key))))
}

test('an export imported into an empty server and exported there says the same', async () => {
  await ask('POST', '/api/exception_lists', {
    list_id: 'ex',
    name: 'n',
    description: 'd',
    type: 'detection',
  })
  await ask('POST', '/api/exception_lists/items', {
    list_id: 'ex',
    item_id: 'ex-1',
    name: 'n',
    description: 'why',
    type: 'simple',
    tags: ['a'],
    comments: [{ comment: 'c' }],
    entries: [{ field: 'user.name', type: 'match_any', operator: 'excluded', value: ['a', 'b'] }],
  })
  const connector = {
    id: 'c-1',
    type: 'action',
    attributes: { name: 'hook', actionTypeId: '.webhook' },
  }
  const action = { id: 'c-1', group: 'default', action_type_id: '.webhook', params: { body: '{}' } }
  await ask(
    'POST',
    rulesPath,
    rule('export-1', {
      exceptions_list: [{ id: 'ex', list_id: 'ex', type: 'detection', namespace_type: 'single' }],
      actions: [action],
    }),
  )
  await upload(`${rulesPath}/_import`, `${JSON.stringify(connector)}\n`)
  await ask(
    'POST',
    rulesPath,
    rule('export-2', { type: 'eql', language: 'eql', query: 'process where true' }),
  )
  const exported = async (server: ServerUnderTest) => {
    const body = JSON.stringify({ objects: [{ rule_id: 'export-1' }, { rule_id: 'export-2' }] })
    const answer = await server.ask(`${rulesPath}/_export`, { method: 'POST', body })
    expect(answer.headers.get('content-type')).toBe('application/ndjson')
    return answer.text()
  }
  const text = await exported(at)
  expect(said(text).at(-1)).toMatchObject({
    exported_rules_count: 2,
    exported_exception_list_count: 1,
    exported_exception_list_item_count: 1,
    exported_action_connector_count: 1,
    missing_rules: [],
  })
  const answer = await upload(`${rulesPath}/_import`, text, { server: empty })
  const told: JsonValue = JSON.parse(await answer.text())
  expect(told).toMatchObject({
    success: true,
    success_count: 2,
    rules_count: 2,
    errors: [],
    exceptions_success_count: 2,
    action_connectors_success_count: 1,
  })
  expect(told).toMatchObject({
    not_honoured: expect.arrayContaining([
      expect.objectContaining({ rule_id: 'export-1', member: 'actions' }),
    ]),
  })
  expect(said(await exported(empty))).toEqual(said(text))

  const again = JSON.parse(
    await (await upload(`${rulesPath}/_import`, text, { server: empty })).text(),
  )
  expect(again).toMatchObject({
    success: false,
    errors: expect.arrayContaining([
      {
        rule_id: 'export-1',
        error: { status_code: 409, message: 'rule_id: "export-1" already exists' },
      },
    ]),
  })
  const over = `${rulesPath}/_import?overwrite=true&overwrite_exceptions=true`
  const third = JSON.parse(await (await upload(over, text, { server: empty })).text())
  expect(third).toMatchObject({ success: true, exceptions_errors: [] })
  expect(said(await exported(empty))).toEqual(said(text))
})

test('details are left out of an export that asks for it, and missing rules are told', async () => {
  const body = JSON.stringify({ objects: [{ rule_id: 'nobody' }] })
  const path = `${rulesPath}/_export`
  const bare = await at.ask(`${path}?exclude_export_details=true`, { method: 'POST', body })
  expect(await bare.text()).toBe('')
  const full = await at.ask(path, { method: 'POST', body })
  expect(await full.json()).toMatchObject({ missing_rules: [{ rule_id: 'nobody' }] })
})

const boundary = 'bound'
const formHeaders = { 'content-type': `multipart/form-data; boundary=${boundary}` }
const filePart = (text: string) =>
  `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="f.ndjson"\r\n\r\n${text}`

test.each([
  ['no form', { 'content-type': 'application/json' }, '{}'],
  ['a form without boundary', { 'content-type': 'multipart/form-data' }, filePart('')],
  ['an empty body', formHeaders, ''],
  ['another boundary', formHeaders, filePart('').replaceAll(boundary, 'other')],
  ['a part that is cut short', formHeaders, filePart('{"rule_id"')],
  ['a head that never ends', formHeaders, `--${boundary}\r\n${'x'.repeat(100_000)}`],
  [
    'no part called file',
    formHeaders,
    `${filePart('a').replace('"file"', '"else"')}\r\n--${boundary}--`,
  ],
])(
  'an upload with %s is refused in the shape of Kibana, on each path of uploads',
  async (_, headers, body) => {
    for (const path of [
      `${rulesPath}/_import`,
      '/api/exception_lists/_import',
      '/api/lists/items/_import?type=keyword',
    ]) {
      const response = await at.ask(path, { method: 'POST', headers, body })
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({
        statusCode: 400,
        error: 'Bad Request',
        message: expect.any(String),
      })
    }
  },
)

test.each([
  ['bytes that are no text', '\u0000\u0001'],
  ['half a line', '{"rule_id": "half'],
  ['a list of nonsense', '[1, null, "x", {"rule_id": 7}]'],
  ['a rule that pollutes', '{"__proto__": {"enabled": true}, "rule_id": "p"}'],
  ['nesting without end', '['.repeat(50_000)],
])('a file of %s imports nothing, and tells why', async (_, text) => {
  const response = await upload(`${rulesPath}/_import`, text)
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ success: false, success_count: 0 })
})

test.each([
  ['_bulk_action', { action: 'constructor', query: '' }],
  ['_bulk_action', { action: 'enable', query: 'alert.attributes.name: (' }],
  ['_bulk_action', { action: 'enable', ids: 7 }],
  ['_export', { objects: 7 }],
  ['_bulk_create', { rule_id: 'x' }],
])('%s refuses %j with status 400', async (path, body) => {
  expect((await ask('POST', `${rulesPath}/${path}`, body)).status).toBe(400)
})

test('alerts are searched and moved through their statuses', async () => {
  await ask('POST', rulesPath, rule('alerting', { enabled: true }))
  const now = new Date().toISOString()
  const event = { '@timestamp': now, process: { name: 'alerting' } }
  const action = { create: { _index: 'logs-test-default', _id: 'alerting-1' } }
  await at.ask('/_bulk', {
    method: 'POST',
    body: `${JSON.stringify(action)}\n${JSON.stringify(event)}\n`,
  })
  await at.engine.idle()
  const search = async (query: JsonObject) =>
    (await ask('POST', '/api/detection_engine/signals/search', { query })).body
  const term = { term: { 'kibana.alert.rule.rule_id': 'alerting' } }
  const found = await search(term)
  expect(found).toMatchObject({
    hits: { total: { value: 1 }, hits: [{ _id: expect.any(String) }] },
  })
  const id = (await at.client.listAlerts({ rule: 'alerting' })).alerts[0]?.id ?? ''
  const moved = await ask('POST', '/api/detection_engine/signals/status', {
    signal_ids: [id],
    status: 'closed',
  })
  expect(moved.body).toMatchObject({ updated: 1, total: 1 })
  expect((await at.client.getAlert({ id })).document['kibana.alert.workflow_status']).toBe('closed')
})

test('tools of Kibana learn the version, everybody else our own status', async () => {
  expect((await ask('GET', '/api/status')).body).toMatchObject({
    version: { number: '8.19.0' },
    status: { overall: { level: 'available' } },
  })
  expect((await ask('GET', '/s/default/api/status')).body).toMatchObject({
    version: { number: '8.19.0' },
  })
})

const schemes = (token: string) => [
  `Basic ${Buffer.from(`elastic:${token}`).toString('base64')}`,
  `ApiKey ${Buffer.from(`id:${token}`).toString('base64')}`,
  `Bearer ${token}`,
]

test.each(kibanaRoutes.map(({ method, path }) => [method, path.replace('{id}', 'x')] as const))(
  '%s %s is closed without the token and open with it, in each way of sending it',
  async (method, path) => {
    for (const prefix of ['', '/s/default']) {
      const headers = { 'kbn-xsrf': 'x' }
      const closed = await fetch(new URL(`${prefix}${path}`, empty.url), { method, headers })
      expect(closed.status).toBe(401)
      expect(await closed.json()).toMatchObject({ statusCode: 401, error: 'Unauthorized' })
    }
    for (const authorization of schemes(empty.token)) {
      const headers = { 'kbn-xsrf': 'x', authorization }
      const opened = await fetch(new URL(path, empty.url), { method, headers })
      expect(opened.status).not.toBe(401)
      expect(opened.status).not.toBe(500)
      await opened.text()
    }
  },
)
