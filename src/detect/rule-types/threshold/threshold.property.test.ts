import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonObject } from '#base'
import {
  benchOf,
  breaking,
  exceptWhen,
  installedOf,
  minuteMs,
  noonMs,
  type Bench,
} from '../../detect.fixture.ts'

const ids = fc.subarray(['x', 'y', 'z'])

const event = fc.record({
  at: fc.integer({ min: -12, max: 20 }),
  wanted: fc.boolean(),
  first: fc.oneof(ids, fc.constantFrom('x', 'y')),
  second: ids,
  ip: fc.subarray(['p', 'q', 'r']),
})

type TestEvent = typeof event extends fc.Arbitrary<infer One> ? One : never

const rules: readonly (readonly [string, Shape])[] = [
  ['one field', { field: ['first'], value: 2, maxAlerts: 100 }],
  ['several fields', { field: ['first', 'second'], value: 2, maxAlerts: 100 }],
  ['no field', { field: [], value: 3, maxAlerts: 100 }],
  ['a cardinality', { field: ['second'], value: 1, distinct: 2, maxAlerts: 100 }],
  ['a low limit', { field: ['first', 'second'], value: 1, maxAlerts: 2 }],
]

interface Shape {
  readonly field: readonly string[]
  readonly value: number
  readonly distinct?: number
  readonly maxAlerts: number
}

function ruleFor({ field, value, distinct, maxAlerts }: Shape, members: JsonObject = {}) {
  return installedOf({
    type: 'threshold',
    query: 'wanted: true',
    max_signals: maxAlerts,
    threshold: {
      field,
      value,
      ...(distinct === undefined ? {} : { cardinality: [{ field: 'ip', value: distinct }] }),
    },
    exceptions_list: [{ id: 'l', list_id: 'l', type: 'detection', namespace_type: 'single' }],
    ...members,
  })
}

/** What an alert says of its group, as text. */
interface Told {
  readonly startedAtMs: number
  readonly group: string
  readonly count: number
  readonly distinct: number | undefined
  readonly startMs: number
  readonly endMs: number
}

/** Straight from the definition: everything that executions in this order must tell. */
function oracle(shape: Shape) {
  const told: Told[] = []
  const ends = new Map<string, number>()
  let note: { readonly startedAtMs: number; readonly kept: ReadonlyMap<string, number> } | undefined
  return {
    told,
    execute(stored: readonly TestEvent[], startedAtMs: number, isExcepted: boolean): void {
      const fromMs = startedAtMs - 9 * minuteMs
      const again = note?.startedAtMs === startedAtMs ? note.kept : undefined
      const kept = again ?? new Map([...ends].filter(([, endMs]) => endMs > fromMs))
      const counted = stored.filter((one) => {
        const ms = noonMs + one.at * minuteMs
        if (!one.wanted || ms < fromMs || ms > startedAtMs) return false
        if (isExcepted && one.ip.includes('p')) return false
        return groupsOf(one, shape.field).every((group) => !(ms <= (kept.get(group) ?? -Infinity)))
      })
      const groups = [...new Set(counted.flatMap((one) => groupsOf(one, shape.field)))].toSorted()
      let left = shape.maxAlerts
      for (const group of groups) {
        const members = counted.filter((one) => groupsOf(one, shape.field).includes(group))
        const distinct = new Set(members.flatMap(({ ip }) => ip)).size
        if (members.length < shape.value || distinct < (shape.distinct ?? 0)) continue
        note = { startedAtMs, kept }
        // The same window read again makes the same alert.
        if (told.some((one) => one.startedAtMs === startedAtMs && one.group === group)) continue
        if (left-- <= 0) return
        const times = members.map(({ at }) => noonMs + at * minuteMs)
        const endMs = Math.max(...times)
        told.push({
          startedAtMs,
          group,
          count: members.length,
          distinct: shape.distinct === undefined ? undefined : distinct,
          startMs: Math.min(...times),
          endMs,
        })
        ends.set(group, Math.max(ends.get(group) ?? endMs, endMs))
      }
    },
  }
}

function groupsOf(one: TestEvent, fields: readonly string[]): readonly string[] {
  let groups: readonly (readonly string[])[] = [[]]
  for (const field of fields) {
    const values = [...new Set([field === 'first' ? one.first : one.second].flat())]
    groups = groups.flatMap((group) => values.map((value) => [...group, value]))
  }
  return groups.map((group) => JSON.stringify(group))
}

/** Either an event arrives, however late, or the rule runs, or the process starts anew, or an exception comes or goes. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ event }) },
  { weight: 3, arbitrary: fc.record({ runAt: fc.integer({ min: 0, max: 20 }) }) },
  { weight: 1, arbitrary: fc.record({ restart: fc.constant(true) }) },
  { weight: 1, arbitrary: fc.record({ excepted: fc.boolean() }) },
)

test.each(rules)(
  'alerts are those of the definition: arrays, overlaps, restarts, late events, exceptions midway (%s)',
  async (_, shape) => {
    const rule = ruleFor(shape)
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
        let bench = benchOf()
        const definition = oracle(shape)
        const stored: TestEvent[] = []
        let isExcepted = false
        for (const each of steps) {
          if ('event' in each) {
            await bench.add(each.event)
            stored.push(each.event)
          } else if ('restart' in each) bench = benchOf({}, bench)
          else if ('excepted' in each) {
            isExcepted = each.excepted
            await exceptWhen(bench, isExcepted, { field: 'ip', value: 'p' })
          } else {
            const startedAtMs = noonMs + each.runAt * minuteMs
            const previousStartedAtMs = startedAtMs - minuteMs
            const at = { startedAtMs, previousStartedAtMs }
            const record = await bench.engine.executeOnce(rule, at)
            expect(record.errors).toEqual([])
            definition.execute(stored, startedAtMs, isExcepted)
          }
        }
        expect(sorted(await toldBy(bench))).toEqual(sorted(definition.told))
      }),
      { numRuns: 100 },
    )
  },
)

async function toldBy({ engine }: Pick<Bench, 'engine'>): Promise<readonly Told[]> {
  const { items } = await engine.alerts.list({ limit: 10_000 })
  return items.map(({ body }) => {
    const result = record(body['kibana.alert.threshold_result'])
    const [cardinality] = list(result['cardinality'])
    return {
      startedAtMs: Date.parse(String(body['kibana.alert.rule.execution.timestamp'])),
      group: JSON.stringify(list(result['terms']).map((term) => record(term)['value'])),
      count: Number(result['count']),
      distinct: cardinality === undefined ? undefined : Number(record(cardinality)['value']),
      startMs: Date.parse(String(result['from'])),
      endMs: Date.parse(String(body['kibana.alert.original_time'])),
    }
  })
}

function record(value: unknown): { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function sorted(told: readonly Told[]): readonly string[] {
  return told.map((one) => JSON.stringify(one)).toSorted()
}

const interruptions: readonly (readonly [string, JsonObject])[] = [
  ['plain', {}],
  ['suppressed', { alert_suppression: { duration: { value: 1, unit: 'h' } } }],
]

test.each(interruptions)(
  'an execution that breaks in the middle and is made again leaves the same alerts (%s)',
  async (_, members) => {
    const rule = ruleFor({ field: ['first', 'second'], value: 1, maxAlerts: 100 }, members)
    const starts = [noonMs, noonMs + 5 * minuteMs, noonMs + 10 * minuteMs]
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 25, size: 'max' }),
        fc.nat({ max: 6 }),
        async (events, writes) => {
          const [whole, bench] = [benchOf(), benchOf()]
          await whole.add(...events)
          await bench.add(...events)
          for (const startedAtMs of starts) {
            await whole.engine.executeOnce(rule, { startedAtMs })
            const broken = benchOf({}, { ...bench, store: breaking(bench.store, writes) })
            await broken.engine.executeOnce(rule, { startedAtMs })
            await bench.engine.executeOnce(rule, { startedAtMs })
          }
          expect(await alertsOf(bench)).toEqual(await alertsOf(whole))
        },
      ),
      { numRuns: 80 },
    )
  },
)

/** Every alert whole, but for what names the execution that made it. */
async function alertsOf(bench: Pick<Bench, 'engine'>): Promise<readonly JsonObject[]> {
  const { items } = await bench.engine.alerts.list({ limit: 10_000 })
  return items
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ body }) => ({ ...body, 'kibana.alert.rule.execution.uuid': null }))
}
