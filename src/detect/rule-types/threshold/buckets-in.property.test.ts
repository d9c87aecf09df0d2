import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { alertCollection } from '#alert'
import { manualClock } from '#base'
import { ecsCatalogue } from '#event'
import { memoryStore } from '#store'
import { eventReader } from '../../execution/event-reader.ts'
import { scanHistory } from '../../first-seen/scan-history.ts'
import { termFieldOf } from '../../first-seen/term.ts'
import type { WindowSearch } from '../../rule-type.ts'
import { minuteMs, noonMs } from '../../detect.fixture.ts'
import type { PassLimits } from './bucket-shelf.ts'
import type { ThresholdQuestion } from './buckets-in.ts'
import { thresholdCandidates } from './threshold-candidates.ts'

const event = fc.record({
  at: fc.integer({ min: -10, max: 0 }),
  pid: fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 3 }),
  ip: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 3 }),
})

test('several passes that hold little find what one pass finds', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 60, size: 'max' }),
      fc.record({
        groups: fc.integer({ min: 1, max: 4 }),
        values: fc.integer({ min: 6, max: 12 }),
      }),
      async (events, limits) => {
        const search = await searchOver(events)
        expect(await found(search, limits)).toEqual(await found(search))
      },
    ),
    { numRuns: 150 },
  )
})

const question: ThresholdQuestion = {
  fields: [fieldOf('process.pid')],
  atLeast: 2,
  distinct: { field: fieldOf('n'), atLeast: 2 },
}

function fieldOf(name: string) {
  const field = termFieldOf(name, ecsCatalogue())
  if (typeof field === 'string') throw new Error(field)
  return field
}

async function found(search: WindowSearch, limits?: PassLimits): Promise<readonly unknown[]> {
  const all = []
  for await (const page of thresholdCandidates(search, question, limits)) all.push(...page)
  return all
}

async function searchOver(
  events: readonly { readonly at: number; readonly pid: number[]; readonly ip: number[] }[],
): Promise<WindowSearch> {
  const store = memoryStore({ clock: manualClock(noonMs) })
  await store.events.append(
    events.map(({ at, pid, ip }) => ({
      index: 'seen',
      source: {
        '@timestamp': new Date(noonMs + at * minuteMs).toISOString(),
        process: { pid },
        n: ip,
      },
    })),
  )
  const alerts = store.documents.collection(alertCollection)
  const reader = eventReader({ events: store.events, alerts, space: 'default' })
  return {
    owner: { ruleUuid: 'rule', space: 'default' },
    window: { fromMs: noonMs - 9 * minuteMs, toMs: noonMs },
    dueMs: noonMs,
    time: { primary: '@timestamp' },
    indices: ['seen'],
    filter: { kind: 'all' },
    context: { fields: ecsCatalogue(), nowMs: noonMs },
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
}
