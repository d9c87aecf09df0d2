import { expect, test } from 'vitest'
import { alertCollection } from '#alert'
import type { JsonObject } from '#base'
import { ecsCatalogue } from '#event'
import { eql, lowerEql, type EventQueryPlan } from '#query'
import { benchOf, noonMs } from '../../detect.fixture.ts'
import { eventReader } from '../../execution/event-reader.ts'
import { scanHistory } from '../../first-seen/scan-history.ts'
import type { WindowSearch } from '../../rule-type.ts'
import { earlySequences } from './early-sequences.ts'
import { keptResults } from './kept-results.ts'
import { samplesIn } from './samples-in.ts'
import { sequencesIn } from './sequences-in.ts'
import { stagedEvents } from './staged-events.ts'

function planOf<Kind extends EventQueryPlan['kind']>(kind: Kind, query: string) {
  const statement = eql.parse(query)
  if (!statement.ok) throw new Error(JSON.stringify(statement.error))
  const plan = lowerEql(statement.value, { fields: ecsCatalogue() })
  const isWanted = (each: EventQueryPlan): each is Extract<EventQueryPlan, { kind: Kind }> =>
    each.kind === kind
  if (!isWanted(plan)) throw new Error(`${query} is a ${plan.kind}`)
  return plan
}

const pairs = planOf('sequence', 'sequence by user [any where n == 1] [any where n == 2]')

async function searchOver(events: readonly JsonObject[]) {
  const bench = benchOf()
  const add = (...more: readonly JsonObject[]) =>
    bench.add(...more.map((event, i) => ({ at: -8 + i / 60, ...event })))
  await add(...events)
  const alerts = bench.store.documents.collection(alertCollection)
  const reader = eventReader({ events: bench.store.events, alerts, space: 'default' })
  const warnings: string[] = []
  const search: WindowSearch = {
    owner: { ruleUuid: 'rule', space: 'default' },
    window: { fromMs: noonMs - 540_000, toMs: noonMs },
    dueMs: noonMs,
    time: { primary: '@timestamp' },
    indices: ['logs-*'],
    filter: { kind: 'all' },
    context: { fields: ecsCatalogue(), nowMs: noonMs },
    reader,
    lookUps: reader,
    ownAlerts: async function* () {},
    notes: { of: async () => undefined, keep: async () => undefined },
    maxAlerts: 100,
    signal: new AbortController().signal,
    warn: (kind, message) => warnings.push(`${kind}: ${message}`),
    history: scanHistory,
    noteSearch: () => undefined,
  }
  return { search, warnings, add }
}

test('sequences that waited longest are forgotten beyond the bound, and their number is told', async () => {
  const { search, warnings } = await searchOver([
    ...['a', 'b', 'c', 'd'].map((user) => ({ user, n: 1 })),
    ...['a', 'b', 'c', 'd'].map((user) => ({ user, n: 2 })),
  ])
  const found = await sequencesIn(search, { plan: pairs }, 2)
  expect(found.map(({ key }) => key.values)).toEqual([['c'], ['d']])
  expect(warnings).toEqual([expect.stringMatching(/^sequences_forgotten: 2 unfinished sequences/)])
})

test('what can go on no more is not held, so that nothing is forgotten for it', async () => {
  const short = planOf(
    'sequence',
    'sequence by user with maxspan=2s [any where n == 1] [any where n == 2]',
  )
  const { search, warnings } = await searchOver(
    Array.from({ length: 40 }, (_, i) => ({ user: `u${i}`, n: 1 })),
  )
  expect(await sequencesIn(search, { plan: short }, 4)).toEqual([])
  expect(warnings).toEqual([])
})

test('an event with very many keys takes part under the first of them, and that is told', async () => {
  const many = Array.from({ length: 1_100 }, (_, i) => `u${1_000 + i}`)
  const { search, warnings } = await searchOver([
    { user: many, n: 1 },
    { user: ['u1000', 'u2099'], n: 2 },
  ])
  expect((await sequencesIn(search, { plan: pairs })).map(({ key }) => key.values)).toEqual([
    ['u1000'],
  ])
  expect(warnings).toEqual([expect.stringMatching(/^too_many_combinations: 1 events/)])
})

test('events without the field that orders them take no part, and are told of', async () => {
  const { search, warnings } = await searchOver([
    { user: 'a', n: 2, seen: '2026-03-02T00:00:02Z' },
    { user: 'a', n: 1, seen: '2026-03-02T00:00:01Z' },
    { user: 'b', n: 1 },
    { user: 'b', n: 2 },
  ])
  const found = await sequencesIn(search, { plan: pairs, timestampField: 'seen' })
  expect(found.map(({ key }) => key.values)).toEqual([['a']])
  expect(warnings).toEqual([expect.stringMatching(/^events_without_order: 2 events have no seen/)])
})

test.each([
  ['by a field of its own', { timestampField: 'seen' }, 2],
  ['of one time by a tie-breaker', { tiebreakerField: 'rank' }, 2],
  ['as they are stored', {}, 0],
])('of events that are ordered %s only so many wait', async (_, ordering, passedOver) => {
  const { search, warnings } = await searchOver(
    [1, 2, 3, 4].map((n) => ({
      '@timestamp': '2026-03-02T11:58:00Z',
      seen: `2026-03-02T00:00:0${n}Z`,
      rank: n,
      user: 'a',
      n: 1,
    })),
  )
  let count = 0
  for await (const _ of stagedEvents(search, { plan: pairs, ...ordering }, 2)) count++
  expect(count).toBe(4 - passedOver)
  expect(warnings).toHaveLength(passedOver === 0 ? 0 : 1)
})

test('samples are taken of the first events up to the bound, and those passed over are told of', async () => {
  const plan = planOf('sample', 'sample by user [any where n == 1] [any where n == 2]')
  const { search, warnings } = await searchOver([
    { user: 'a', n: 1 },
    { user: 'a', n: 2 },
    { user: 'b', n: 1 },
    { user: 'b', n: 2 },
  ])
  const found = await samplesIn(search, { plan }, 3)
  expect(found.map(({ key }) => key.values)).toEqual([['a']])
  expect(warnings).toEqual([expect.stringMatching(/^sequences_forgotten: .* 1 more/)])
})

test('early answers forget beyond their bound too, and never tell what is not so', async () => {
  const { search, add } = await searchOver([])
  const limits = { maxEvents: 2, maxKeys: 10 }
  const early = earlySequences({ plan: pairs }, noonMs - 540_000, limits)
  await early.answer([], search)
  const stored = await add(
    ...['a', 'b', 'c'].map((user) => ({ user, n: 1 })),
    ...['a', 'b', 'c'].map((user) => ({ user, n: 2 })),
  )
  const found = await early.answer(stored, search)
  expect(found.map(({ event }) => event.source['user'])).toEqual(['b', 'c'])
})

test('a rule with more events in the future than keys that it remembers leaves all to its executions', async () => {
  const { search, add } = await searchOver([])
  const stored = await add({ user: 'a', n: 1 }, { user: 'a', n: 2 })
  const answered = async (maxKeys: number) => {
    const limits = { maxEvents: 10, maxKeys }
    const early = earlySequences({ plan: pairs }, noonMs - 560_000, limits)
    await early.answer([], search)
    const more = await add({ user: 'b', n: 1 }, { user: 'b', n: 2 })
    return (await early.answer(more, search)).length
  }
  expect(stored).toHaveLength(2)
  expect(await answered(3)).toBe(1)
  expect(await answered(3)).toBe(0)
})

test('results beyond what the first pipe keeps are dropped as they come', () => {
  const ascending = (a: number, b: number) => a - b
  const tail = keptResults(ascending, { pipes: [], size: 2 })
  const piped = keptResults(ascending, {
    pipes: [
      { kind: 'head', count: 3 },
      { kind: 'tail', count: 2 },
    ],
    size: 1,
  })
  for (const each of [5, 1, 4, 2, 3]) {
    tail.take([each])
    piped.take([each])
  }
  expect(tail.end()).toEqual([4, 5])
  expect(piped.end()).toEqual([3])
})
