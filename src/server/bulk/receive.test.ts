import { expect, test } from 'vitest'
import { Fault, manualClock, type Clock, type JsonObject } from '#base'
import { valuesOf, type EventDocument } from '#event'
import { memoryStore, type EventStore } from '#store'
import { createIngest } from '../ingest.ts'
import { defaultBulkLimits, receiveBulk, type BulkLimits } from './receive.ts'

const startMs = Date.UTC(2026, 10, 24, 12)

interface House {
  readonly clock: Clock
  readonly events: EventStore
  readonly offered: EventDocument[]
  readonly send: (
    text: string | Uint8Array,
    defaultIndex?: string,
    demands?: { readonly requireDataStream?: boolean; readonly requireAlias?: boolean },
  ) => ReturnType<typeof receiveBulk>
}

function house(limits: Partial<BulkLimits> = {}, events?: (own: EventStore) => EventStore): House {
  const clock = manualClock(startMs)
  const own = memoryStore({ clock }).events
  const store = events?.(own) ?? own
  const offered: EventDocument[] = []
  const ingest = createIngest({
    events: store,
    clock,
    offer: (found) => void offered.push(...found),
  })
  return {
    clock,
    events: store,
    offered,
    send: (text, defaultIndex, demands) =>
      receiveBulk(chunksOf(Buffer.from(text)), {
        ingest,
        events: store,
        clock,
        limits: { ...defaultBulkLimits, ...limits },
        defaults: { index: defaultIndex, ...demands },
      }),
  }
}

async function* chunksOf(bytes: Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const lines = (...values: readonly unknown[]): string =>
  values.map((value) => `${typeof value === 'string' ? value : JSON.stringify(value)}\n`).join('')

const at = '2026-11-24T11:59:00.000Z'

test('every item is answered in order, with the status Elasticsearch would give', async () => {
  const { send } = house()
  const results = await send(
    lines(
      { create: { _index: 'logs-a-default', _id: '1' } },
      { '@timestamp': at, message: 'one' },
      { create: { _index: 'logs-a-default', _id: '1' } },
      { '@timestamp': at, message: 'another' },
      { index: { _index: 'logs-a-default', _id: '1' } },
      { '@timestamp': at, message: 'one' },
      { index: { _index: 'logs-a-default', _id: '1' } },
      { '@timestamp': at, message: 'changed' },
      { create: { _index: 'logs-a-default' } },
      { message: 'no time' },
      { create: { _index: 'Upper' } },
      { '@timestamp': at },
      { create: {} },
      { '@timestamp': at },
      { delete: { _index: 'logs-a-default', _id: '1' } },
      { update: { _index: 'logs-a-default', _id: '1' } },
      { doc: {} },
      { create: { _index: 'logs-a-default', _id: '' } },
      { '@timestamp': at },
      { create: { _index: 'logs-a-default', _id: 'last' }, attempts: 0 },
      { '@timestamp': at },
    ),
  )
  expect(results.map(({ status }) => status)).toEqual([
    201, 409, 200, 409, 400, 400, 400, 400, 400, 400, 201,
  ])
})

test('a document that is not JSON costs its own item and no other', async () => {
  const { send } = house()
  const results = await send(
    lines(
      { index: { _index: 'x' } },
      'undefined',
      { index: { _index: 'x' } },
      '{"a":',
      { index: { _index: 'x' } },
      '[1]',
      { index: { _index: 'x' } },
      { a: 1, '@timestamp': at },
    ),
  )
  expect(results.map(({ status }) => status)).toEqual([400, 400, 400, 201])
  expect(JSON.stringify(results[0]?.body)).toContain('failed to parse the document on line 2')
})

test('a line that is too long costs its own item, with 413, and the rest goes on', async () => {
  const { send } = house({ maxLineBytes: 1_000 })
  const results = await send(
    lines(
      { create: { _index: 'x', _id: 'long' } },
      { '@timestamp': at, argv: 'x'.repeat(100_000) },
      { create: { _index: 'x', _id: 'short' } },
      { '@timestamp': at },
    ),
  )
  expect(results.map(({ status }) => status)).toEqual([413, 201])
  expect(JSON.stringify(results[0]?.body)).toContain('too large')
})

test('invalid UTF-8 costs its own item', async () => {
  const { send } = house()
  const bad = Buffer.concat([
    Buffer.from(lines({ create: { _index: 'x' } })),
    Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d, 0x0a]),
    Buffer.from(lines({ create: { _index: 'x' } }, { '@timestamp': at })),
  ])
  expect((await send(bad)).map(({ status }) => status)).toEqual([400, 201])
})

test('outside data streams an event without a time gets the time of its arrival', async () => {
  const { send, events } = house()
  await send(lines({ index: { _index: 'x', _id: 'a' } }, { a: 1 }))
  await send(
    lines({ index: { _index: 'x', _id: 'b' } }, { '@timestamp': null, event: { kind: 'event' } }),
  )
  expect((await events.get('x', 'a'))?.source).toEqual({
    '@timestamp': '2026-11-24T12:00:00.000Z',
    a: 1,
    event: { ingested: '2026-11-24T12:00:00.000Z' },
  })
  expect((await events.get('x', 'b'))?.source).toEqual({
    '@timestamp': '2026-11-24T12:00:00.000Z',
    event: { kind: 'event', ingested: '2026-11-24T12:00:00.000Z' },
  })
})

test.each(['not a date', true, '2026-13-01T00:00:00Z', 1e300])(
  'a timestamp that is no date (%s) is refused with what was found',
  async (timestamp) => {
    const { send } = house()
    const [result] = await send(lines({ create: { _index: 'x' } }, { '@timestamp': timestamp }))
    expect(result?.status).toBe(400)
  },
)

test.each(['1960-01-01T00:00:00Z', '2200-01-01T00:00:00Z', 0, 1_795_000_000_000])(
  'a timestamp far from now (%s) is a timestamp',
  async (timestamp) => {
    const { send } = house()
    const [result] = await send(lines({ create: { _index: 'x' } }, { '@timestamp': timestamp }))
    expect(result?.status).toBe(201)
  },
)

test('the time of arrival is ours, whatever a sender writes and however', async () => {
  const { events, send } = house()
  const ingested = '2026-11-24T12:00:00.000Z'
  const claims: readonly JsonObject[] = [
    { 'event.ingested': at },
    { event: { ingested: at, kind: 'event' } },
    { event: [{ ingested: at }, 'x'] },
  ]
  for (const [n, claim] of claims.entries()) {
    await send(lines({ create: { _index: 'x', _id: `${n}` } }, { '@timestamp': at, ...claim }))
    const kept = await events.get('x', `${n}`)
    expect(valuesOf(kept?.source ?? {}, 'event.ingested')).toEqual([ingested])
  }
})

test('the engine is offered new events only', async () => {
  const { send, offered } = house()
  const request = lines(
    { create: { _index: 'x', _id: 'a' } },
    { '@timestamp': at },
    { create: { _index: 'x', _id: 'b' } },
    'broken',
  )
  await send(request)
  await send(request)
  expect(offered.map(({ id }) => id)).toEqual(['a'])
})

test('a line that is no action ends the request, which says what was kept before', async () => {
  const { send, events } = house({ batchEvents: 2 })
  const request = lines(
    ...['a', 'b', 'c'].flatMap((_id) => [{ create: { _index: 'x', _id } }, { '@timestamp': at }]),
    'this is no action',
    { '@timestamp': at },
  )
  const refused = await send(request).catch((thrown: unknown) => thrown)
  expect(refused).toBeInstanceOf(Fault)
  expect(refused).toMatchObject({
    kind: 'invalid',
    message: expect.stringMatching(/line \[7\].*; 2 items of this request were kept before that/s),
  })
  expect(await events.get('x', 'b')).toBeDefined()
  expect(await events.get('x', 'c')).toBeUndefined()
})

test('a request that ends after an action says that its document is missing', async () => {
  const { send } = house()
  const results = await send(
    lines({ create: { _index: 'x' } }, { '@timestamp': at }, { create: { _index: 'x' } }),
  )
  expect(results.map(({ status }) => status)).toEqual([201, 400])
})

test('the index of the path is the index of actions without one', async () => {
  const { send, events } = house()
  const [result] = await send(lines({ create: { _id: 'a' } }, { '@timestamp': at }), 'from-path')
  expect(result?.status).toBe(201)
  expect(await events.get('from-path', 'a')).toBeDefined()
})

test('when the store fails later on, its items get 503 and those before keep their 201', async () => {
  let appends = 0
  const { send } = house({ batchEvents: 1 }, (own) => ({
    ...own,
    append: async (found) => {
      if (++appends > 1) throw new Fault('unavailable', 'store.disk-full', 'the disk is full')
      return own.append(found)
    },
  }))
  const results = await send(
    lines(
      ...['a', 'b', 'c'].flatMap((_id) => [{ create: { _index: 'x', _id } }, { '@timestamp': at }]),
    ),
  )
  expect(results.map(({ status }) => status)).toEqual([201, 503, 503])
})

test('when the store fails at once, the whole request can come again', async () => {
  const { send } = house({}, (own) => ({
    ...own,
    append: async () => {
      throw new Fault('unavailable', 'store.disk-full', 'the disk is full')
    },
  }))
  await expect(
    send(lines({ create: { _index: 'x', _id: 'a' } }, { '@timestamp': at })),
  ).rejects.toMatchObject({ kind: 'unavailable' })
})

test('a document that nests without end is refused, not followed', async () => {
  const { send } = house()
  const deep = `{"@timestamp":"${at}","a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`
  const time = `{"@timestamp":${'['.repeat(50_000)}"${at}"${']'.repeat(50_000)}}`
  const results = await send(
    lines({ create: { _index: 'x' } }, deep, { create: { _index: 'x' } }, time),
  )
  expect(results.map(({ status }) => status)).toEqual([400, 400])
})

test('what must go to a data stream, or to an alias, is kept nowhere else', async () => {
  const { send } = house()
  const actions = lines(
    { create: { _index: 'logs-a-default', _id: '1' } },
    { '@timestamp': at },
    { create: { _index: 'app', _id: '2' } },
    { '@timestamp': at },
    { create: { _index: 'app', _id: '3', require_data_stream: false } },
    { '@timestamp': at },
    { create: { _index: 'logs-a-default', _id: '4', require_alias: true } },
    { '@timestamp': at },
  )
  const demanded = await send(actions, undefined, { requireDataStream: true })
  expect(demanded.map(({ status }) => status)).toEqual([201, 404, 201, 404])
  expect(demanded[1]?.body).toMatchObject({
    create: { error: { type: 'index_not_found_exception' } },
  })
  const others = await send(actions.replaceAll('"_id":"', '"_id":"x'))
  expect(others.map(({ status }) => status)).toEqual([201, 201, 201, 404])
})
