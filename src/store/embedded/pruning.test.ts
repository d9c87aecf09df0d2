import { expect, test } from 'vitest'
import { manualClock } from '#base'
import type { FilterPlan } from '#query'
import type { NewEvent, SearchRequest, TimeFields } from '../event-store.ts'
import { dateAt, fieldIs, found, searchOf, startMs } from '../conformance/support.fixture.ts'
import { memoryStore } from '../memory/index.ts'
import type { Store } from '../store.ts'
import { openEmbeddedStore } from './open-embedded-store.ts'
import { withDirectory } from './temporary-directory.fixture.ts'

/** Numbers that look random and are the same at every run. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const count = 3_000

function someEvent(n: number, random: (below: number) => number): NewEvent {
  const ingested = random(3) === 0 ? { event: { ingested: dateAt(n + random(100)) } } : {}
  const stamp = random(50) === 0 ? {} : { '@timestamp': dateAt(n + random(30)) }
  return {
    index: `logs-${['a', 'b', 'c'][random(n < count / 2 ? 2 : 3)]}-default`,
    id: `e${n}`,
    source: {
      ...stamp,
      ...ingested,
      process: { name: `p${random(200)}`, pid: n, args: [`--n=${n}`, random(2) === 0 ? 'x' : 'y'] },
      ...(n > 2_000 && random(500) === 0 ? { rare: { field: true } } : {}),
    },
  }
}

function someFilter(random: (below: number) => number): FilterPlan {
  const filters: readonly FilterPlan[] = [
    { kind: 'all' },
    fieldIs('process.name', `p${random(210)}`),
    fieldIs('process.args', `--n=${random(count)}`),
    fieldIs('process.pid', random(count)),
    { kind: 'exists', field: { kind: 'field', name: 'rare.field' } },
    {
      kind: 'and',
      of: [fieldIs('process.name', `p${random(200)}`), fieldIs('process.args', 'x')],
    },
    {
      kind: 'or',
      of: [fieldIs('process.args', `--n=${random(count)}`), fieldIs('rare.field', true)],
    },
    { kind: 'not', of: fieldIs('process.args', 'x') },
  ]
  return filters[random(filters.length)] ?? { kind: 'none' }
}

function someSequences(random: (below: number) => number): readonly number[] {
  const every = 1 + random(700)
  const sequences = Array.from({ length: count }, (_, n) => n + 1)
  return sequences.filter(() => random(every) === 0)
}

const timeFields: readonly TimeFields[] = [
  { primary: '@timestamp' },
  { primary: 'event.ingested' },
  { primary: 'event.ingested', secondary: '@timestamp' },
  { primary: 'process.pid' },
]

function someRequest(random: (below: number) => number): SearchRequest {
  const from = random(count)
  const time = {
    fields: timeFields[random(timeFields.length)] ?? { primary: '@timestamp' },
    fromMs: startMs + from * 1_000,
    toMs: startMs + (from + random(count)) * 1_000,
  }
  const orders = ['sequence', 'time-ascending', 'time-descending'] as const
  return searchOf({
    indices: [['*'], ['logs-c-*'], ['logs-*', '-logs-a-*']][random(3)] ?? [],
    filter: someFilter(random),
    time,
    order: orders[random(3)] ?? 'sequence',
    ...(random(2) === 0 ? { limit: 1 + random(300) } : {}),
    ...(random(3) === 0 ? { among: someSequences(random) } : {}),
  })
}

/** By the minute and coarser, filtered and whole: whole blocks are counted without being read. */
async function expectSameHistogram(store: Store, twin: Store, request: SearchRequest) {
  const { time, ...rest } = request
  if (time === undefined) return
  for (const filter of [request.filter, { kind: 'all' } as const]) {
    const histogram = { ...rest, filter, time, bucketMs: 60_000 * (1 + (time.fromMs % 7)) }
    expect(await store.events.histogram(histogram)).toEqual(await twin.events.histogram(histogram))
  }
}

test('passing over blocks finds what reading all of them finds, and what memory finds', () =>
  withDirectory(async (parent) => {
    const clock = manualClock(startMs)
    const twin = memoryStore({ clock })
    const options = { clock, segmentEvents: 1_200, cacheBytes: 300_000 }
    const pruned = await openEmbeddedStore({ ...options, directory: `${parent}/pruned` })
    const plain = await openEmbeddedStore({
      ...options,
      directory: `${parent}/plain`,
      pruning: false,
    })
    const random = numbersFrom(7)
    const events = Array.from({ length: count }, (_, n) => someEvent(n, random))
    for (let at = 0; at < count; at += 500) {
      const batch = events.slice(at, at + 500)
      for (const store of [twin, pruned, plain]) await store.events.append(batch)
    }
    await pruned.events.retain({})
    for (let n = 0; n < 40; n++) {
      const request = someRequest(random)
      const expected = (await found(twin, request)).map(({ sequence }) => sequence)
      for (const store of [pruned, plain]) {
        const sequences = (await found(store, request)).map(({ sequence }) => sequence)
        expect(sequences).toEqual(expected)
        const { order: _order, limit: _limit, ...counted } = request
        expect(await store.events.count(counted)).toBe(await twin.events.count(request))
        await expectSameHistogram(store, twin, request)
      }
    }
    for (const n of [0, 511, 512, 1_199, 1_200, 2_999]) {
      const { index = '' } = events[n] ?? {}
      expect(await pruned.events.get(index, `e${n}`)).toEqual(await twin.events.get(index, `e${n}`))
      const [again] = await pruned.events.append([{ index, id: `e${n}`, source: {} }])
      expect(again?.status).toBe('exists')
    }
    await pruned.close()
    await plain.close()
  }))
