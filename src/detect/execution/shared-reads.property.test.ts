import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { manualClock, type JsonObject } from '#base'
import { ecsCatalogue } from '#event'
import { languageOf, type FilterPlan } from '#query'
import {
  memoryStore,
  openEmbeddedStore,
  type EventStore,
  type NewEvent,
  type SearchRequest,
  type StoredEvent,
} from '#store'
import { benchOf, installedOf, minuteMs, noonMs } from '../detect.fixture.ts'
import { sharedReads } from './shared-reads.ts'

const queries = [
  '*',
  'process.name: ls',
  'process.name: (ls or cat) and not user.name: root',
  'process.args: "*priv*"',
  'event.category: process and process.name: cat',
  'user.name: root or process.pid >= 3',
  'process.name: nobody',
  '@timestamp >= "now-4m"',
  'not process.name: *',
]

const indexName = fc.constantFrom('logs-a-default', 'logs-b-default', 'other-c')

const dateAt = (minutes: number) => new Date(noonMs + minutes * minuteMs).toISOString()
const minutes = fc.integer({ min: -12, max: 2 })

/** Some stand nowhere in time, some at several times, some by another field, and none in the order of arrival. */
const anEvent = fc
  .record({
    index: indexName,
    times: fc.array(minutes, { maxLength: 2 }),
    ingested: fc.option(minutes, { nil: undefined }),
    names: fc.subarray(['ls', 'cat', 'Ls']),
    user: fc.constantFrom('root', 'app'),
    pid: fc.integer({ min: 0, max: 5 }),
    isFlat: fc.boolean(),
  })
  .map(({ index, times, ingested, names, user, pid, isFlat }): NewEvent => {
    const source: JsonObject = {
      ...(times.length === 0 ? {} : { '@timestamp': times.map(dateAt) }),
      ...(ingested === undefined ? {} : { 'event.ingested': dateAt(ingested) }),
      ...(isFlat
        ? { 'process.name': names, 'process.pid': pid }
        : { process: { name: names, pid, args: ['run', '--privileged'] } }),
      event: { category: ['process'] },
      user: { name: user },
    }
    return { index, source }
  })

const timeFields = fc.constantFrom(
  { primary: '@timestamp' },
  { primary: 'event.ingested' },
  { primary: 'event.ingested', secondary: '@timestamp' },
)

/** A read, and how its reader behaves. */
const aRead = fc.record({
  query: fc.constantFrom(...queries),
  indices: fc.constantFrom(
    ['logs-*'],
    ['logs-*', '-logs-b-*'],
    ['*'],
    ['logs-a-default'],
    ['no-*'],
  ),
  fields: timeFields,
  fromMinutes: fc.integer({ min: -10, max: -5 }),
  toMinutes: fc.integer({ min: -4, max: 1 }),
  order: fc.constantFrom('time-ascending', 'sequence'),
  nowMinutes: fc.constantFrom(0, 1),
  /** Turns of the process between two pages. */
  slowness: fc.constantFrom<number>(0, 0, 0, 1, 30),
  /** Stops after so many pages. */
  pages: fc.constantFrom(1, 1_000, 1_000),
})

type Read = typeof aRead extends fc.Arbitrary<infer T> ? T : never

function planOf(query: string): FilterPlan {
  const plan = languageOf('kuery')?.parse(query)
  if (plan?.ok !== true) throw new Error(`unreadable: ${query}`)
  return plan.value
}

function requestOf(read: Read): SearchRequest {
  return {
    indices: read.indices,
    filter: planOf(read.query),
    context: { fields: ecsCatalogue(), nowMs: noonMs + read.nowMinutes * minuteMs },
    order: read.order,
    time: {
      fields: read.fields,
      fromMs: noonMs + read.fromMinutes * minuteMs,
      toMs: noonMs + read.toMinutes * minuteMs,
    },
  }
}

/** Ids of a read's events in order. A reader that stops early is asked for what it got until then. */
async function idsOf(events: Pick<EventStore, 'search'>, read: Read): Promise<readonly string[]> {
  const ids: string[] = []
  let pages = 0
  for await (const page of events.search(requestOf(read))) {
    ids.push(...page.map(({ id }: StoredEvent) => id))
    for (let turn = 0; turn < read.slowness; turn++) await nextTurn()
    if (++pages >= read.pages) break
  }
  return ids
}

async function expectAgreement(store: EventStore, reads: readonly Read[]): Promise<number> {
  const shared = sharedReads(store)
  const together = await Promise.all(reads.map((read) => idsOf(shared, read)))
  for (const [i, read] of reads.entries()) {
    const alone = await idsOf(store, { ...read, pages: 1_000 })
    const found = together[i] ?? []
    // Pages are cut where they come from: a reader that stops has a beginning of what it would have got.
    expect(found).toEqual(read.pages > 1 ? alone : alone.slice(0, found.length))
    if (alone.length > 0) expect(found.length).toBeGreaterThan(0)
  }
  return shared.facts().shared
}

test('reads that share a pass give the events of reads alone, in their order', async () => {
  let shared = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(anEvent, { maxLength: 60 }),
      fc.array(aRead, { minLength: 8, maxLength: 20 }),
      async (events, reads) => {
        const store = memoryStore({ clock: manualClock(noonMs) })
        await store.events.append(events)
        shared += await expectAgreement(store.events, reads)
      },
    ),
    { numRuns: 150 },
  )
  expect(shared).toBeGreaterThan(300)
})

test('the same over many pages of blocks on disk, where slow readers are let go', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vedette-reads-'))
  const store = await openEmbeddedStore({
    directory: join(directory, 'data'),
    clock: manualClock(noonMs),
    segmentEvents: 1_500,
    cacheBytes: 100_000,
  })
  try {
    const events = fc.sample(anEvent, { numRuns: 6_000, seed: 7 })
    for (let at = 0; at < events.length; at += 500) {
      await store.events.append(events.slice(at, at + 500))
    }
    await fc.assert(
      fc.asyncProperty(fc.array(aRead, { minLength: 2, maxLength: 6 }), async (reads) => {
        await expectAgreement(store.events, reads)
      }),
      { numRuns: 15 },
    )
    const slowAndQuick = [30, 0].map((slowness): Read => ({ ...longRead, slowness }))
    const shared = sharedReads(store.events)
    await Promise.all(slowAndQuick.map((read) => idsOf(shared, read)))
    expect(shared.facts()).toMatchObject({ passes: 1, shared: 2, letGo: 1 })
    await expectAgreement(store.events, slowAndQuick)
  } finally {
    await store.close()
    await rm(directory, { recursive: true })
  }
})

const longRead: Read = {
  query: '*',
  indices: ['*'],
  fields: { primary: '@timestamp' },
  fromMinutes: -10,
  toMinutes: 1,
  order: 'time-ascending',
  nowMinutes: 0,
  slowness: 0,
  pages: 1_000,
}

const exceptUser = (name: string): JsonObject => ({
  rule_id: `without ${name}`,
  query: `process.name: * and not user.name: ${name}`,
})

const rules: readonly JsonObject[] = [
  { rule_id: 'every', query: '*', max_signals: 3 },
  { rule_id: 'ls', query: 'process.name: ls' },
  { rule_id: 'override', query: 'process.name: cat', timestamp_override: 'event.ingested' },
  { rule_id: 'lone a', query: '*', index: ['logs-a-*'], max_signals: 1 },
  { rule_id: 'no index', query: '*', index: ['nothing-*'] },
  exceptUser('root'),
  exceptUser('app'),
  { rule_id: 'folded', query: '*', alert_suppression: { group_by: ['user.name'] } },
  {
    rule_id: 'many',
    type: 'threshold',
    query: '*',
    threshold: { field: ['process.name'], value: 3 },
  },
  {
    rule_id: 'fresh',
    type: 'new_terms',
    query: '*',
    new_terms_fields: ['process.pid'],
    history_window_start: 'now-20m',
  },
]

/** What each rule's execution says and stores, over some events. */
async function outcomesOf(
  events: readonly NewEvent[],
  { sharesReads }: { readonly sharesReads: boolean },
): Promise<{ readonly outcomes: JsonObject; readonly passes: number }> {
  const bench = benchOf({ sharesReads })
  await bench.store.events.append(events.map((event, i) => ({ ...event, id: `event-${i}` })))
  const records = await Promise.all(
    rules.map((rule) =>
      bench.engine.executeOnce(installedOf(rule), {
        startedAtMs: noonMs,
        previousStartedAtMs: noonMs - 8 * minuteMs,
      }),
    ),
  )
  const said = records.map((record) => ({ ...record, uuid: '' }))
  return {
    outcomes: JSON.parse(JSON.stringify({ said, alerts: await bench.alertIds() })),
    passes: bench.engine.facts().reads.passes,
  }
}

test('rules that run together say and store what each does alone', async () => {
  let passes = 0
  await fc.assert(
    fc.asyncProperty(fc.array(anEvent, { maxLength: 40 }), async (events) => {
      const together = await outcomesOf(events, { sharesReads: true })
      const alone = await outcomesOf(events, { sharesReads: false })
      expect(together.outcomes).toEqual(alone.outcomes)
      passes += together.passes
    }),
    { numRuns: 40 },
  )
  expect(passes).toBeGreaterThan(20)
})
