import { describe, expect, test } from 'vitest'
import {
  dateAt,
  eventAt,
  fieldIs,
  found,
  foundIds,
  searchOf,
  secondsRange,
  startMs,
  withStore,
  writtenEvent,
  type OpenStore,
} from './support.fixture.ts'

/** What the contract of events promises. */
export function describeEvents(open: OpenStore): void {
  describe('appending', () => {
    test('every event gets a sequence one higher, and keeps what it came with', () =>
      withStore(open, async (store) => {
        const source = { '@timestamp': '2026-01-01T00:00:00Z', process: { name: 'sh', pid: 7 } }
        const outcomes = await store.events.append([
          { index: 'logs-a-default', id: 'one', source },
          { index: 'logs-b-default', source: { message: 'no time, no id' } },
        ])
        expect(outcomes).toEqual([
          { status: 'created', id: 'one', sequence: 1 },
          { status: 'created', id: expect.stringMatching(/^.{8,}$/), sequence: 2 },
        ])
        const [one, two] = await found(store)
        const sequence = one?.sequence ?? NaN
        expect(one).toEqual({
          index: 'logs-a-default',
          id: 'one',
          source,
          sequence,
          ingestedMs: startMs,
        })
        expect(two?.sequence).toBe(sequence + 1)
      }))

    test('an event that comes as text is kept, placed, counted and found as a parsed one', () =>
      withStore(open, async (store) => {
        const outcomes = await store.events.append(
          Array.from({ length: 40 }, (_, n) => {
            const event = eventAt(`e${n}`, n, { kind: n % 4 < 2 ? 'a' : 'b', text: 'ü"\\\n' })
            return n % 2 === 0 ? event : writtenEvent(event)
          }),
        )
        expect(outcomes.map(({ status }) => status)).toEqual(outcomes.map(() => 'created'))
        const again = await store.events.append([writtenEvent(eventAt('e3', 9))])
        expect(again).toEqual([{ status: 'exists', id: 'e3' }])
        const asked = { filter: fieldIs('kind', 'a'), time: secondsRange(3, 8) }
        expect(await foundIds(store, asked)).toEqual(['e4', 'e5', 'e8'])
        expect(await foundIds(store)).toHaveLength(40)
        const { source } = (await store.events.get('logs-a-default', 'e5')) ?? {}
        expect(source).toEqual(eventAt('e5', 5, { kind: 'a', text: 'ü"\\\n' }).source)
        const [facts] = (await store.events.facts()).indices
        expect(facts).toMatchObject({ firstMs: startMs, lastMs: startMs + 39_000 })
        expect(await store.events.indicesWith(['*'], 'kind')).toEqual(['logs-a-default'])
      }))

    test('an id that an index has already leaves the stored event as it is', () =>
      withStore(open, async (store) => {
        await store.events.append([eventAt('x', 0, { first: true })])
        const again = await store.events.append([
          eventAt('x', 5),
          eventAt('y', 6),
          { ...eventAt('x', 7), index: 'logs-b-default' },
        ])
        expect(again.map(({ status }) => status)).toEqual(['exists', 'created', 'created'])
        expect((await store.events.get('logs-a-default', 'x'))?.source['first']).toBe(true)
        expect(await foundIds(store)).toEqual(['x', 'y', 'x'])
      }))

    test('of one id sent many times at once, exactly one is created', () =>
      withStore(open, async (store) => {
        const outcomes = await Promise.all(
          Array.from({ length: 20 }, () => store.events.append([eventAt('x', 0), eventAt('x', 1)])),
        )
        const created = outcomes.flat().filter(({ status }) => status === 'created')
        expect(created).toHaveLength(1)
        expect(await foundIds(store)).toEqual(['x'])
      }))

    test('an id that the store gave can be met again by that id', () =>
      withStore(open, async (store) => {
        const [given] = await store.events.append([{ index: 'logs-a-default', source: { n: 1 } }])
        const id = given?.id ?? ''
        expect((await store.events.get('logs-a-default', id))?.source).toEqual({ n: 1 })
        const [again] = await store.events.append([{ index: 'logs-a-default', id, source: {} }])
        expect(again).toEqual({ status: 'exists', id })
      }))

    test('an empty append does nothing', () =>
      withStore(open, async (store) => {
        expect(await store.events.append([])).toEqual([])
        expect((await store.events.facts()).events).toBe(0)
      }))
  })

  describe('searching', () => {
    test('both ends of a time range are included', () =>
      withStore(open, async (store) => {
        await store.events.append([0, 1, 2, 3, 4].map((s) => eventAt(`e${s}`, s)))
        expect(await foundIds(store, { time: secondsRange(1, 3) })).toEqual(['e1', 'e2', 'e3'])
      }))

    test('time order is by event time, then by sequence, in either direction', () =>
      withStore(open, async (store) => {
        await store.events.append([
          eventAt('late', 9),
          eventAt('tie-1', 5),
          eventAt('early', 1),
          eventAt('tie-2', 5),
        ])
        const time = secondsRange(0, 10)
        expect(await foundIds(store, { order: 'time-ascending', time })).toEqual([
          'early',
          'tie-1',
          'tie-2',
          'late',
        ])
        expect(await foundIds(store, { order: 'time-descending', time })).toEqual([
          'late',
          'tie-2',
          'tie-1',
          'early',
        ])
        expect(await foundIds(store, { order: 'time-descending', time, limit: 2 })).toEqual([
          'late',
          'tie-2',
        ])
        expect(await foundIds(store, { limit: 3 })).toEqual(['late', 'tie-1', 'early'])
      }))

    test('time order without a time range is refused', () =>
      withStore(open, async (store) => {
        await expect(foundIds(store, { order: 'time-ascending' })).rejects.toMatchObject({
          code: 'store.order-without-time',
        })
      }))

    test('the secondary time counts only for events that lack the primary', () =>
      withStore(open, async (store) => {
        await store.events.append([
          eventAt('only secondary', 5),
          eventAt('both, primary out of range', 5, { event: { ingested: dateAt(99) } }),
          eventAt('both, secondary out of range', 99, { 'event.ingested': dateAt(5) }),
          { ...eventAt('only primary', 0), source: { event: { ingested: dateAt(5) } } },
          { ...eventAt('neither', 0), source: { message: 'timeless' } },
        ])
        const range = { fromMs: startMs, toMs: startMs + 10_000 }
        const fields = { primary: 'event.ingested', secondary: '@timestamp' }
        expect(await foundIds(store, { time: { ...range, fields } })).toEqual([
          'only secondary',
          'both, secondary out of range',
          'only primary',
        ])
        expect(
          await foundIds(store, { time: { ...range, fields: { primary: 'event.ingested' } } }),
        ).toEqual(['both, secondary out of range', 'only primary'])
        expect(
          await foundIds(store, { time: { ...range, fields: { primary: 'other.time' } } }),
        ).toEqual([])
        expect(await foundIds(store)).toHaveLength(5)
      }))

    test('any time field can place events, and one value in range is enough', () =>
      withStore(open, async (store) => {
        await store.events.append([
          eventAt('a', 0, { seen: [startMs + 90_000, '2026-01-01T00:00:02Z'] }),
          eventAt('b', 1, { seen: '2026-01-01T00:00:03Z' }),
          eventAt('c', 2, { seen: '2026-01-01T00:05:00Z' }),
        ])
        const time = { ...secondsRange(0, 10), fields: { primary: 'seen' } }
        expect(await foundIds(store, { order: 'time-ascending', time })).toEqual(['a', 'b'])
        expect(await foundIds(store, { order: 'time-descending', time })).toEqual(['a', 'b'])
      }))

    test('patterns choose indices, with wildcards and exclusions', () =>
      withStore(open, async (store) => {
        await store.events.append(
          ['logs-a-x', 'logs-b-x', 'winlogbeat-1', '.ds-logs-a-x-2026.01.01-000001'].map(
            (index) => ({ ...eventAt(index, 0), index }),
          ),
        )
        expect(await foundIds(store, { indices: ['logs-*', '-logs-b-*'] })).toEqual([
          'logs-a-x',
          '.ds-logs-a-x-2026.01.01-000001',
        ])
        expect(await foundIds(store, { indices: [] })).toEqual([])
        expect(await store.events.indicesWith(['*-b-*,win*'])).toEqual(['logs-b-x', 'winlogbeat-1'])
      }))

    test('a filter decides, and count counts what search finds', () =>
      withStore(open, async (store) => {
        await store.events.append(
          Array.from({ length: 700 }, (_, n) =>
            eventAt(`e${n}`, n, { process: { name: n % 7 === 0 ? 'sh' : 'ls', pid: n } }),
          ),
        )
        const filter = fieldIs('process.name', 'sh')
        expect(await foundIds(store, { filter })).toHaveLength(100)
        expect(await store.events.count(searchOf({ filter }))).toBe(100)
        const time = secondsRange(0, 69)
        expect(await store.events.count(searchOf({ filter, time }))).toBe(10)
        expect(await foundIds(store, { filter: fieldIs('process.pid', 14) })).toEqual(['e14'])
        expect(await foundIds(store, { filter: fieldIs('process.name', 'nobody') })).toEqual([])
      }))

    test('a search sees the events of its start, however many come while it runs', () =>
      withStore(open, async (store) => {
        await store.events.append(Array.from({ length: 600 }, (_, n) => eventAt(`e${n}`, n)))
        let seen = 0
        for await (const page of store.events.search(searchOf())) {
          expect(page.length).toBeLessThanOrEqual(500)
          await store.events.append([eventAt(`during ${seen}`, 0)])
          seen += page.length
        }
        expect(seen).toBe(600)
      }))

    test('a search ends when its signal says so', () =>
      withStore(open, async (store) => {
        await store.events.append([eventAt('a', 0)])
        const stopped = AbortSignal.abort(new Error('enough'))
        await expect(foundIds(store, { signal: stopped })).rejects.toThrow('enough')
        await expect(store.events.count(searchOf({ signal: stopped }))).rejects.toThrow('enough')
      }))
  })

  describe('facts', () => {
    test('counts and first and last times are kept by index', () =>
      withStore(open, async (store) => {
        await store.events.append([
          eventAt('a', 30),
          eventAt('b', 10),
          { index: 'logs-z-default', id: 'c', source: { '@timestamp': 'not a date' } },
        ])
        const facts = await store.events.facts()
        expect(facts.events).toBe(3)
        expect(facts.bytes).toBeGreaterThan(0)
        expect(facts.indices).toEqual([
          {
            index: 'logs-a-default',
            events: 2,
            firstMs: startMs + 10_000,
            lastMs: startMs + 30_000,
          },
          { index: 'logs-z-default', events: 1, firstMs: undefined, lastMs: undefined },
        ])
      }))

    test('an index is known by its fields, and by the objects around them', () =>
      withStore(open, async (store) => {
        await store.events.append([
          {
            ...eventAt('a', 0, { 'process.parent': { name: 'sh' }, empty: [] }),
            index: 'logs-a-x',
          },
          { ...eventAt('b', 0, { process: null }), index: 'logs-b-x' },
        ])
        for (const field of ['process.parent.name', 'process.parent', 'process']) {
          expect(await store.events.indicesWith(['*'], field)).toEqual(['logs-a-x'])
        }
        expect(await store.events.indicesWith(['*'], 'empty')).toEqual([])
        expect(await store.events.indicesWith(['*'], '@timestamp')).toEqual([
          'logs-a-x',
          'logs-b-x',
        ])
      }))

    test('what is not there is not got', () =>
      withStore(open, async (store) => {
        await store.events.append([eventAt('a', 0)])
        expect(await store.events.get('logs-a-default', 'b')).toBeUndefined()
        expect(await store.events.get('logs-b-default', 'a')).toBeUndefined()
      }))
  })

  describe('retention', () => {
    test('events accepted longer ago than the age go, newer ones stay', () =>
      withStore(open, async (store, clock) => {
        await store.events.append([eventAt('old', 0)])
        await clock.advanceTo(startMs + 1_000)
        await store.events.retain({})
        await clock.advanceTo(startMs + 60_000)
        expect(await store.events.retain({ maxAgeMs: 59_500 })).toBe(1)
        await store.events.append([eventAt('new', 0)])
        expect(await store.events.retain({ maxAgeMs: 59_500 })).toBe(0)
        expect(await foundIds(store)).toEqual(['new'])
        expect(await store.events.get('logs-a-default', 'old')).toBeUndefined()
        expect((await store.events.facts()).events).toBe(1)
      }))

    test('the oldest go until the rest fits, and an id that went may come again', () =>
      withStore(open, async (store) => {
        await store.events.append(Array.from({ length: 50 }, (_, n) => eventAt(`e${n}`, n)))
        expect(await store.events.retain({ maxBytes: 0 })).toBe(50)
        expect(await foundIds(store)).toEqual([])
        const [again] = await store.events.append([eventAt('e0', 0)])
        expect(again?.status).toBe('created')
      }))

    test('the range of sequences tells what is there, and where it goes on', () =>
      withStore(open, async (store) => {
        expect(store.events.sequences()).toEqual({ first: 1, last: 0 })
        const outcomes = await store.events.append([
          eventAt('a', 0),
          eventAt('a', 1),
          eventAt('b', 0),
        ])
        expect(outcomes).toMatchObject([{ sequence: 1 }, { status: 'exists' }, { sequence: 2 }])
        expect(store.events.sequences()).toEqual({ first: 1, last: 2 })
        expect(await foundIds(store, { afterSequence: 1 })).toEqual(['b'])
        await store.events.retain({ maxBytes: 0 })
        expect(store.events.sequences()).toEqual({ first: 3, last: 2 })
      }))

    test('sequences go on after everything went', () =>
      withStore(open, async (store) => {
        await store.events.append([eventAt('a', 0), eventAt('b', 0)])
        const before = (await found(store)).map(({ sequence }) => sequence)
        await store.events.retain({ maxBytes: 0 })
        await store.events.append([eventAt('c', 0)])
        const [after] = await found(store)
        expect(after?.sequence).toBe((before.at(-1) ?? NaN) + 1)
      }))

    test('a search that began before goes on to its end', () =>
      withStore(open, async (store) => {
        await store.events.append(Array.from({ length: 1_200 }, (_, n) => eventAt(`e${n}`, n)))
        let seen = 0
        for await (const page of store.events.search(searchOf())) {
          seen += page.length
          await store.events.retain({ maxBytes: 0 })
        }
        expect(seen).toBe(1_200)
      }))
  })
}
