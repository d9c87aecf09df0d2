import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { manualClock, silentLogger, type JsonObject, type ManualClock } from '#base'
import { ecsCatalogue } from '#event'
import { languageOf, type FilterPlan } from '#query'
import {
  acceptedEvents,
  memoryStore,
  openEmbeddedStore,
  type EventStore,
  type NewEvent,
  type Store,
} from '#store'
import { minuteMs, noonMs } from '../detect.fixture.ts'
import type { ReadRequest } from '../execution/event-reader.ts'
import { postings, type Postings } from './postings.ts'

const fields = ecsCatalogue()

const plans: readonly FilterPlan[] = [
  '*',
  'process.name: ls',
  'process.name: (ls or cat) and not user.name: root',
  'process.args: "*priv*"',
  'event.category: process and process.name: cat',
  'user.name: root or process.pid >= 3',
  'process.name: nobody',
  '@timestamp >= "now-4m"',
  '@timestamp >= " now-4m"',
  'not process.name: *',
].map((query) => {
  const plan = languageOf('kuery')?.parse(query)
  if (plan?.ok !== true) throw new Error(`unreadable: ${query}`)
  return plan.value
})

const times = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -60, max: 0 }) },
  fc.integer({ min: -900, max: 240 }),
)

/** Seconds after the moment. Some stand nowhere in time, some at several times, some by another field; late and early ones. */
const anEvent = fc.record({
  index: fc.constantFrom('logs-a-default', 'logs-b-default', 'other-c'),
  times: fc.oneof(
    { weight: 4, arbitrary: times.map((time) => [time]) },
    fc.array(times, { maxLength: 3 }),
  ),
  ingested: fc.option(times, { nil: undefined }),
  names: fc.subarray(['ls', 'cat', 'Ls']),
  user: fc.constantFrom('root', 'app'),
  pid: fc.integer({ min: 0, max: 5 }),
})

type Drawn = typeof anEvent extends fc.Arbitrary<infer T> ? T : never

function eventOf({ index, times: seconds, ingested, names, user, pid }: Drawn, nowMs: number) {
  const dateAt = (after: number) => new Date(nowMs + after * 1_000).toISOString()
  const source: JsonObject = {
    ...(seconds.length === 0 ? {} : { '@timestamp': seconds.map(dateAt) }),
    ...(ingested === undefined ? {} : { 'event.ingested': dateAt(ingested) }),
    process: { name: names, pid, args: ['run', '--privileged'] },
    event: { category: ['process'] },
    user: { name: user },
  }
  return { index, source }
}

const aRead = fc.record({
  filter: fc.constantFrom(...plans),
  indices: fc.constantFrom(
    ['logs-*'],
    ['logs-*', '-logs-b-*'],
    ['*'],
    ['logs-a-default'],
    ['no-*'],
  ),
  timeFields: fc.constantFrom(
    { primary: '@timestamp' },
    { primary: 'event.ingested' },
    { primary: 'event.ingested', secondary: '@timestamp' },
  ),
  /** Minutes before the moment. */
  end: fc.constantFrom(0, 0, 0, 0, 2, 10, -1),
  length: fc.constantFrom(6, 6, 9, 30),
  order: fc.constantFrom<ReadRequest['order']>('time-ascending', 'sequence', 'time-descending'),
})

type Read = typeof aRead extends fc.Arbitrary<infer T> ? T : never

function requestOf(read: Read, nowMs: number): ReadRequest {
  const toMs = nowMs - read.end * minuteMs
  return {
    indices: read.indices,
    filter: { kind: 'and', of: [read.filter, { kind: 'all' }] },
    context: { fields, nowMs },
    order: read.order,
    time: { fields: read.timeFields, fromMs: toMs - read.length * minuteMs, toMs },
    recurs: true,
  }
}

const aStep = fc.record({
  minutes: fc.constantFrom<number>(0, 0, 1, 2, 5, 90),
  events: fc.array(anEvent, { maxLength: 12 }),
  isOffered: fc.boolean(),
  read: fc.boolean(),
  retains: fc.constantFrom(false, false, false, true),
})

type Step = typeof aStep extends fc.Arbitrary<infer T> ? T : never

interface Playing {
  readonly store: Store
  readonly clock: ManualClock
  readonly posted: Postings
  readonly reads: readonly Read[]
}

/** Plays some steps; after those that say so all reads are made at once, and each by itself without postings. */
async function play(steps: readonly Step[], { store, clock, posted, reads }: Playing) {
  for (const { minutes, events, isOffered, read, retains } of steps) {
    await clock.advanceTo(clock.nowMs() + minutes * minuteMs)
    const arriving: readonly NewEvent[] = events.map((event) => eventOf(event, clock.nowMs()))
    const accepted = acceptedEvents(arriving, await store.events.append(arriving))
    if (isOffered) posted.offer(accepted)
    if (retains) await store.events.retain({ maxAgeMs: 4 * minuteMs })
    if (!read) continue
    const requests = reads.map((each) => requestOf(each, clock.nowMs()))
    const found = await Promise.all(requests.map((request) => idsOf(posted, request)))
    for (const [i, request] of requests.entries()) {
      expect(found[i]).toEqual(await idsOf(store.events, request))
    }
  }
}

async function idsOf(
  events: Pick<EventStore | Postings, 'search'>,
  request: ReadRequest,
): Promise<readonly string[]> {
  const ids: string[] = []
  for await (const page of events.search(request)) ids.push(...page.map(({ id }) => id))
  return ids
}

function postingsOf(store: Store, clock: ManualClock, maxBytes = 1_000_000): Postings {
  return postings({ events: store.events, fields, clock, logger: silentLogger, maxBytes })
}

test('reads that go by postings give the events of searches, in their order', async () => {
  let byPostings = 0
  let byAnswered = 0
  let givenUp = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(aStep, { maxLength: 12 }),
      fc.array(aRead, { minLength: 3, maxLength: 10 }),
      fc.constantFrom(1_000_000, 1_000_000, 600),
      async (steps, reads, maxBytes) => {
        const clock = manualClock(noonMs)
        const store = memoryStore({ clock })
        const posted = postingsOf(store, clock, maxBytes)
        await play(steps, { store, clock, posted, reads })
        const facts = posted.facts()
        expect(facts.bytes).toBeLessThanOrEqual(maxBytes)
        byPostings += facts.byPostings
        byAnswered += facts.byPostings - facts.filled
        givenUp += facts.givenUp
        await posted.clear()
        expect(posted.facts()).toMatchObject({ questions: 0, bytes: 0 })
      },
    ),
    { numRuns: 300 },
  )
  expect(byPostings).toBeGreaterThan(2_000)
  // Most need no look into the store beforehand.
  expect(byAnswered).toBeGreaterThan(byPostings / 3)
  expect(givenUp).toBeGreaterThan(10)
}, 120_000)

test('the same over blocks on disk', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vedette-postings-'))
  const clock = manualClock(noonMs)
  const store = await openEmbeddedStore({
    directory: join(directory, 'data'),
    clock,
    segmentEvents: 700,
    cacheBytes: 100_000,
  })
  try {
    const posted = postingsOf(store, clock)
    await fc.assert(
      fc.asyncProperty(
        fc.array(anEvent, { minLength: 200, maxLength: 400 }),
        fc.array(aRead, { minLength: 2, maxLength: 6 }),
        async (events, reads) => {
          const step = { minutes: 1, events, isOffered: true, read: true, retains: false }
          await play([step, { ...step, events: [] }], { store, clock, posted, reads })
        },
      ),
      { numRuns: 15 },
    )
    expect(posted.facts().byPostings).toBeGreaterThan(50)
  } finally {
    await store.close()
    await rm(directory, { recursive: true })
  }
}, 120_000)
