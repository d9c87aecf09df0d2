import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { integrations, type Integration } from '#integration'
import { ecsCatalogue } from '#event'
import { sharedData } from '../../../test/support/shared-data.ts'
import { serverUnderTest, type ServerUnderTest } from '../server-under-test.ts'

let at: ServerUnderTest
beforeAll(async () => {
  at = await serverUnderTest({
    limits: { body: { maxBytes: 2_000_000, maxInflatedBytes: 2_000_000 } },
  })
})
afterAll(() => at.close())

interface Answer {
  readonly kept: number
  readonly known: number
  readonly refused: number
  readonly errors: boolean
  readonly reasons: readonly { readonly line: number; readonly reason: string }[]
}

async function send(path: string, body: string | Buffer, secret = at.token): Promise<Answer> {
  const response = await at.ask(`/api/ingest/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}` },
    body,
  })
  expect([path, response.status]).toEqual([path, 200])
  const answer: Answer = JSON.parse(await response.text())
  return answer
}

function sampleOf({ name }: Integration): string {
  const folder = new URL(`../../integration/integrations/${name}/`, import.meta.url)
  const [found] = ['sample.log', 'sample.ndjson']
    .map((file) => new URL(file, folder))
    .filter((file) => existsSync(file))
  if (found === undefined) throw new Error(`${name} has no sample`)
  return readFileSync(found, 'utf8')
}

/** What the integration itself makes of a text. */
function readingsOf(integration: Integration, text: string) {
  const reader = integration.reader({ nowMs: Date.now() })
  const lines = text.trimEnd().split('\n')
  const all = [...lines.flatMap((line, place) => reader.take(line, place + 1)), ...reader.end()]
  return {
    events: all.filter(({ kind }) => kind === 'event'),
    rejected: all.filter(({ kind }) => kind === 'rejected'),
  }
}

async function storedIn(indices: readonly string[]): Promise<number> {
  return at.store.events.count({
    indices,
    filter: { kind: 'all' },
    context: { fields: ecsCatalogue(), nowMs: 0 },
  })
}

test.each(integrations)(
  'the sample of $name is kept as a hunt would read it, and twice under one batch name adds nothing',
  async (integration) => {
    const { name, streams } = integration
    const sample = sampleOf(integration)
    const { events, rejected } = readingsOf(integration, sample)
    const patterns = streams.map((stream) => `${stream}-*`)
    const before = await storedIn(patterns)
    const first = await send(`${name}?batch=${name}-1`, sample)
    expect(first).toMatchObject({ kept: events.length, known: 0, refused: rejected.length })
    expect(await storedIn(patterns)).toBe(before + events.length)
    const again = await send(`${name}?batch=${name}-1`, sample)
    expect(again).toMatchObject({ kept: 0, known: events.length, refused: rejected.length })
    expect(await storedIn(patterns)).toBe(before + events.length)
  },
)

test('Tetragon events that others recorded are kept', async (context) => {
  const path = sharedData('events/tetragon_docs_events.ndjson.gz')
  if (path === undefined) return context.skip('the recorded events are not beside the clone')
  const recorded = gunzipSync(readFileSync(path)).toString()
  const tetragon = integrations.find(({ name }) => name === 'tetragon')
  if (tetragon === undefined) throw new Error('tetragon is gone')
  const { events, rejected } = readingsOf(tetragon, recorded)
  const answer = await send('tetragon', recorded)
  expect(answer).toMatchObject({ kept: events.length, refused: rejected.length })
  expect(answer.kept).toBeGreaterThan(20)
})

test('a line that nothing can be made of is told, and the others are kept', async () => {
  const [good = ''] = sampleOf(integrationNamed('docker')).split('\n')
  const answer = await send('docker', Buffer.from(`${good}\nnonsense\n\xff\n${good}\n`, 'latin1'))
  expect(answer).toMatchObject({ kept: 2, known: 0, refused: 2, errors: true })
  expect(answer.reasons.map(({ line }) => line)).toEqual([2, 3])
})

function integrationNamed(name: string): Integration {
  const found = integrations.find((each) => each.name === name)
  if (found === undefined) throw new Error(`${name} is gone`)
  return found
}

test('a key that may send to some data streams is refused the others', async () => {
  const { secret } = await at.client.createKey({
    body: { name: 'falco', role: 'ingest', indices: ['logs-falco.*'] },
  })
  const falco = await send('falco', sampleOf(integrationNamed('falco')), secret)
  expect(falco.kept).toBeGreaterThan(0)
  const docker = await send('docker', sampleOf(integrationNamed('docker')), secret)
  expect(docker.kept).toBe(0)
  expect(docker.reasons[0]?.reason).toContain('key falco may send events to [logs-falco.*]')
})

test('who may not send is refused, and so are unknown formats, empty bodies and large ones', async () => {
  const { secret } = await at.client.createKey({ body: { name: 'looks', role: 'viewer' } })
  const status = async (path: string, body: string, authorization = `Bearer ${at.token}`) => {
    const answer = await at.ask(path, { method: 'POST', headers: { authorization }, body })
    await answer.text()
    return answer.status
  }
  expect(await status('/api/ingest/falco', '{}', `Bearer ${secret}`)).toBe(403)
  expect(await status('/api/ingest/falco', '{}', 'Bearer no-such')).toBe(401)
  expect(await status('/api/ingest/no-such', '{}')).toBe(404)
  expect(await status('/api/ingest/falco', '\n\n')).toBe(400)
  expect(await status('/api/ingest/falco?batch=', '{}')).toBe(400)
  expect(await status('/api/ingest/falco', '{}\n'.repeat(1_000_000))).toBe(413)
})

test('any role learns which integrations there are', async () => {
  const answer = await at.ask('/api/ingest')
  const { integrations: listed } = JSON.parse(await answer.text())
  expect(listed.map(({ name }: { name: string }) => name)).toEqual(
    integrations.map(({ name }) => name),
  )
})
