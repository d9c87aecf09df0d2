import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonValue } from '#base'
import { trackedTimesOf } from './block.ts'
import { decodeLines, encodeLine } from './event-line.ts'
import { lineReplay } from './replayed-lines.ts'

const time = fc.oneof(
  fc.constantFrom<JsonValue>('2026-11-01T00:00:00.000Z', '2026-11-01', 'soon', '', null, true, {}),
  fc.constantFrom<JsonValue>(1_793_491_200_000, 0.5, [], ['2026-11-01', 5], [null], '\n"é\\'),
  fc.string({ unit: 'binary' }),
)
const key = fc.constantFrom('@timestamp', 'event.ingested', 'event', 'ingested', ',"source":', 'é')
const { source } = fc.letrec<{ source: { [key: string]: JsonValue } }>((tie) => ({
  source: fc.dictionary(key, fc.oneof({ maxDepth: 3 }, time, tie('source')), { maxKeys: 4 }),
}))
const usual = fc.record({ '@timestamp': time, event: fc.record({ ingested: time }), more: source })
const place = fc.record({
  sequence: fc.nat(),
  ingestedMs: fc.nat(),
  index: fc.constantFrom('logs-a-x', 'logs-ä-x'),
  id: fc.oneof(fc.constantFrom('1', ',"source":', '\\"'), fc.string({ unit: 'binary' })),
})

test('events that are read back without being parsed are those that parsing gives, at the same times', () => {
  const replay = lineReplay()
  fc.assert(
    fc.property(fc.array(fc.tuple(place, fc.oneof(usual, source))), (events) => {
      const lines = events.map(([each, own]) => encodeLine(each, JSON.stringify(own)))
      const bytes = Buffer.from(lines.join(''))
      const parsed = decodeLines(bytes)
      const replayed = [...replay(bytes)]
      expect(replayed.map(({ event }) => trackedTimesOf(event))).toEqual(
        parsed.map(({ event }) => trackedTimesOf(event)),
      )
      expect(
        replayed.map(
          ({ event: { sequence, ingestedMs, index, id, source: own }, bytes: length }) => ({
            event: { sequence, ingestedMs, index, id, source: own },
            bytes: length,
          }),
        ),
      ).toEqual(parsed)
    }),
  )
})

test('what most senders write is not parsed', () => {
  const at = '2026-11-01T00:00:00.000Z'
  const json = JSON.stringify({ '@timestamp': at, event: { ingested: at, kind: 'event' } })
  const line = encodeLine({ sequence: 1, ingestedMs: 2, index: 'logs-a-x', id: '1' }, json)
  const [read] = [...lineReplay()(Buffer.from(line))]
  expect(read?.event.written?.known).toEqual({ '@timestamp': at, 'event.ingested': at })
})
