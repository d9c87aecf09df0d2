import { connect } from 'node:net'
import { request as httpRequest } from 'node:http'
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient, routes } from '#api'
import { serverUnderTest, type ServerUnderTest } from './server-under-test.ts'

let at: ServerUnderTest
beforeAll(async () => {
  at = await serverUnderTest()
})
afterAll(() => at.close())

const time = '2026-11-24T11:59:00.000Z'

function bulk(...values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('')
}

const one = (id: string) =>
  bulk({ create: { _index: 'logs-a-default', _id: id } }, { '@timestamp': time })

test('health needs no token, everything else does', async () => {
  const none = { headers: { authorization: 'none' } }
  expect((await at.ask('/api/health', none)).status).toBe(200)
  for (const { path, method, needs } of Object.values(routes)) {
    if (needs === 'nothing') continue
    const answer = await at.ask(path.replaceAll(/\{\w+\}/g, 'x'), { ...none, method })
    expect([path, answer.status]).toEqual([path, 401])
    await answer.text()
  }
  for (const path of ['/', '/_bulk', '/_license', '/_cluster/health', '/no/such/path']) {
    const answer = await at.ask(path, none)
    expect([path, answer.status]).toEqual([path, 401])
    expect(answer.headers.get('www-authenticate')).toContain('Bearer')
  }
})

test.each([
  ['Bearer', (token: string) => `Bearer ${token}`],
  ['ApiKey with the token itself', (token: string) => `ApiKey ${token}`],
  [
    'ApiKey of id and key',
    (token: string) => `ApiKey ${Buffer.from(`id:${token}`).toString('base64')}`,
  ],
  [
    'Basic, as password',
    (token: string) => `Basic ${Buffer.from(`elastic:${token}`).toString('base64')}`,
  ],
])('the token is taken as %s', async (_manner, header) => {
  const answer = await at.ask('/', { headers: { authorization: header(at.token) } })
  expect(answer.status).toBe(200)
})

test.each(['Bearer x', 'Basic !!!', 'Bearer', 'ApiKey ', 'Digest a=b', ''])(
  'a wrong authorization (%s) is refused without saying what is wrong with it',
  async (authorization) => {
    const answer = await at.ask('/api/rules', { headers: { authorization } })
    expect(answer.status).toBe(401)
    expect(await answer.text()).not.toContain(at.token)
  },
)

function statusFor(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { host, authorization: `Bearer ${at.token}` }
    httpRequest({ port: at.server.port, host: '127.0.0.1', path: '/', headers }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })
}

test('a name that was not allowed is refused, so that no foreign page can reach the server', async () => {
  expect(await statusFor('evil.example')).toBe(403)
  expect(await statusFor('127.0.0.1.evil.example:80')).toBe(403)
  expect(await statusFor('localhost:1')).toBe(200)
  expect(await statusFor('127.0.0.1')).toBe(200)
  expect(await statusFor('[::1]:7070')).toBe(200)
})

test('clients of Elasticsearch find what they look for', async () => {
  const root = await at.ask('/')
  expect(root.headers.get('x-elastic-product')).toBe('Elasticsearch')
  expect(await root.json()).toMatchObject({
    version: { number: '8.19.0', build_flavor: 'default' },
  })
  expect((await at.ask('/', { method: 'HEAD' })).status).toBe(200)
  expect(await (await at.ask('/_license')).json()).toMatchObject({ license: { status: 'active' } })
  expect(await (await at.ask('/_cluster/health')).json()).toMatchObject({ status: 'green' })
  const typed = await at.ask('/', {
    headers: { accept: 'application/vnd.elasticsearch+json; compatible-with=8' },
  })
  expect(typed.headers.get('content-type')).toBe(
    'application/vnd.elasticsearch+json;compatible-with=8',
  )
  const unknown = await at.ask('/x/_search')
  expect(unknown.status).toBe(404)
  expect(await unknown.json()).toMatchObject({ status: 404, error: { type: expect.any(String) } })
})

test('templates that a shipper installs are found again', async () => {
  expect((await at.ask('/_index_template/t', { method: 'HEAD' })).status).toBe(404)
  const put = await at.ask('/_index_template/t', {
    method: 'PUT',
    body: '{"index_patterns":["x"]}',
  })
  expect(await put.json()).toEqual({ acknowledged: true })
  expect((await at.ask('/_index_template/t', { method: 'HEAD' })).status).toBe(200)
})

test('events come in by POST and PUT, plain and compressed', async () => {
  const bodies = [
    ['POST', '/_bulk', one('plain'), {}],
    ['PUT', '/_bulk', one('put'), {}],
    [
      'POST',
      '/logs-a-default/_bulk',
      bulk({ create: { _id: 'path' } }, { '@timestamp': time }),
      {},
    ],
    ['POST', '/_bulk', gzipSync(one('gzip')), { 'content-encoding': 'gzip' }],
    ['POST', '/_bulk', deflateSync(one('deflate')), { 'content-encoding': 'deflate' }],
    ['POST', '/_bulk', zstdCompressSync(one('zstd')), { 'content-encoding': 'zstd' }],
  ] as const
  for (const [method, path, body, headers] of bodies) {
    const answer = await at.ask(path, { method, body, headers })
    const text = await answer.text()
    expect(text).toMatch(/"errors":false,"items":\[\{"create":\{.*"status":201/)
  }
  for (const id of ['plain', 'put', 'path', 'gzip', 'deflate', 'zstd']) {
    expect(await at.store.events.get('logs-a-default', id)).toBeDefined()
  }
})

test('gzip that ends early is an error that says so, and the connection is answered', async () => {
  const whole = gzipSync(Array.from({ length: 500 }, (_, n) => one(`cut-${n}`)).join(''))
  const body = whole.subarray(0, whole.length - 20)
  const answer = await at.ask('/_bulk', {
    method: 'POST',
    body,
    headers: { 'content-encoding': 'gzip' },
  })
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({
    error: { reason: expect.stringMatching(/gzip.*items of this request were kept/) },
  })
})

test('what is not gzip although it says so is an error', async () => {
  const headers = { 'content-encoding': 'gzip' }
  const answer = await at.ask('/_bulk', { method: 'POST', body: one('x'), headers })
  expect(answer.status).toBe(400)
})

test('an unknown encoding is named, with the known ones', async () => {
  const headers = { 'content-encoding': 'br' }
  const answer = await at.ask('/_bulk', { method: 'POST', body: 'x', headers })
  expect(await answer.json()).toMatchObject({ error: { reason: expect.stringContaining('gzip') } })
})

test('a line of 40 MB is one item with 413, and the events around it are kept', async () => {
  const long = `{"@timestamp":"${time}","argv":"${'x'.repeat(40 * 1024 * 1024)}"}\n`
  const body = one('before') + bulk({ create: { _index: 'x', _id: 'long' } }) + long + one('after')
  const answer = await at.ask('/_bulk?filter_path=errors,items.*.status', { method: 'POST', body })
  expect(await answer.json()).toEqual({
    errors: true,
    items: [{ create: { status: 201 } }, { create: { status: 413 } }, { create: { status: 201 } }],
  })
})

test('argv of 2 MB is an event like any other', async () => {
  const body = bulk(
    { create: { _index: 'logs-a-default', _id: 'argv' } },
    {
      '@timestamp': time,
      process: { args: Array.from({ length: 20 }, () => 'y'.repeat(100_000)) },
    },
  )
  const answer = await at.ask('/_bulk?filter_path=items.*.status', { method: 'POST', body })
  expect(await answer.json()).toEqual({ items: [{ create: { status: 201 } }] })
})

test('an empty bulk request is told so', async () => {
  const answer = await at.ask('/_bulk', { method: 'POST', body: '\n' })
  expect(answer.status).toBe(400)
})

test('single events come in by _doc, _create and the paths of old shippers', async () => {
  const body = JSON.stringify({ '@timestamp': time }, null, 2)
  const ask = async (method: string, path: string) => (await at.ask(path, { method, body })).status
  expect(await ask('POST', '/x/_doc')).toBe(201)
  expect(await ask('PUT', '/x/_doc/single')).toBe(201)
  expect(await ask('PUT', '/x/_create/single')).toBe(409)
  expect(await ask('POST', '/x/events')).toBe(201)
  expect(await ask('POST', '/logs-a-default/_doc')).toBe(201)
  const refused = await at.ask('/logs-a-default/_doc', { method: 'POST', body: '{}' })
  expect(refused.status).toBe(400)
  expect(await refused.json()).toMatchObject({ error: { type: 'document_parsing_exception' } })
})

test('a body that is announced as too large is refused before it is sent', async () => {
  const small = await serverUnderTest({
    limits: { body: { maxBytes: 1_000, maxInflatedBytes: 2_000 } },
  })
  try {
    const large = await small.ask('/_bulk', { method: 'POST', body: 'x'.repeat(5_000) })
    expect(large.status).toBe(413)
    const bomb = gzipSync(bulk({ create: { _index: 'x' } }, { a: 'x'.repeat(50_000) }))
    const headers = { 'content-encoding': 'gzip' }
    const inflated = await small.ask('/_bulk', { method: 'POST', body: bomb, headers })
    expect(inflated.status).toBe(413)
  } finally {
    await small.close()
  }
})

test('when enough bulk requests are at work, the next is told to come back', async () => {
  const busy = await serverUnderTest({ limits: { bulkRequests: 1, bulkWaitMs: 1 } })
  try {
    const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>()
    const slow = new ReadableStream({
      async start(controller) {
        controller.enqueue(Buffer.from(one('slow')))
        await mayEnd
        controller.close()
      },
    })
    const first = busy.ask('/_bulk', { method: 'POST', body: slow, duplex: 'half' })
    // The first request is inside once the second is turned away.
    let turnedAway: Response | undefined
    for (let attempt = 0; attempt < 100 && turnedAway === undefined; attempt++) {
      const second = await busy.ask('/_bulk', { method: 'POST', body: one(`s${attempt}`) })
      await second.text()
      if (second.status !== 200) turnedAway = second
    }
    expect(turnedAway?.status).toBe(503)
    expect(turnedAway?.headers.get('retry-after')).toBe('1')
    end()
    expect((await first).status).toBe(200)
    expect((await busy.ask('/_bulk', { method: 'POST', body: one('later') })).status).toBe(200)
  } finally {
    await busy.close()
  }
})

test('a client that leaves in the middle of a request costs nobody else anything', async () => {
  const socket = connect(at.server.port, '127.0.0.1')
  socket.write(
    `POST /_bulk HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${at.token}\r\ncontent-length: 1000\r\n\r\n${one('half')}`,
  )
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.destroy()
  expect((await at.ask('/_bulk', { method: 'POST', body: one('whole') })).status).toBe(200)
})

test('an acknowledged event of an embedded store is found at once', async () => {
  const embedded = await serverUnderTest({ kind: 'embedded' })
  try {
    const answer = await embedded.ask('/_bulk', { method: 'POST', body: one('kept') })
    expect(await answer.json()).toMatchObject({ errors: false })
    const { events } = await embedded.client.searchEvents({ index: 'logs-*', query: '' })
    expect(events.map(({ id }) => id)).toEqual(['kept'])
  } finally {
    await embedded.close()
  }
})

test('requests that do not fit their route are told which member is wrong', async () => {
  const wrong = await at.ask('/api/alerts?status=lost&limit=0&colour=red')
  expect(wrong.status).toBe(400)
  const { error }: { readonly error: { readonly message: string } } = JSON.parse(await wrong.text())
  for (const name of ['status', 'limit', 'colour']) expect(error.message).toContain(name)
  const body = JSON.stringify({ ids: 'x', status: 'closed', why: 1 })
  const post = await at.ask('/api/alerts/status', { method: 'POST', body })
  expect(await post.json()).toMatchObject({
    error: { message: expect.stringContaining('body.why') },
  })
  const broken = await at.ask('/api/alerts/status', { method: 'POST', body: '{' })
  expect(broken.status).toBe(400)
  const unknown = await at.ask('/api/alerts', { method: 'DELETE' })
  expect(await unknown.json()).toMatchObject({ error: { message: expect.stringContaining('GET') } })
})

test('a client without a server, or with a wrong token, is told which', async () => {
  await expect(createClient({ url: 'http://127.0.0.1:1' }).getHealth({})).rejects.toMatchObject({
    kind: 'unavailable',
    code: 'api.unreachable',
  })
  await expect(createClient({ url: at.url, token: 'wrong' }).listRules({})).rejects.toMatchObject({
    kind: 'unauthenticated',
  })
})
