import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { alertCollection } from '#alert'
import { manualClock, type JsonObject, type JsonValue } from '#base'
import { ecsCatalogue, objectsAt, valuesOf } from '#event'
import { evaluateFilter } from '#query'
import type { ThreatMappingGroup } from '#rule'
import { memoryStore } from '#store'
import { minuteMs, noonMs, ruleOf } from '../../detect.fixture.ts'
import { eventReader } from '../../execution/event-reader.ts'
import { scanHistory } from '../../first-seen/scan-history.ts'
import type { Candidate, WindowSearch } from '../../rule-type.ts'
import { threatMatchCandidates, type Portions } from './threat-match-candidates.ts'
import { comparisonGroups } from './threat-question.ts'

const context = { fields: ecsCatalogue(), nowMs: noonMs }

const texts = ['a', 'b', 'A', '7', 'a b']
const numbers = [7, 8, '7', 7.5]
const addresses = ['10.0.0.1', '10.0.0.2', '::ffff:10.0.0.1', '2001:db8::1', '2001:DB8:0::1']
const blocks = [...addresses, '10.0.0.0/24', '2001:db8::/32', '0.0.0.0/0']

/** Fields of events: a keyword, a caseless one, a full text, a number, an address, a date, one unknown. */
const eventValues: { readonly [field: string]: readonly JsonValue[] } = {
  'user.name': texts,
  'process.name': texts,
  message: ['a', 'a b c', 'b a'],
  'source.port': numbers,
  'source.ip': addresses,
  'event.start': ['2026-03-01T00:00:00.000Z', '2026-03-02T10:00:00.000Z'],
  'my.own': [...texts, ...numbers, true],
}

const indicatorValues: { readonly [field: string]: readonly JsonValue[] } = {
  'threat.indicator.name': [...texts, ...blocks, '2026-03-01'],
  'threat.indicator.port': numbers,
  'threat.indicator.ip': blocks,
  'own.indicator': [...texts, ...numbers, ...blocks],
}

function documents(
  values: typeof eventValues,
  members: Record<string, fc.Arbitrary<JsonValue>>,
): fc.Arbitrary<JsonObject> {
  const fields = Object.entries(values).map(([field, all]) => {
    const one = fc.constantFrom(...all)
    return [field, fc.oneof(one, fc.array(one, { maxLength: 3 }))] as const
  })
  return fc.record(
    { ...Object.fromEntries(fields), ...members },
    { requiredKeys: Object.keys(members) },
  )
}

const events = fc.array(
  documents(eventValues, {
    '@timestamp': fc
      .integer({ min: -12, max: 3 })
      .map((minutes) => new Date(noonMs + minutes * minuteMs).toISOString()),
  }),
  { minLength: 2, maxLength: 12 },
)

const indicators = fc.array(documents(indicatorValues, {}), { minLength: 1, maxLength: 8 })

const entry = fc.record(
  {
    field: fc.constantFrom(...Object.keys(eventValues), 'process.name.caseless'),
    type: fc.constant('mapping' as const),
    value: fc.constantFrom(...Object.keys(indicatorValues)),
    negate: fc.boolean(),
  },
  { requiredKeys: ['field', 'type', 'value'] },
)

const group: fc.Arbitrary<ThreatMappingGroup> = fc
  .array(entry, { minLength: 1, maxLength: 3 })
  .filter((entries) => entries.some(({ negate }) => negate !== true))
  .map((entries) => ({ entries }))

const mapping = fc.array(group, { minLength: 1, maxLength: 3 })

/** Every way of going through the two sides, in portions so small that each of its turns is taken. */
const ways: { readonly [name: string]: Portions } = {
  'events first': { fewValues: 0, maxValues: 0, events: 2, suspects: 1 },
  'indicators first': { fewValues: 1e9, maxValues: 1e9, events: 2, suspects: 2 },
  'indicators once there are more events': { fewValues: 0, maxValues: 1e9, events: 2, suspects: 3 },
  'too many of both': { fewValues: 1, maxValues: 2, events: 3, suspects: 2 },
}

test('all ways find what comparing every event with every indicator finds', async () => {
  let matches = 0
  await fc.assert(
    fc.asyncProperty(events, indicators, mapping, async (seen, bad, threatMapping) => {
      const expected = bruteForce(seen, bad, threatMapping)
      matches += expected.length
      for (const [way, portions] of Object.entries(ways)) {
        expect([way, await found(seen, bad, { threatMapping, portions })]).toEqual([way, expected])
      }
    }),
    { numRuns: 1_000 },
  )
  expect(matches).toBeGreaterThan(300)
})

type Told = readonly [event: string, enrichments: readonly string[]]

/** Straight from the definition, newest event first. */
function bruteForce(
  seen: readonly JsonObject[],
  bad: readonly JsonObject[],
  groups: readonly ThreatMappingGroup[],
): readonly Told[] {
  return seen
    .map((source, at) => ({ source, id: `e${at}`, ms: Date.parse(String(source['@timestamp'])) }))
    .filter(({ ms }) => ms >= noonMs - 9 * minuteMs && ms <= noonMs)
    .toReversed()
    .toSorted((a, b) => b.ms - a.ms)
    .flatMap(({ source, id }): readonly Told[] => {
      const enrichments = bad.flatMap((indicator, i) => {
        const told = groups.flatMap(({ entries }) => pairs(entries, source, indicator) ?? [])
        const once = new Map(told.map((pair) => [JSON.stringify(pair), pair]))
        return [...once.values()].map(([field, , atomic]) => match(`i${i}`, field, atomic))
      })
      return enrichments.length === 0 ? [] : [[id, enrichments]]
    })
}

/** The values by which a group holds; undefined where it does not. */
function pairs(
  entries: ThreatMappingGroup['entries'],
  source: JsonObject,
  indicator: JsonObject,
): readonly (readonly [string, string, JsonValue])[] | undefined {
  const equal = entries.map(({ field, value }) =>
    valuesOf(indicator, value).find((each) =>
      evaluateFilter(
        {
          kind: 'match',
          field: { kind: 'field', name: field },
          literal: { value: each, quoted: true },
        },
        source,
        context,
      ),
    ),
  )
  const holds = entries.every(({ negate }, i) => (equal[i] === undefined) === (negate === true))
  if (!holds) return undefined
  return entries.flatMap(({ field, value }, i) => {
    const one = equal[i]
    return one === undefined ? [] : [[field, value, one] as const]
  })
}

async function found(
  seen: readonly JsonObject[],
  bad: readonly JsonObject[],
  {
    threatMapping,
    portions,
  }: { readonly threatMapping: readonly ThreatMappingGroup[]; readonly portions: Portions },
): Promise<readonly Told[]> {
  const store = memoryStore({ clock: manualClock(noonMs) })
  await store.events.append([
    ...bad.map((source, i) => ({ index: 'bad', id: `i${i}`, source: { ...source, n: 1 } })),
    ...seen.map((source, i) => ({ index: 'seen', id: `e${i}`, source })),
    { index: 'bad', id: 'none', source: { n: 1 } },
  ])
  const { params } = ruleOf({
    type: 'threat_match',
    threat_query: '*',
    threat_index: ['bad'],
    threat_mapping: [{ entries: [{ field: 'a', type: 'mapping', value: 'b' }] }],
  })
  if (params.type !== 'threat_match') throw new Error('not a threat_match rule')
  const own = { ...params, threatMapping }
  const reader = eventReader({
    events: store.events,
    alerts: store.documents.collection(alertCollection),
    space: 'default',
  })
  const search: WindowSearch = {
    owner: { ruleUuid: 'rule', space: 'default' },
    window: { fromMs: noonMs - 9 * minuteMs, toMs: noonMs },
    dueMs: noonMs,
    time: { primary: '@timestamp' },
    indices: ['seen'],
    filter: { kind: 'all' },
    context,
    reader,
    lookUps: reader,
    ownAlerts: async function* () {},
    notes: { of: async () => undefined, keep: async () => undefined },
    maxAlerts: 100,
    signal: new AbortController().signal,
    warn: () => undefined,
    history: scanHistory,
    noteSearch: () => undefined,
  }
  const question = {
    params: own,
    indicatorFilter: { kind: 'all' } as const,
    groups: comparisonGroups(own, context.fields),
  }
  const told: Told[] = []
  for await (const page of threatMatchCandidates(search, question, portions)) {
    told.push(...page.map(toldBy))
  }
  return told
}

function toldBy({ event: { id, source } }: Candidate): Told {
  const matched = objectsAt(source, 'threat.enrichments.matched')
  return [id, matched.map((each) => match(each['id'], each['field'], each['atomic']))]
}

/** One match as a text: the indicator, the event's field, the indicator's value. */
function match(...parts: readonly (JsonValue | undefined)[]): string {
  return JSON.stringify(parts)
}
