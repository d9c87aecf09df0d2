import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonObject } from '#base'
import { benchOf, breaking, installedOf, minuteMs, noonMs, type Bench } from '../detect.fixture.ts'

const event = fc.record({
  at: fc.integer({ min: -12, max: 4 }),
  term: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  host: fc.constantFrom('h1', 'h2', 'h3'),
})

const suppressions: readonly (readonly [string, JsonObject])[] = [
  ['query, an execution', { alert_suppression: { group_by: ['host'] } }],
  [
    'query, a duration',
    { alert_suppression: { group_by: ['host'], duration: { value: 1, unit: 'h' } } },
  ],
  ['new terms, an execution', newTerms({ group_by: ['host'] })],
  ['new terms, a duration', newTerms({ group_by: ['host'], duration: { value: 1, unit: 'h' } })],
]

function newTerms(suppression: JsonObject): JsonObject {
  return {
    type: 'new_terms',
    new_terms_fields: ['term', 'host'],
    history_window_start: 'now-1d',
    alert_suppression: suppression,
  }
}

/** Every alert as its group, its first and last event time, and how many it stands for. */
async function told(bench: Pick<Bench, 'engine'>): Promise<readonly string[]> {
  const { items } = await bench.engine.alerts.list({ limit: 10_000 })
  const fields = ['terms', 'start', 'end', 'docs_count']
  return items
    .map(({ body }) => JSON.stringify(fields.map((f) => body[`kibana.alert.suppression.${f}`])))
    .toSorted()
}

test.each(suppressions)(
  'alerts and their counts are the same when an execution breaks in the middle and is made again (%s)',
  async (_, members) => {
    const rule = installedOf(members)
    const starts = [noonMs, noonMs + 5 * minuteMs]
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 25 }),
        fc.nat({ max: 4 }),
        async (events, writes) => {
          const whole = benchOf()
          await whole.add(...events)
          for (const startedAtMs of starts) await whole.engine.executeOnce(rule, { startedAtMs })
          const bench = benchOf()
          await bench.add(...events)
          for (const startedAtMs of starts) {
            const broken = benchOf({}, { ...bench, store: breaking(bench.store, writes) })
            await broken.engine.executeOnce(rule, { startedAtMs })
            await bench.engine.executeOnce(rule, { startedAtMs })
          }
          expect(await told(bench)).toEqual(await told(whole))
        },
      ),
      { numRuns: 60 },
    )
  },
)
