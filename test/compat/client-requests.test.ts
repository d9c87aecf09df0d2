import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServing, type RunningServer } from '../support/running-server.ts'
import { sharedData, withoutSharedData } from '../support/shared-data.ts'

interface Sent {
  readonly client: string
  readonly method: string
  readonly path: string
  readonly headers: { readonly [name: string]: string }
  readonly body: string
}

const recording = sharedData('clients/client_requests.ndjson')

/** Per connection, made anew by whoever sends. */
const hopByHop = [
  'connection',
  'host',
  'content-length',
  'transfer-encoding',
  'authorization',
  'expect',
]

let directory: string
let server: RunningServer
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vedette-clients-'))
  server = await startServing(directory)
})
afterAll(async () => {
  await server.stop()
  await rm(directory, { recursive: true, force: true })
})

interface Received {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** By `node:http`, since some clients send a body with GET. */
async function send({ method, path, headers, body }: Omit<Sent, 'client'>): Promise<Received> {
  const kept = Object.entries(headers).filter(([name]) => !hopByHop.includes(name))
  // The recording holds bodies as they were before compression.
  const bytes = headers['content-encoding'] === 'gzip' ? gzipSync(body) : Buffer.from(body)
  const sending = request(server.url + path, {
    method,
    headers: {
      ...Object.fromEntries(kept),
      authorization: `Bearer ${server.token}`,
      ...(body !== '' && { 'content-length': bytes.length }),
    },
  })
  sending.end(bytes)
  const [first] = await once(sending, 'response')
  const answer: IncomingMessage = first
  return { status: answer.statusCode ?? 0, headers: answer.headers, text: await text(answer) }
}

test('what real clients sent is answered without an error, in the media type that they ask for', async (context) => {
  context.skip(recording === undefined, withoutSharedData)
  const lines = (await readFile(recording ?? '', 'utf8')).split('\n').filter((line) => line !== '')
  const refused: string[] = []
  const statuses: number[] = []
  let scrollId = ''
  for (const line of lines) {
    const sent: Sent = JSON.parse(line)
    // The id of a scroll is the server's own: this server's stands in for the recorded one.
    const answer = await send({
      ...sent,
      body: sent.body.replace('"s1"', JSON.stringify(scrollId)),
    })
    const { status, text: told, headers } = answer
    expect(headers['x-elastic-product']).toBe('Elasticsearch')
    const version = /compatible-with=(\d)/.exec(sent.headers['accept'] ?? '')?.[1]
    if (version !== undefined && sent.method !== 'HEAD') {
      expect(headers['content-type']).toBe(
        `application/vnd.elasticsearch+json;compatible-with=${version}`,
      )
    }
    for (const [, found = ''] of told.matchAll(/"status":(\d+)[,}]/g)) statuses.push(Number(found))
    scrollId = /"_scroll_id":"([^"]+)"/.exec(told)?.[1] ?? scrollId
    if (status >= 400) refused.push(`${sent.method} ${sent.path}: ${status}`)
  }
  // A template that nobody installed is not there, and the client that asks for it goes on.
  expect(refused).toEqual([
    'HEAD /_index_template/template_logs: 404',
    'HEAD /_index_template/template_logs-app-default: 404',
  ])
  // One client sends the word `undefined` for a document that it has lost.
  expect(statuses.filter((status) => status >= 400 && status !== 409)).toEqual([400])
  expect(statuses.filter((status) => status === 201).length).toBeGreaterThan(80)
  expect(lines.length).toBe(160)
})

/** What clients ask that could not be recorded, by what is read of them: the order counts. */
const readClients: { readonly [client: string]: readonly Asked[] } = {
  'Filebeat and Auditbeat 8': [
    ask('GET', '/'),
    ask('GET', '/_license?human=false'),
    ask('GET', '/_ilm/policy/filebeat', 404),
    ask('PUT', '/_ilm/policy/filebeat', { policy: { phases: {} } }),
    ask('HEAD', '/_index_template/filebeat-8.19.0', 404),
    ask('PUT', '/_index_template/filebeat-8.19.0', {
      index_patterns: ['filebeat-8.19.0'],
      data_stream: {},
    }),
    ask('GET', '/_data_stream/filebeat-8.19.0', 404),
    ask('PUT', '/_data_stream/filebeat-8.19.0'),
    ask('GET', '/_ingest/pipeline/filebeat-8.19.0-system-auth-pipeline', 404),
    ask('PUT', '/_ingest/pipeline/filebeat-8.19.0-system-auth-pipeline', { processors: [] }),
    beatsBulk('filebeat-8.19.0'),
  ],
  'Elastic Agent': [
    ask('GET', '/'),
    ask('GET', '/_license?human=false'),
    beatsBulk('logs-system.auth-default'),
  ],
  Logstash: [
    ask('HEAD', '/'),
    ask('GET', '/'),
    ask('GET', '/_license'),
    ask('GET', '/_xpack'),
    ask('GET', '/_nodes/http'),
    ask('HEAD', '/_index_template/ecs-logstash', 404),
    ask('PUT', '/_index_template/ecs-logstash', { index_patterns: ['ecs-logstash-*'] }),
    beatsBulk('ecs-logstash-2026.11.24'),
  ],
  Vector: [ask('GET', '/'), ask('GET', '/_cluster/health'), beatsBulk('logs-vector-default')],
}

type Asked = Omit<Sent, 'client'> & { readonly wanted?: number }

function ask(method: string, path: string, more: object | number = {}): Asked {
  const body =
    typeof more === 'number' || method === 'GET' || Object.keys(more).length === 0
      ? ''
      : JSON.stringify(more)
  return {
    method,
    path,
    headers: { 'content-type': 'application/vnd.elasticsearch+json; compatible-with=8' },
    body,
    ...(typeof more === 'number' && { wanted: more }),
  }
}

function beatsBulk(index: string): Asked {
  const parts = ['create', 'index', 'update'].flatMap((name) => [
    `items.${name}.status`,
    `items.${name}.error`,
  ])
  const lines = [
    { create: { _index: index } },
    { '@timestamp': '2026-11-24T12:00:00.000Z', message: 'one' },
  ]
  return {
    method: 'POST',
    path: `/_bulk?filter_path=errors,${parts.join(',')}`,
    headers: {
      'content-type': 'application/vnd.elasticsearch+json; compatible-with=8',
      'content-encoding': 'gzip',
    },
    body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  }
}

test.each(Object.entries(readClients))('%s finds what it asks for', async (_client, requests) => {
  for (const { wanted = 200, ...asked } of requests) {
    const { status, text: told } = await send(asked)
    expect([asked.method, asked.path, status]).toEqual([asked.method, asked.path, wanted])
    if (asked.path.startsWith('/_bulk')) {
      expect(JSON.parse(told)).toEqual({ errors: false, items: [{ create: { status: 201 } }] })
    }
    if (asked.path.startsWith('/_license')) {
      expect(JSON.parse(told)).toMatchObject({ license: { type: 'basic', status: 'active' } })
    }
  }
})
