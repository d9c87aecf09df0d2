import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonValue } from '#base'
import { encodeLine } from './event-line.ts'
import { lineScanner, type ScannedLines } from './line-scanner.ts'
import { plainScan } from './plain-scan.ts'
import { maxTermLength } from './term-hash.ts'

const wildKey = fc
  .string({ unit: 'binary', maxLength: 6 })
  .map((text) => text.replaceAll('\\', '"'))
// Without backslashes: JSON.parse of Node 26.10 reads `{"a":1,"\\"":1}` with the key `\\` once it has seen `{"a":1,"\\\\":1}`.
const key = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('process', 'name', 'args', 'host.id', 'a', 'a.b') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '.', 'a.', '.a', '__proto__', '"', 'é', 'a:b'),
  },
  { weight: 1, arbitrary: wildKey },
)
const text = fc.oneof(
  fc.constantFrom('', 'bash', '"', '\\', '\\"', 'ä', '\u2028', '\ud800', '},{', 'true', '\n'),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.integer({ min: -2, max: 2 }).map((more) => 'x'.repeat(maxTermLength + more)),
  fc.integer({ min: -2, max: 2 }).map((more) => 'é"'.repeat(maxTermLength / 2 + more)),
)
const leaf = fc.oneof(
  text,
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -3, max: 9 }),
  fc.boolean(),
  fc.constant(null),
)
const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4 }),
  ),
}))
const event = fc.record({
  index: fc.constantFrom('logs-a-x', 'logs-ä-x', 'metrics-b'),
  id: fc.oneof(fc.constantFrom('1', 'ü', '"\\'), fc.string({ minLength: 1, unit: 'binary' })),
  source: fc.dictionary(key, value, { maxKeys: 5 }),
})

test('terms, ids and field names read from lines are those of the parsed events, block after block', () => {
  fc.assert(
    fc.property(fc.array(fc.array(event, { maxLength: 8 }), { maxLength: 4 }), (blocks) => {
      const scanner = lineScanner()
      for (const events of blocks) {
        const lines = Buffer.from(
          events
            .map(({ source, ...rest }) =>
              encodeLine({ ...rest, sequence: 7, ingestedMs: 1 }, JSON.stringify(source)),
            )
            .join(''),
        )
        expect(factsOf(scanner.scan(lines))).toEqual(factsOf(plainScan(lines)))
      }
    }),
    { numRuns: 400 },
  )
})

test('lines that are not ours are refused, and never read for ever', () => {
  const line = encodeLine(
    { index: 'a', id: '1', sequence: 1, ingestedMs: 1 },
    '{"a":["b",{"c":1}]}',
  )
  for (let bytes = 1; bytes < line.length - 1; bytes++) {
    expect(() => lineScanner().scan(Buffer.from(line.slice(0, bytes)))).toThrow(/^a line /)
  }
})

function factsOf({ terms, idHashes, names }: ScannedLines): unknown {
  const hashes: number[] = []
  terms.forEach((a) => hashes.push(a))
  return {
    terms: hashes.toSorted((a, b) => a - b),
    idHashes: [...idHashes],
    names: Object.fromEntries([...names].map(([index, fields]) => [index, [...fields].toSorted()])),
  }
}
