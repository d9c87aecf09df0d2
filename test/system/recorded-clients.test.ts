import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServing, type RunningServer } from '../support/running-server.ts'
import { sharedData, withoutSharedData } from '../support/shared-data.ts'

interface Recorded {
  readonly client: string
  readonly method: string
  readonly path: string
  readonly headers: { readonly [name: string]: string }
  readonly body: string
}

const recording = sharedData('clients/client_requests.ndjson')

/** Reading what was kept in the manner of Elasticsearch is not spoken yet. */
const searching = /_search|_pit|_eql|_mapping|_alias|_stats|_cat\/shards|_nodes\/stats/

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

test('what real shippers send to write events is answered without an error', async (context) => {
  context.skip(recording === undefined, withoutSharedData)
  const lines = (await readFile(recording ?? '', 'utf8')).split('\n').filter((line) => line !== '')
  const refused: string[] = []
  const statuses: number[] = []
  for (const line of lines) {
    const sent: Recorded = JSON.parse(line)
    const looksForTemplate = sent.method === 'HEAD' && sent.path.startsWith('/_index_template/')
    if (searching.test(sent.path) || looksForTemplate) continue
    const headers = Object.fromEntries(
      Object.entries(sent.headers).filter(([name]) => !hopByHop.includes(name)),
    )
    // The recording holds bodies as they were before compression.
    const body = headers['content-encoding'] === 'gzip' ? gzipSync(sent.body) : sent.body
    const answer = await fetch(server.url + sent.path, {
      method: sent.method,
      headers: { ...headers, authorization: `Bearer ${server.token}` },
      ...(sent.body !== '' && { body }),
    })
    const text = await answer.text()
    expect(answer.headers.get('x-elastic-product')).toBe('Elasticsearch')
    for (const [, status = ''] of text.matchAll(/"status":(\d+)[,}]/g))
      statuses.push(Number(status))
    if (answer.status >= 400) refused.push(`${sent.client}: ${sent.method} ${sent.path}: ${text}`)
  }
  expect(refused).toEqual([])
  // One client sends the word `undefined` for a document that it has lost.
  expect(statuses.filter((status) => status >= 400 && status !== 409)).toEqual([400])
  expect(statuses.filter((status) => status === 201).length).toBeGreaterThan(80)
})
