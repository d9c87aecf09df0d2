import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { manualClock, silentLogger } from '#base'
import { openStore, type Store } from '#store'
import { channelShelf, type ChannelDraft } from './channel-shelf.ts'
import type { AlertNote } from './connector.ts'
import { deliveryQueue } from './delivery-queue.ts'
import { createNotifier, retryAfterMs, type Notifier } from './notifier.ts'
import { httpReceiver } from './receivers.fixture.ts'
import { loadOrCreateSeal } from './sealed.ts'
import { sampleAlert } from './template.ts'

/** Who is told of what, when, and what becomes of what nobody takes. */

// Noon.
const startMs = Date.parse('2027-03-01T12:00:00Z')
let folder: string
let web: Awaited<ReturnType<typeof httpReceiver>>
let clock: ReturnType<typeof manualClock>
let store: Store
let notifier: Notifier

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vedette-notify-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))
beforeEach(async () => {
  web = await httpReceiver()
  clock = manualClock(startMs)
  store = await openStore({ kind: 'memory', clock })
  notifier = await started()
})
afterEach(async () => {
  await notifier.close()
  await web.close()
})

async function started(): Promise<Notifier> {
  const seal = await loadOrCreateSeal(join(folder, 'notify.key'))
  return createNotifier({
    channels: channelShelf(store.documents, { seal, newId: randomUUID }),
    deliveries: deliveryQueue(store.documents, randomUUID),
    clock,
    logger: silentLogger,
  })
}

function channel(more: Partial<ChannelDraft> = {}) {
  const draft: ChannelDraft = {
    name: 'on call',
    connector: 'webhook',
    settings: { url: `${web.url}/secret-path` },
    enabled: true,
    template: '{{rule.name}} x{{count}}',
    leastSeverity: 'low',
    ruleIds: [],
    groupSeconds: 0,
    ...more,
  }
  return notifier.channels.put(undefined, draft)
}

const alert = (id: string, more: Partial<AlertNote> = {}): AlertNote => ({
  ...sampleAlert,
  id,
  rule: `rule of ${id}`,
  ...more,
})
const texts = (): readonly string[] =>
  web.got.map(({ body }) => {
    const { text }: { readonly text: string } = JSON.parse(body)
    return text
  })

async function tell(...alerts: readonly AlertNote[]): Promise<void> {
  notifier.take(alerts)
  await notifier.settle()
}

test('a channel is told of alerts of its rules and its severity, and of no others', async () => {
  await channel({ leastSeverity: 'medium', ruleIds: ['r-1'] })
  await tell(
    alert('a', { severity: 'high', ruleId: 'r-1' }),
    alert('b', { severity: 'low', ruleId: 'r-1' }),
    alert('c', { severity: 'high', ruleId: 'r-2' }),
  )
  expect(texts()).toEqual(['rule of a x1'])
})

test('alerts within the time of a group are one message at its end', async () => {
  await channel({ groupSeconds: 60 })
  await tell(alert('a'))
  await clock.advanceTo(startMs + 30_000)
  await tell(alert('b'), alert('c'))
  expect(texts()).toEqual([])
  await clock.advanceTo(startMs + 60_000)
  await notifier.settle()
  expect(texts()).toEqual(['rule of a x3'])
})

test('in quiet hours nobody is told before the morning, but of what is severe enough', async () => {
  await channel({ quiet: { from: '11:00', to: '07:00', unless: 'critical' } })
  await tell(alert('a'))
  await clock.advanceTo(Date.parse('2027-03-02T06:59:00Z'))
  await notifier.settle()
  expect(texts()).toEqual([])
  // What cannot wait takes along what waits.
  await tell(alert('b', { severity: 'critical' }))
  expect(texts()).toEqual(['rule of a x2'])
})

test('a message that is not taken is tried again after each pause, then dead, and can be revived', async () => {
  web.answers(503)
  await channel()
  await tell(alert('a'))
  let nowMs = startMs
  for (const pauseMs of retryAfterMs) {
    nowMs += pauseMs
    await clock.advanceTo(nowMs)
    await notifier.settle()
  }
  expect(texts()).toHaveLength(1 + retryAfterMs.length)
  const [dead] = await notifier.deliveries.list(10)
  expect(dead).toMatchObject({ state: 'dead', attempts: 1 + retryAfterMs.length })
  expect(dead?.problem).toContain('answered with status 503')
  expect(JSON.stringify(dead)).not.toContain('secret-path')
  web.answers(200)
  expect(await notifier.deliveries.revive(dead?.id ?? '', clock.nowMs())).toBe(true)
  await notifier.settle()
  expect(await notifier.deliveries.list(10)).toEqual([])
})

test('what no retry would mend is dead at once', async () => {
  web.answers(404)
  await channel()
  await tell(alert('a'))
  expect(
    (await notifier.deliveries.list(10)).map(({ state, attempts }) => [state, attempts]),
  ).toEqual([['dead', 1]])
})

test('a server that ended before it told anybody tells it later, once', async () => {
  await channel({ groupSeconds: 10 })
  notifier.take([alert('a')])
  await notifier.close()
  expect(texts()).toEqual([])
  notifier = await started()
  await clock.advanceTo(startMs + 10_000)
  await notifier.settle()
  expect(texts()).toEqual(['rule of a x1'])
})

test('a test says what is wrong; a secret that is left out stays, and one for another connector does not', async () => {
  const { id } = await channel()
  await notifier.test(id)
  expect(texts()).toEqual(['Sample: a test of this channel x1'])
  web.answers(500)
  await expect(notifier.test(id)).rejects.toThrow('answered with status 500')
  const draft = {
    name: 'n',
    connector: 'webhook',
    settings: {},
    enabled: true,
    template: '',
    leastSeverity: 'low',
    ruleIds: [],
    groupSeconds: 0,
  } as const
  expect((await notifier.channels.put(id, draft)).settings['url']).toBe(`${web.url}/secret-path`)
  await expect(notifier.channels.put(id, { ...draft, connector: 'slack' })).rejects.toThrow(
    'url: is missing',
  )
  await expect(channel({ template: '{{nonsense}}' })).rejects.toThrow('{{nonsense}} is unknown')
})

test('settings are sealed in the store, and another key does not open them', async () => {
  const { id } = await channel()
  const seal = await loadOrCreateSeal(join(folder, 'notify.key'))
  const sealed = seal.seal('secret-path')
  expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain('secret-path')
  expect(seal.open(sealed)).toBe('secret-path')
  const other = await loadOrCreateSeal(join(folder, 'other.key'))
  const shelf = channelShelf(store.documents, { seal: other, newId: randomUUID })
  await expect(shelf.get(id)).rejects.toThrow('sealed by another key')
  // Where the key was lost, what is left can be seen, and given its secrets anew.
  const [lost] = await shelf.list()
  expect([lost?.name, lost?.settings]).toEqual(['on call', {}])
  const { id: _other, ...draft } = await channel()
  await shelf.put(id, { ...draft, settings: { url: 'https://example.org/new' } })
  expect((await shelf.get(id))?.settings['url']).toBe('https://example.org/new')
})
