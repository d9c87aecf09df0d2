import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonObject } from '#base'
import {
  benchOf,
  exceptWhen,
  installedOf,
  minuteMs,
  noonMs,
  type Bench,
} from '../detect.fixture.ts'

const names = fc.constantFrom('a', 'b', 'c')

const event = fc.record(
  {
    agoMinutes: fc.integer({ min: 0, max: 14 }),
    term: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
    host: fc.oneof(names, fc.subarray(['a', 'b'], { minLength: 1 })),
  },
  { requiredKeys: ['agoMinutes', 'term'] },
)

type TestEvent = {
  readonly agoMinutes: number
  readonly term: string
  readonly host?: string | readonly string[]
}

/** Time only rises; an event may come late, and the process may start anew at any time. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ event }) },
  { weight: 3, arbitrary: fc.record({ runAfter: fc.integer({ min: 1, max: 7 }) }) },
  { weight: 1, arbitrary: fc.record({ restart: fc.constant(true) }) },
  { weight: 1, arbitrary: fc.record({ close: fc.nat({ max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ excepted: fc.boolean() }) },
)

/** An event with its time, and its place among all that were ever stored. */
interface Stored {
  readonly ms: number
  readonly at: number
  readonly event: TestEvent
}

/** What one alert says. */
interface Told {
  readonly group: string
  startMs: number
  endMs: number
  folded: number
  readonly madeMs: number
  isClosed: boolean
}

interface Manner {
  readonly durationMs: number | undefined
  readonly keepsPlain: boolean
}

/** Every value list of a group field: of what the event lacks, null stands for the one value. */
function hostsOf({ host }: TestEvent): readonly (string | null)[] {
  return host === undefined ? [null] : [...new Set([host].flat())].toSorted()
}

/** The newest alert of a group that may take more in. */
function takerOf(told: readonly Told[], group: string, sinceMs: number): Told | undefined {
  const open = told.filter((one) => one.group === group && !one.isClosed && one.madeMs >= sinceMs)
  return open.toSorted((a, b) => b.madeMs - a.madeMs)[0]
}

/** What one execution sees. */
interface Sight {
  readonly inWindow: readonly Stored[]
  readonly history: readonly Stored[]
  readonly fromMs: number
  readonly nowMs: number
}

type Execute = (sight: Sight) => void

/** Groups of events become alerts; an event of several values is of each of their groups. */
function byGroups(told: Told[], plain: Set<number>, { durationMs, keepsPlain }: Manner): Execute {
  return ({ inWindow, fromMs, nowMs }) => {
    const ends = new Map<string, number>()
    for (const { group, endMs } of told.filter((one) => one.endMs >= fromMs)) {
      ends.set(group, Math.max(ends.get(group) ?? endMs, endMs))
    }
    const groups = new Map<string, number[]>()
    for (const { ms, at, event: one } of inWindow) {
      if (keepsPlain && one.host === undefined) {
        plain.add(at)
        continue
      }
      for (const host of hostsOf(one)) {
        const group = JSON.stringify(host)
        if (ms <= (ends.get(group) ?? Number.NEGATIVE_INFINITY)) continue
        groups.set(group, [...(groups.get(group) ?? []), ms])
      }
    }
    const takers = new Map(
      [...groups.keys()].map((group) => [
        group,
        durationMs === undefined ? undefined : takerOf(told, group, nowMs - durationMs),
      ]),
    )
    for (const [group, times] of groups) {
      addTo(told, takers.get(group), { group, times, nowMs })
    }
  }
}

/** Alerts of new terms are folded by the values of their event together. */
function inMemory(told: Told[], plain: Set<number>, { durationMs, keepsPlain }: Manner): Execute {
  const made = new Set<string>()
  return ({ history, inWindow, fromMs, nowMs }) => {
    const oldest = new Map<string, Stored>()
    for (const one of history) {
      const known = oldest.get(one.event.term)
      if (known === undefined || one.ms < known.ms) oldest.set(one.event.term, one)
    }
    // A rule on one field yields its most frequent new terms first, and of those the lesser: this decides
    // which of the events of one time an alert is made from.
    const frequency = (term: string) =>
      inWindow.filter(({ event: one }) => one.term === term).length
    const candidates = [...oldest.values()]
      .filter(({ ms }) => ms > fromMs)
      .toSorted(({ event: { term: a } }, { event: { term: b } }) =>
        frequency(b) === frequency(a) ? (a < b ? -1 : 1) : frequency(b) - frequency(a),
      )
    const groups = new Map<string, Stored[]>()
    const sinceMs = durationMs === undefined ? fromMs : nowMs - durationMs
    for (const one of candidates.toSorted((a, b) => a.ms - b.ms)) {
      if (keepsPlain && one.event.host === undefined) {
        plain.add(one.at)
        continue
      }
      if (made.has(`${one.at} ${one.event.term}`)) continue
      const hosts = hostsOf(one.event)
      const group = JSON.stringify(hosts[0] === null ? null : hosts)
      const taker = takerOf(told, group, sinceMs)
      if (taker !== undefined && taker.endMs >= one.ms) continue
      groups.set(group, [...(groups.get(group) ?? []), one])
    }
    const takers = new Map([...groups.keys()].map((key) => [key, takerOf(told, key, sinceMs)]))
    for (const [group, folded] of groups) {
      const taker = durationMs === undefined ? undefined : takers.get(group)
      const [first] = folded
      if (taker === undefined && first !== undefined) made.add(`${first.at} ${first.event.term}`)
      addTo(told, taker, { group, times: folded.map(({ ms }) => ms), nowMs })
    }
  }
}

function addTo(
  told: Told[],
  taker: Told | undefined,
  {
    group,
    times,
    nowMs,
  }: { readonly group: string; readonly times: readonly number[]; readonly nowMs: number },
): void {
  const endMs = Math.max(...times)
  if (taker === undefined) {
    const startMs = Math.min(...times)
    told.push({ group, startMs, endMs, folded: times.length - 1, madeMs: nowMs, isClosed: false })
    return
  }
  taker.folded += times.length
  taker.endMs = Math.max(taker.endMs, endMs)
}

const hour = { value: 15, unit: 'm' }
const manners: readonly (readonly [string, JsonObject])[] = [
  ['an execution', {}],
  ['a duration', { duration: hour }],
  ['an execution, plain without the field', { missing_fields_strategy: 'doNotSuppress' }],
  ['a duration, plain', { duration: hour, missing_fields_strategy: 'doNotSuppress' }],
]

const types: readonly (readonly [string, JsonObject])[] = [
  ['query', { type: 'query' }],
  ['new_terms', { type: 'new_terms', new_terms_fields: ['term'], history_window_start: 'now-30m' }],
]

const cases = types.flatMap(([type, members]) =>
  manners.map(([manner, suppression]) => [type, manner, { members, suppression }] as const),
)

test.each(cases)(
  'alerts, counts and spans are those of the definition: late events, restarts, closed alerts, exceptions midway (%s, %s)',
  async (type, _, { members, suppression }) => {
    const rule = installedOf({
      ...members,
      alert_suppression: { group_by: ['host'], ...suppression },
      exceptions_list: [{ id: 'l', list_id: 'l', type: 'detection', namespace_type: 'single' }],
    })
    const manner = {
      durationMs: 'duration' in suppression ? 15 * minuteMs : undefined,
      keepsPlain: 'missing_fields_strategy' in suppression,
    }
    let alerts = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }),
        async (steps) => {
          let bench = benchOf()
          const stored: Stored[] = []
          const told: Told[] = []
          const plain = new Set<number>()
          const execute =
            type === 'query' ? byGroups(told, plain, manner) : inMemory(told, plain, manner)
          let isExcepted = false
          for (const each of steps) {
            const nowMs = bench.clock.nowMs()
            if ('event' in each) {
              const { agoMinutes, ...source } = each.event
              const ms = nowMs - agoMinutes * minuteMs
              await bench.add({ at: (ms - noonMs) / minuteMs, ...source })
              stored.push({ ms, at: stored.length, event: each.event })
            } else if ('restart' in each) bench = benchOf({}, bench)
            else if ('excepted' in each) {
              isExcepted = each.excepted
              await exceptWhen(bench, isExcepted, { field: 'term', value: 'a' })
            } else if ('close' in each) await close(bench, told, each.close)
            else {
              const startedAtMs = nowMs + each.runAfter * minuteMs
              await bench.clock.advanceTo(startedAtMs)
              const record = await bench.engine.executeOnce(rule, { startedAtMs })
              expect(record.errors).toEqual([])
              const seen = stored.filter(({ event: one }) => !(isExcepted && one.term === 'a'))
              const within = (minutes: number) =>
                seen.filter(({ ms }) => ms >= startedAtMs - minutes * minuteMs && ms <= startedAtMs)
              execute({
                inWindow: within(9),
                history: within(30),
                fromMs: startedAtMs - 9 * minuteMs,
                nowMs: startedAtMs,
              })
            }
          }
          const found = await toldBy(bench)
          expect(found.grouped).toEqual(told.map(textOf).toSorted())
          if (type === 'query') expect(found.plain).toBe(plain.size)
          alerts += found.grouped.length
        },
      ),
      { numRuns: 150 },
    )
    expect(alerts).toBeGreaterThan(150)
  },
)

/** Closes one alert of each that was made, as a person would who is done with it. */
async function close({ engine }: Bench, told: readonly Told[], which: number): Promise<void> {
  const { items } = await engine.alerts.list({ limit: 10_000 })
  const grouped = items.filter(({ body }) => body['kibana.alert.suppression.start'] !== undefined)
  const target = told.filter(({ isClosed }) => !isClosed)[which]
  if (target === undefined) return
  const text = textOf(target)
  const ids = grouped.filter(({ body }) => textOfBody(body) === text).map(({ id }) => id)
  for (const one of told.filter((each) => textOf(each) === text)) one.isClosed = true
  await engine.alerts.changeStatus(ids, { status: 'closed', atMs: noonMs })
}

async function toldBy({ engine }: Bench) {
  const { items } = await engine.alerts.list({ limit: 10_000 })
  const bodies = items.map(({ body }) => body)
  const grouped = bodies.filter((body) => body['kibana.alert.suppression.start'] !== undefined)
  return { grouped: grouped.map(textOfBody).toSorted(), plain: bodies.length - grouped.length }
}

function textOf({ group, startMs, endMs, folded }: Told): string {
  const iso = (ms: number) => new Date(ms).toISOString()
  return JSON.stringify([JSON.parse(group), iso(startMs), iso(endMs), folded])
}

function textOfBody(body: JsonObject): string {
  const [term] = [body['kibana.alert.suppression.terms']].flat()
  return JSON.stringify([
    Object(term)['value'],
    ...['start', 'end', 'docs_count'].map((name) => body[`kibana.alert.suppression.${name}`]),
  ])
}
