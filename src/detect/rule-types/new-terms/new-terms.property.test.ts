import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { newTermsAlertId } from '#alert'
import type { AcceptedEvent } from '#store'
import { eventMsOf } from '../../execution/event-time.ts'
import {
  benchOf,
  breaking,
  exceptWhen,
  installedOf,
  minuteMs,
  noonMs,
} from '../../detect.fixture.ts'

const rule = installedOf({
  type: 'new_terms',
  query: 'wanted: true',
  new_terms_fields: ['first', 'second'],
  history_window_start: 'now-30m',
  exceptions_list: [{ id: 'l', list_id: 'l', type: 'detection', namespace_type: 'single' }],
})

const values = fc.subarray(['x', 'y', 'z'])

const event = fc.record({
  at: fc.integer({ min: -40, max: 20 }),
  wanted: fc.boolean(),
  first: values,
  second: fc.oneof(values, fc.constantFrom('x', 'y')),
})

/** Either an event arrives, however late, or the rule runs, or the process starts anew, or an exception comes or goes. */
const step = fc.oneof(
  { weight: 9, arbitrary: fc.record({ event }) },
  { weight: 3, arbitrary: fc.record({ runAt: fc.integer({ min: 0, max: 20 }) }) },
  { weight: 1, arbitrary: fc.record({ restart: fc.constant(true) }) },
  { weight: 1, arbitrary: fc.record({ excepted: fc.boolean() }) },
)

const owner = { ruleUuid: rule.uuid, space: 'default' }

/** What one execution must find among events that no exception keeps from it, straight from the definition. */
function expectedIds(stored: readonly AcceptedEvent[], startMs: number): readonly string[] {
  const fromMs = startMs - 9 * minuteMs
  const oldest = new Map<string, { ms: number; id: string }>()
  for (const one of stored) {
    const ms = eventMsOf(one.source, { primary: '@timestamp' }) ?? 0
    if (one.source['wanted'] !== true || ms < startMs - 30 * minuteMs || ms > startMs) continue
    for (const a of new Set([one.source['first']].flat())) {
      for (const b of new Set([one.source['second']].flat())) {
        const terms = [a ?? '', b ?? '']
        const known = oldest.get(JSON.stringify(terms))
        if (known !== undefined && known.ms <= ms) continue
        oldest.set(JSON.stringify(terms), { ms, id: newTermsAlertId(one, terms, owner) })
      }
    }
  }
  return [...oldest.values()].filter(({ ms }) => ms > fromMs).map(({ id }) => id)
}

test('alerts are those of the definition: arrays, late events, overlaps, restarts, exceptions midway', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      let bench = benchOf()
      let isExcepted = false
      const stored: AcceptedEvent[] = []
      const expected = new Set<string>()
      for (const each of steps) {
        if ('event' in each) {
          stored.push(...(await bench.add(each.event)))
          continue
        }
        if ('restart' in each) {
          bench = benchOf({}, bench)
          continue
        }
        if ('excepted' in each) {
          isExcepted = each.excepted
          await exceptWhen(bench, isExcepted, { field: 'first', value: 'z' })
          continue
        }
        const startedAtMs = noonMs + each.runAt * minuteMs
        await bench.engine.executeOnce(rule, { startedAtMs })
        // What is excepted is no history either.
        const seen = stored.filter(
          ({ source }) => !(isExcepted && [source['first']].flat().includes('z')),
        )
        for (const id of expectedIds(seen, startedAtMs)) expected.add(id)
      }
      expect(await bench.alertIds()).toEqual([...expected].toSorted())
    }),
    { numRuns: 150 },
  )
})

test('an execution that was interrupted while storing, and made again, stores the same alerts', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 30 }),
      fc.integer({ min: 0, max: 5 }),
      async (events, writes) => {
        const whole = benchOf()
        await whole.add(...events.map((one, i) => ({ ...one, _id: i })))
        const { store, clock } = benchOf()
        const first = benchOf({}, { store: breaking(store, writes), clock })
        await first.add(...events.map((one, i) => ({ ...one, _id: i })))
        const small = { ...rule, rule: { ...rule.rule, maxAlerts: 1_000 } }
        await first.engine.executeOnce(small, { startedAtMs: noonMs })
        await benchOf({}, { store, clock }).engine.executeOnce(small, { startedAtMs: noonMs })
        await whole.engine.executeOnce(small, { startedAtMs: noonMs })
        const termsOf = async (bench: Pick<typeof whole, 'engine'>) => {
          const { items } = await bench.engine.alerts.list({ limit: 10_000 })
          return items.map(({ body }) => JSON.stringify(body['kibana.alert.new_terms'])).toSorted()
        }
        expect(await termsOf(benchOf({}, { store, clock }))).toEqual(await termsOf(whole))
      },
    ),
    { numRuns: 60 },
  )
})
