import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonObject } from '#base'
import {
  benchOf,
  breaking,
  installedOf,
  minuteMs,
  noonMs,
  type Bench,
  type BenchEvent,
} from '../detect.fixture.ts'

const event = fc.record({
  at: fc.integer({ min: -12, max: 4 }),
  term: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  host: fc.constantFrom('h1', 'h2', 'h3'),
})

const hourly = { group_by: ['host'], duration: { value: 1, unit: 'h' } }

const rules: readonly (readonly [string, JsonObject])[] = [
  ['query', { query: 'term: (a or b or c)' }],
  ['saved_query, by its own query', { type: 'saved_query', saved_id: 'none', query: 'host: h1' }],
  ['threat_match', threatMatch({})],
  ['threat_match, a duration', threatMatch({ alert_suppression: hourly })],
  ['query, an execution', { alert_suppression: { group_by: ['host'] } }],
  ['query, a duration', { alert_suppression: hourly }],
  ['new terms, an execution', newTerms({ group_by: ['host'] })],
  ['new terms, a duration', newTerms(hourly)],
]

function threatMatch(members: JsonObject): JsonObject {
  const entries = [{ field: 'term', type: 'mapping', value: 'threat.indicator.name' }]
  const threat = { threat_query: '*', threat_index: ['bad-*'], threat_mapping: [{ entries }] }
  return { type: 'threat_match', ...threat, ...members }
}

function newTerms(suppression: JsonObject): JsonObject {
  return {
    type: 'new_terms',
    new_terms_fields: ['term', 'host'],
    history_window_start: 'now-1d',
    alert_suppression: suppression,
  }
}

/** Every alert as its group, its first and last event time, and how many it stands for, or as its event. */
async function told(bench: Pick<Bench, 'engine'>): Promise<readonly string[]> {
  const { items } = await bench.engine.alerts.list({ limit: 10_000 })
  const fields = ['terms', 'start', 'end', 'docs_count']
  return items
    .map(({ body }) =>
      body['kibana.alert.suppression.start'] === undefined
        ? JSON.stringify(['kibana.alert.original_time', 'term', 'host'].map((f) => body[f]))
        : JSON.stringify(fields.map((f) => body[`kibana.alert.suppression.${f}`])),
    )
    .toSorted()
}

/** A bench with events, and two indicators. */
async function benchWith(events: readonly BenchEvent[]): Promise<Bench> {
  const bench = benchOf()
  await bench.store.events.append(
    ['a', 'd'].map((name) => ({ index: 'bad-x', source: { 'threat.indicator.name': name } })),
  )
  await bench.add(...events)
  return bench
}

test.each(rules)(
  'alerts and their counts are the same when an execution breaks in the middle and is made again (%s)',
  async (_, members) => {
    const rule = installedOf(members)
    const starts = [noonMs, noonMs + 5 * minuteMs]
    let alerts = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 25 }),
        fc.nat({ max: 4 }),
        async (events, writes) => {
          const whole = await benchWith(events)
          for (const startedAtMs of starts) await whole.engine.executeOnce(rule, { startedAtMs })
          const bench = await benchWith(events)
          for (const startedAtMs of starts) {
            const broken = benchOf({}, { ...bench, store: breaking(bench.store, writes) })
            await broken.engine.executeOnce(rule, { startedAtMs })
            await bench.engine.executeOnce(rule, { startedAtMs })
          }
          expect(await told(bench)).toEqual(await told(whole))
          alerts += (await told(whole)).length
        },
      ),
      { numRuns: 120 },
    )
    expect(alerts).toBeGreaterThan(60)
  },
)
