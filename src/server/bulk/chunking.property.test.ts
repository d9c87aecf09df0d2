import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { manualClock } from '#base'
import { memoryStore } from '#store'
import { createIngest } from '../ingest.ts'
import { defaultBulkLimits, receiveBulk } from './receive.ts'

const piece = fc.oneof(
  fc.constantFrom(
    '{"create":{"_index":"x","_id":"a"}}\n',
    '{"index":{"_index":"x","_id":"b"}}\n',
    '{"create":{"_index":"logs-a-default","_id":"c"}}\n',
    '{"delete":{"_index":"x","_id":"a"}}\n',
    '{"@timestamp":"2026-11-24T00:00:00Z","a":"ü€😀"}\n',
    '{"a":1}\r\n',
    '\n',
    'undefined\n',
  ),
  fc.string({ unit: 'binary', maxLength: 5 }),
)

async function told(chunks: readonly Uint8Array[]): Promise<unknown> {
  const clock = manualClock(Date.UTC(2026, 10, 24))
  const { events } = memoryStore({ clock })
  const ingest = createIngest({ events, clock, offer: () => undefined })
  const limits = { ...defaultBulkLimits, maxLineBytes: 60, batchEvents: 2 }
  const stream = (async function* () {
    yield* chunks
  })()
  const results = await receiveBulk(stream, { ingest, events, clock, limits }).catch(String)
  return { results, events: (await events.facts()).events }
}

test('however a bulk body is cut into chunks, results and kept events are the same', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 12 }),
      fc.array(fc.nat({ max: 500 }), { maxLength: 8 }),
      async (pieces, cuts) => {
        const whole = Buffer.from(pieces.join(''))
        const places = [0, ...cuts.map((cut) => Math.min(cut, whole.length)), whole.length]
        const sorted = places.toSorted((a, b) => a - b)
        const chunks = sorted.slice(1).map((end, at) => whole.subarray(sorted[at], end))
        expect(await told(chunks)).toEqual(await told([whole]))
      },
    ),
    { numRuns: 300 },
  )
})
