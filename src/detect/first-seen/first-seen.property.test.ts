import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonObject } from '#base'
import type { FilterPlan } from '#query'
import { acceptedEvents, memoryStore, type Store } from '#store'
import { minuteMs, noonMs } from '../detect.fixture.ts'
import {
  allCombinations,
  asking,
  clockToSet,
  comparable,
  fieldIs,
  shelfOver,
  termFields,
  type Question,
  type SetClock,
  type Shelf,
} from './first-seen.fixture.ts'
import { combinationsOf } from './combination.ts'

/** What an event says, and when it arrives. */
interface Happening {
  /** Half minutes from now. */
  readonly at: readonly number[]
  /** Milliseconds on top: just beside where a window begins or ends. */
  readonly besideMs: number
  readonly first: readonly string[]
  readonly second: readonly string[]
  readonly kind: string
  /** The id of an earlier event at times: the store refuses those. */
  readonly id: number
  /** Events that nobody offers are found in the store. */
  readonly isOffered: boolean
}

/** An event as the definition knows it: nothing but itself. */
interface ModelEvent extends Happening {
  readonly sequence: number
  readonly times: readonly number[]
  readonly source: JsonObject
}

interface Model {
  nowMs: number
  excepted: string | undefined
  events: ModelEvent[]
}

interface Real {
  readonly store: Store
  readonly clock: SetClock
  shelf: Shelf
}

/** Something that happens to the model and to the real thing alike. */
interface Step {
  run(model: Model, real: Real): Promise<void>
  /** For whoever reads what a failure shrank to. */
  toString(): string
}

const tally = { byIndex: 0, byWindow: 0, byScan: 0 }

function filterOf(excepted: string | undefined): FilterPlan {
  const wanted: FilterPlan = { kind: 'not', of: fieldIs('kind', 'other') }
  if (excepted === undefined) return wanted
  return { kind: 'and', of: [wanted, { kind: 'not', of: fieldIs('kind', excepted) }] }
}

/** What history says, straight from the definition. */
function expected({ events, excepted }: Model, question: Question): JsonObject {
  const { toMs, windowMinutes = 9, historyMinutes = 30 } = question
  const startMs = toMs - historyMinutes * minuteMs
  const oldest = new Map<string, { ms: number; index: string; id: string }>()
  for (const { source, times, kind, id } of events) {
    if (kind === 'other' || kind === excepted) continue
    if (!times.some((ms) => ms >= startMs && ms <= toMs)) continue
    const ms = Math.min(...times)
    for (const { key } of combinationsOf(source, termFields)) {
      if (ms < (oldest.get(key)?.ms ?? Infinity)) {
        oldest.set(key, { ms, index: 'logs-test-default', id: String(id) })
      }
    }
  }
  const isKnown = (ms: number) => ms <= toMs - windowMinutes * minuteMs
  const asked = allCombinations.flatMap(({ key }) => {
    const first = oldest.get(key)
    return first === undefined ? [] : ([[key, first]] as const)
  })
  return comparable({
    known: new Map(asked.filter(([, { ms }]) => isKnown(ms)).map(([key, { ms }]) => [key, ms])),
    fresh: new Map(asked.filter(([, { ms }]) => !isKnown(ms))),
  })
}

const step = (name: string, run: (model: Model, real: Real) => Promise<void>): Step => ({
  run,
  toString: () => name,
})

function arrive(happening: Happening): Step {
  return step(`arrive(${JSON.stringify(happening)})`, async (model, { store, shelf }) => {
    const { at, besideMs, first, second, kind, id, isOffered } = happening
    const times = at.map((halves) => model.nowMs + (halves * minuteMs) / 2 + besideMs)
    const stamps = times.map((ms) => new Date(ms).toISOString())
    const source = { '@timestamp': stamps, first, second, kind }
    const events = [{ index: 'logs-test-default', id: String(id), source }]
    const accepted = acceptedEvents(events, await store.events.append(events))
    const [one] = accepted
    if (one === undefined) return
    model.events.push({ ...happening, sequence: one.sequence, times, source })
    if (isOffered) shelf.book.offer(accepted)
  })
}

function ask(name: string, questionOf: (nowMs: number) => Omit<Question, 'filter'>): Step {
  return step(name, async (model, { store, shelf }) => {
    const question = { ...questionOf(model.nowMs), filter: filterOf(model.excepted) }
    const { search, request } = asking(store, question)
    const answer = await shelf.history.firstSeen(search, request)
    expect(comparable(answer), name).toEqual(expected(model, question))
  })
}

const time = (minutes: number) =>
  step(`time(${minutes})`, async (model, { clock }) => {
    model.nowMs += minutes * minuteMs
    clock.set(model.nowMs)
  })

function reopen(name: string, leave: (shelf: Shelf) => Promise<void>): Step {
  return step(name, async (_, real) => {
    await leave(real.shelf)
    count(real.shelf)
    real.shelf = shelfOver(real.store, real.clock)
  })
}

function count({ history }: Shelf): void {
  const counts = history.counts()
  tally.byIndex += counts.byIndex
  tally.byWindow += counts.byWindow
  tally.byScan += counts.byScan
}

const keep = (count: number) =>
  step(`keep(${count})`, async (model, { store }) => {
    // All events are of one size as far as retention by bytes goes; what went is told by the store.
    const { first, last } = store.events.sequences()
    const bytes = (await store.events.facts()).bytes
    await store.events.retain({ maxBytes: (bytes * count) / Math.max(1, last - first + 1) })
    const left = store.events.sequences().first
    model.events = model.events.filter(({ sequence }) => sequence >= left)
  })

const except = (kind: string | undefined) =>
  step(`except(${kind})`, async (model) => {
    model.excepted = kind
  })

const settle = () => step('settle', async (_, { shelf }) => shelf.book.idle())

const values = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(['x'], ['y'], ['z']) },
  { weight: 1, arbitrary: fc.subarray(['x', 'y', 'z']) },
)

const happening: fc.Arbitrary<Happening> = fc.record({
  at: fc.oneof(
    { weight: 12, arbitrary: fc.integer({ min: -16, max: 0 }).map((at) => [at]) },
    { weight: 8, arbitrary: fc.integer({ min: -90, max: 6 }).map((at) => [at]) },
    { weight: 2, arbitrary: fc.integer({ min: -400, max: 200 }).map((at) => [at]) },
    { weight: 1, arbitrary: fc.array(fc.integer({ min: -100, max: 60 }), { maxLength: 3 }) },
  ),
  besideMs: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: -2, max: 2 })),
  first: values,
  second: values,
  kind: fc.constantFrom('good', 'good', 'odd', 'other'),
  id: fc.integer({ min: 0, max: 400 }),
  isOffered: fc.boolean(),
})

const arrival = { weight: 10, arbitrary: happening.map(arrive) }
const steps = fc.oneof(
  arrival,
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 8 }).map(time) },
  { weight: 1, arbitrary: fc.integer({ min: -20, max: 120 }).map(time) },
  {
    weight: 5,
    arbitrary: fc.constant(0).map(() => ask('scheduled', (nowMs) => ({ toMs: nowMs }))),
  },
  {
    weight: 4,
    arbitrary: fc
      .integer({ min: 0, max: 5 })
      .map((ahead) => ask(`instant(${ahead})`, (nowMs) => ({ toMs: nowMs + ahead * minuteMs }))),
  },
  {
    weight: 2,
    arbitrary: fc
      .integer({ min: 1, max: 4 })
      .map((back) => ask(`catch-up(${back})`, (nowMs) => ({ toMs: nowMs - back * 5 * minuteMs }))),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({
        back: fc.integer({ min: 0, max: 120 }),
        windowMinutes: fc.integer({ min: 1, max: 40 }),
        historyMinutes: fc.integer({ min: 1, max: 60 }),
      })
      .map(({ back, ...of }) =>
        ask(`manual(${JSON.stringify({ back, ...of })})`, (nowMs) => ({
          toMs: nowMs - back * minuteMs,
          ...of,
        })),
      ),
  },
  { weight: 2, arbitrary: fc.constant(0).map(settle) },
  { weight: 1, arbitrary: fc.constantFrom(undefined, 'odd').map(except) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 30 }).map(keep) },
  { weight: 1, arbitrary: fc.constant(0).map(() => reopen('restart', ({ book }) => book.stop())) },
  { weight: 1, arbitrary: fc.constant(0).map(() => reopen('crash', async () => undefined)) },
)

const runs = Number(process.env['VEDETTE_PROPERTY_RUNS'] ?? 300)

test('indexes say what the definition says: scheduled, instant, catching up, by hand, late, restarted, excepted', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(arrival.arbitrary, { maxLength: 20 }),
      fc.array(steps, { maxLength: 60, size: 'max' }),
      async (before, after) => {
        const clock = clockToSet()
        const store = memoryStore({ clock })
        const real: Real = { store, clock, shelf: shelfOver(store, clock) }
        const model: Model = { nowMs: noonMs, excepted: undefined, events: [] }
        const last = [settle(), ask('scheduled', (nowMs) => ({ toMs: nowMs })), settle()]
        const end = ask('at the end', (nowMs) => ({ toMs: nowMs }))
        for (const each of [...before, ...after, ...last, end]) await each.run(model, real)
        count(real.shelf)
        await real.shelf.book.stop()
      },
    ),
    { numRuns: runs },
  )
  // The fast road must not have fallen back to the slow one, nor left it untried.
  expect(tally.byIndex + tally.byWindow).toBeGreaterThan(tally.byScan)
  expect(tally.byScan).toBeGreaterThan(0)
}, 600_000)
