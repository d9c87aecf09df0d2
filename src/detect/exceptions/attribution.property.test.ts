import fc from 'fast-check'
import { expect, test } from 'vitest'
import { manualClock, type JsonObject } from '#base'
import { ecsCatalogue, type EventDocument } from '#event'
import { exceptionItemFromWire, type ExceptionItem } from '#rule'
import { memoryStore } from '#store'
import { alertsOf } from '../alerts.ts'
import { noonMs } from '../detect.fixture.ts'
import { effectiveFilter } from '../execution/effective-filter.ts'
import { readerExcepting } from '../execution/excepting.ts'
import { eventReader, type EventReader } from '../execution/event-reader.ts'

const words = ['a', 'b', 'c']
const fields = ecsCatalogue()
const context = { fields, nowMs: noonMs }

const event = fc.record(
  {
    'user.name': fc.oneof(fc.constantFrom(...words), fc.array(fc.constantFrom(...words))),
    'process.name': fc.constantFrom(...words),
    'host.os.type': fc.constantFrom('linux', 'windows'),
  },
  { requiredKeys: [] },
)

const operator = fc.constantFrom('included', 'excluded')
const field = fc.constantFrom('user.name', 'process.name', '_id')
const entry = fc.oneof(
  fc.record({
    type: fc.constant('match'),
    field,
    operator,
    value: fc.constantFrom(...words, 'e-1'),
  }),
  fc.record({
    type: fc.constant('match_any'),
    field,
    operator,
    value: fc.uniqueArray(fc.constantFrom(...words), { minLength: 1 }),
  }),
  fc.record({ type: fc.constant('exists'), field, operator }),
  fc.record({
    type: fc.constant('list'),
    field,
    operator,
    list: fc.constantFrom({ id: 'small', type: 'keyword' }, { id: 'texts', type: 'text' }),
  }),
)

const item = fc.record({
  entries: fc.array(entry, { minLength: 1, maxLength: 2 }),
  os_types: fc.subarray(['linux', 'windows']),
})

const valueLists = [
  { id: 'small', type: 'keyword', values: ['a', 'e-2'] },
  { id: 'texts', type: 'text', values: ['b or c'] },
] as const

function itemsOf(wires: readonly JsonObject[]): readonly ExceptionItem[] {
  return wires.map((wire, at) => {
    const named = { list_id: 'l', item_id: `i-${at}`, name: `item ${at}`, ...wire }
    const { value, diagnostics } = exceptionItemFromWire(named)
    if (value === undefined) throw new Error(JSON.stringify(diagnostics))
    return value
  })
}

test('noting what items drop leaves the very events that the filter leaves, in their order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 12 }),
      fc.array(item, { maxLength: 4 }),
      fc.constantFrom('a', undefined),
      async (events, wires, process) => {
        const exceptions = itemsOf(wires)
        const store = memoryStore({ clock: manualClock(noonMs) })
        await store.events.append(
          events.map((source, at) => ({
            index: 'logs-x',
            id: `e-${at}`,
            source: { '@timestamp': noonMs - ((at * 7) % 5), ...source },
          })),
        )
        const own = { kind: 'field', name: 'process.name' } as const
        const query =
          process === undefined
            ? ({ kind: 'all' } as const)
            : ({ kind: 'match', field: own, literal: { value: process, quoted: true } } as const)
        const effective = effectiveFilter({
          filter: query,
          exceptions,
          valueLists,
          settings: {},
          context,
          readsDocuments: true,
        })
        const plain = eventReader({
          events: store.events,
          alerts: alertsOf(store.documents),
          space: 'default',
        })
        const notes: string[] = []
        const noting = readerExcepting(plain, effective, {
          windows: [{ fromMs: noonMs - 10, toMs: noonMs }],
          note: (itemId, { id }) => void notes.push(`${itemId} ${id}`),
        })
        const request = {
          indices: ['logs-*'],
          filter: effective.filter,
          context,
          order: 'time-ascending',
          time: { fields: { primary: '@timestamp' }, fromMs: noonMs - 10, toMs: noonMs },
        } as const
        const all = await idsOf(plain, { ...request, filter: effective.unexcepted })
        const kept = await idsOf(noting, request)
        const dropped = new Set(notes.map((note) => note.split(' ')[1] ?? ''))
        // The small items are also a filter; the large ones are only asked one by one.
        const large = readerExcepting(
          plain,
          { ...effective, items: [] },
          {
            windows: [],
            note: () => undefined,
          },
        )
        expect(kept).toEqual(await idsOf(large, request))
        expect(all.filter((id) => !dropped.has(id))).toEqual(kept)
        expect(new Set(notes).size).toBe(notes.length)
      },
    ),
    { numRuns: 200 },
  )
})

async function idsOf(
  reader: EventReader,
  request: Parameters<EventReader['search']>[0],
): Promise<readonly string[]> {
  const found: EventDocument[] = []
  for await (const page of reader.search(request)) found.push(...page)
  return found.map(({ id }) => id)
}
