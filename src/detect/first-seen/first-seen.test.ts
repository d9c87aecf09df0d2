import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { silentLogger } from '#base'
import { acceptedEvents, memoryStore, openStore, type NewEvent, type Store } from '#store'
import { benchOf, installedOf, minuteMs, noonMs, ruleOf, settled } from '../detect.fixture.ts'
import {
  asking,
  clockToSet,
  comparable,
  fieldIs,
  shelfOver,
  type SetClock,
  type Shelf,
} from './first-seen.fixture.ts'
import { indexShelf } from './index-shelf.ts'
import { scanHistory } from './scan-history.ts'
import type { FirstSeenAnswer } from './first-seen-history.ts'

const filter = fieldIs('kind', 'good')

function eventOf(minutes: number, source: NewEvent['source'] = {}): NewEvent {
  const stamp = new Date(noonMs + minutes * minuteMs).toISOString()
  const whole = { '@timestamp': stamp, kind: 'good', first: 'x', second: 'y', ...source }
  return { index: 'logs-test-default', source: whole }
}

async function withMemory(work: (store: Store, clock: SetClock) => Promise<void>): Promise<void> {
  const clock = clockToSet()
  await work(memoryStore({ clock }), clock)
}

/** The answer of a shelf, which must be that of the events. */
async function answerOf(
  store: Store,
  { history }: Shelf,
  question: Partial<Parameters<typeof asking>[1]> = {},
): Promise<FirstSeenAnswer> {
  const { search, request } = asking(store, { toMs: noonMs, filter, ...question })
  const answer = await history.firstSeen(search, request)
  expect(comparable(answer)).toEqual(comparable(await scanHistory.firstSeen(search, request)))
  return answer
}

test('while an index learns, and when it has learnt, the answers are the same', () =>
  withMemory(async (store, clock) => {
    await store.events.append([eventOf(-20), eventOf(-2, { second: 'z' })])
    const { promise: isTime, resolve: goOn } = Promise.withResolvers<void>()
    const events: Store['events'] = {
      ...store.events,
      async *search(request) {
        if (request.time?.toMs === Number.MAX_SAFE_INTEGER) await isTime
        yield* store.events.search(request)
      },
    }
    const shelf = shelfOver({ ...store, events }, clock)
    await answerOf(store, shelf)
    await answerOf(store, shelf)
    expect(shelf.book.indexes()).toMatchObject([{ state: 'learning' }])
    goOn()
    await shelf.book.idle()
    expect(shelf.book.indexes()).toMatchObject([{ state: 'ready', combinations: 2 }])
    const before = shelf.history.counts()
    await answerOf(store, shelf)
    const { byIndex, byWindow, byScan } = shelf.history.counts()
    expect({ byIndex, byWindow }).toEqual({ byIndex: 1, byWindow: 11 })
    expect(byScan).toBe(before.byScan)
  }))

test('terms that come all the time, and new ones, hardly ever need history to be read', () =>
  withMemory(async (store, clock) => {
    const shelf = shelfOver(store, clock)
    await answerOf(store, shelf)
    await shelf.book.idle()
    const before = shelf.history.counts()
    for (let minute = 0; minute < 600; minute++) {
      clock.set(noonMs + minute * minuteMs)
      const second = minute % 200 === 100 ? ['z', 'x'][minute % 2] : 'y'
      const events = [eventOf(minute, { second: second ?? 'y' })]
      shelf.book.offer(acceptedEvents(events, await store.events.append(events)))
      if (minute % 5 === 0) await answerOf(store, shelf, { toMs: noonMs + minute * minuteMs })
    }
    const { byIndex, byWindow, byScan } = shelf.history.counts()
    expect(byIndex + byWindow).toBeGreaterThan(1_400)
    expect(byScan - before.byScan).toBeLessThan(10)
  }))

test('an index that would take too much memory is given up, says so, and changes no answer', () =>
  withMemory(async (store, clock) => {
    const many = Array.from({ length: 40 }, (_, n) => eventOf(-12, { first: `f${n}` }))
    await store.events.append([...many, eventOf(-20)])
    const shelf = shelfOver(store, clock, { maxBytes: 900 })
    await answerOf(store, shelf)
    await shelf.book.idle()
    const [index] = shelf.book.indexes()
    expect(index).toMatchObject({ state: 'given-up', combinations: 0 })
    expect(index?.reason).toContain('history is read from the store instead')
    await store.events.append([eventOf(-1, { second: 'z' })])
    const { known, fresh } = await answerOf(store, shelf)
    expect([known.size, fresh.size]).toEqual([1, 1])
    expect(shelf.history.counts()).toMatchObject({ byIndex: 0, byWindow: 0 })
  }))

test('a store that refuses makes the index fail, and it is tried again after a minute', () =>
  withMemory(async (store, clock) => {
    await store.events.append([eventOf(-20)])
    let isBroken = true
    const events: Store['events'] = {
      ...store.events,
      search(request) {
        if (isBroken && request.time?.toMs === Number.MAX_SAFE_INTEGER) throw new Error('no disk')
        return store.events.search(request)
      },
    }
    const shelf = shelfOver({ ...store, events }, clock)
    await answerOf(store, shelf)
    await shelf.book.idle()
    expect(shelf.book.indexes()).toMatchObject([{ state: 'failed', reason: 'no disk' }])
    isBroken = false
    await answerOf(store, shelf)
    expect(shelf.book.indexes()).toMatchObject([{ state: 'failed' }])
    clock.set(noonMs + minuteMs)
    await answerOf(store, shelf, { toMs: noonMs + minuteMs })
    await shelf.book.idle()
    expect(shelf.book.indexes()).toMatchObject([{ state: 'ready', combinations: 1 }])
  }))

test('what was written is there after a restart, with what came since; damage costs time, not answers', () =>
  withMemory(async (store, clock) => {
    await store.events.append([eventOf(-20), eventOf(-15, { second: 'z' })])
    const before = shelfOver(store, clock)
    await answerOf(store, before)
    await before.book.idle()
    await before.book.stop()
    const [name = ''] = await store.derived.names()
    const reader = await store.derived.open(name)
    const [written = new Uint8Array()] = (await reader?.take([reader.size])) ?? []
    await store.events.append([eventOf(-12, { first: 'z' })])
    // Whole, cut off anywhere, or with a bit that turned.
    const spoilt = [
      written,
      ...[0, 3, 8, 40, written.length - 5].map((length) => written.subarray(0, length)),
      ...Array.from({ length: written.length / 16 }, (_, n) => {
        const copy = written.slice()
        copy[n * 16 + (n % 16)] = (copy[n * 16 + (n % 16)] ?? 0) ^ (1 << (n % 8))
        return copy
      }),
    ]
    for (const each of spoilt) {
      await store.derived.write(
        name,
        (async function* () {
          yield each
        })(),
      )
      const shelf = shelfOver(store, clock)
      await answerOf(store, shelf)
      await shelf.book.idle()
      expect(shelf.book.indexes()).toMatchObject([{ state: 'ready', combinations: 3 }])
      await answerOf(store, shelf)
      expect(shelf.history.counts().byIndex).toBe(3)
    }
  }))

test('an index from which retention has taken most is made anew, after some hours at the earliest', () =>
  withMemory(async (store, clock) => {
    const days = { historyMinutes: 14 * 1_440 }
    // Events of all days, in no order of theirs: what is taken leaves something of every day.
    const events = Array.from({ length: 280 }, (_, n) =>
      eventOf(-((n * 7_919) % (13 * 1_440)) - 20),
    )
    await store.events.append(events)
    const shelf = shelfOver(store, clock)
    await answerOf(store, shelf, days)
    await shelf.book.idle()
    await store.events.retain({ maxBytes: ((await store.events.facts()).bytes * 3) / 4 })
    const byIndex = async () => {
      const before = shelf.history.counts().byIndex
      await answerOf(store, shelf, { ...days, toMs: clock.nowMs() })
      await shelf.book.idle()
      return shelf.history.counts().byIndex - before
    }
    expect(await byIndex()).toBe(0)
    clock.set(noonMs + 420 * minuteMs)
    expect([await byIndex(), await byIndex()]).toEqual([0, 1])
  }))

test('an event of two hundred thousand times costs its combination the index, and nobody else anything', () =>
  withMemory(async (store, clock) => {
    const times = Array.from({ length: 200_000 }, (_, n) => noonMs - 20 * minuteMs - n)
    await store.events.append([eventOf(-20), eventOf(-20, { '@timestamp': times, first: 'z' })])
    const shelf = shelfOver(store, clock)
    await answerOf(store, shelf)
    await shelf.book.idle()
    const before = shelf.history.counts()
    expect((await answerOf(store, shelf)).known.size).toBe(2)
    const { byIndex, byScan } = shelf.history.counts()
    expect([byIndex, byScan - before.byScan]).toEqual([1, 1])
  }))

test('an index of another store, or of one that has lost its end, is not believed', () =>
  withMemory(async (store, clock) => {
    await store.events.append([eventOf(-20), eventOf(-15, { second: 'z' })])
    const before = shelfOver(store, clock)
    await answerOf(store, before)
    await before.book.idle()
    await before.book.stop()
    for (const count of [0, 1, 5]) {
      const other = memoryStore({ clock })
      await other.events.append(Array.from({ length: count }, () => eventOf(-3)))
      const mixed = { ...other, derived: store.derived }
      const shelf = shelfOver(mixed, clock)
      await answerOf(mixed, shelf)
      await shelf.book.idle()
      expect((await answerOf(mixed, shelf)).known.size).toBe(0)
      expect(shelf.book.indexes()).toMatchObject([{ combinations: Math.min(count, 1) }])
    }
  }))

test('files of rules that are gone are removed, and of a rule all but those of its filters of now', () =>
  withMemory(async (store, clock) => {
    const shelf = shelfOver(store, clock)
    for (const kind of ['good', 'odd', 'bad']) {
      await answerOf(store, shelf, { filter: fieldIs('kind', kind) })
      await shelf.book.idle()
      clock.set(clock.nowMs() + 1)
      await store.events.append([eventOf(-20, { kind })])
    }
    expect(shelf.book.indexes()).toHaveLength(2)
    await answerOf(store, shelf, { filter: fieldIs('kind', 'bad') })
    await shelf.book.stop()
    expect(await store.derived.names()).toHaveLength(2)
    const files = indexShelf(store.derived, store.events, silentLogger)
    await files.keepRules(['rule'])
    expect(await store.derived.names()).toHaveLength(2)
    await files.keepRules(['another'])
    expect(await store.derived.names()).toEqual([])
  }))

test('over a store on disk: learning while events come in, restarts, and retention lose and invent nothing', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vedette-first-seen-'))
  const clock = clockToSet()
  const open = () => openStore({ kind: 'embedded', directory, clock, segmentEvents: 300 })
  let store = await open()
  try {
    let byIndex = 0
    let n = 0
    const some = (count: number) =>
      Array.from({ length: count }, () => {
        n++
        return eventOf(-(n % 29), { first: 'xyz'.charAt(n % 3), second: 'xz'.charAt(n % 2) })
      })
    for (let round = 0; round < 4; round++) {
      const shelf = shelfOver(store, clock)
      const arriving = Array.from({ length: 20 }, async (_, i) => {
        const events = some(20)
        const accepted = acceptedEvents(events, await store.events.append(events))
        if (i % 3 > 0) shelf.book.offer(accepted.toReversed())
      })
      // What comes meanwhile may or may not be in these answers.
      const { search, request } = asking(store, { toMs: noonMs, filter })
      for (let i = 0; i < 5; i++) await shelf.history.firstSeen(search, request)
      await Promise.all(arriving)
      await shelf.book.idle()
      await answerOf(store, shelf)
      await store.events.append([eventOf(-25, { first: 'x', second: 'y' })])
      expect((await answerOf(store, shelf)).known.size).toBe(7)
      await store.events.retain({ maxBytes: round === 2 ? 0 : 20_000 })
      await answerOf(store, shelf)
      byIndex += shelf.history.counts().byIndex
      if (round % 2 === 0) await shelf.book.stop()
      await store.close()
      store = await open()
    }
    expect(byIndex).toBeGreaterThan(0)
  } finally {
    await store.close()
    await rm(directory, { recursive: true })
  }
})

test('an engine tells how far the history of its rules is learnt, and lets go of rules that are switched off', async () => {
  const bench = benchOf()
  const rule = ruleOf({
    type: 'new_terms',
    new_terms_fields: ['term'],
    history_window_start: 'now-1d',
  })
  const { uuid } = await bench.engine.rules.install(rule, { user: 'test' })
  await bench.add({ at: -60, term: 'a' })
  await bench.engine.start()
  await settled(bench.engine)
  bench.engine.offer(await bench.add({ at: 0, term: 'a' }, { at: 0, term: 'b' }))
  await bench.engine.idle()
  await settled(bench.engine)
  const { firstSeen } = bench.engine.facts()
  expect(firstSeen).toMatchObject({
    indexes: [{ ruleUuid: uuid, state: 'ready', combinations: 2 }],
    combinations: 2,
    behind: 0,
  })
  await bench.engine.rules.setEnabled(uuid, false, { user: 'test' })
  expect(bench.engine.facts().firstSeen.indexes).toEqual([])
  await bench.engine.stop()
})

test('executing a rule once that is not at work makes no index', async () => {
  const bench = benchOf()
  await bench.add({ at: -1, term: 'a' })
  const rule = installedOf({
    type: 'new_terms',
    new_terms_fields: ['term'],
    history_window_start: 'now-1d',
  })
  expect(await bench.engine.executeOnce(rule, { startedAtMs: noonMs })).toMatchObject({
    created: 1,
  })
  expect(bench.engine.facts().firstSeen).toMatchObject({ indexes: [], answered: { byScan: 1 } })
})
