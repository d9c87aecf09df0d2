import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonValue } from '#base'
import { encodeLine } from '../event-line.ts'
import { maxTermBytes } from '../term-hash.ts'
import { hotFields } from './hot-fields.ts'
import { lineScanner } from './line-scanner.ts'
import { plainScan } from './plain-scan.ts'
import { unknownCell, type ScannedLines } from './scanned-lines.ts'

const wildKey = fc
  .string({ unit: 'binary', maxLength: 6 })
  .map((text) => text.replaceAll('\\', '"'))
// Without backslashes: JSON.parse of Node 26.10 reads `{"a":1,"\\"":1}` with the key `\\` once it has seen `{"a":1,"\\\\":1}`.
const key = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'process',
      'name',
      'args',
      'host.id',
      'a',
      'a.b',
      'entity_id',
      'process.name',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '.', 'a.', '.a', '__proto__', '"', 'é', 'a:b'),
  },
  { weight: 1, arbitrary: wildKey },
)
const text = fc.oneof(
  fc.constantFrom('', 'bash', '"', '\\', '\\"', 'ä', '\u2028', '\ud800', '},{', 'true', '\n'),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.integer({ min: -2, max: 2 }).map((more) => 'x'.repeat(maxTermBytes + more)),
  fc.integer({ min: -2, max: 2 }).map((more) => 'é"'.repeat(maxTermBytes / 2 + more)),
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

test('terms, ids, field names and columns read from lines are those of the parsed events, block after block', () => {
  let scanned = 0
  let cells = 0
  const scan = lineScanner()
  fc.assert(
    fc.property(fc.array(fc.array(event, { maxLength: 8 }), { maxLength: 4 }), (blocks) => {
      for (const events of blocks) {
        const lines = Buffer.from(
          events
            .map(({ source, ...rest }) =>
              encodeLine({ ...rest, sequence: 7, ingestedMs: 1 }, JSON.stringify(source)),
            )
            .join(''),
        )
        const found = factsOf(scan(lines))
        const expected = factsOf(plainScan(lines))
        expect(found.facts).toEqual(expected.facts)
        found.cells.forEach((cell, at) => {
          scanned++
          // What the scan does not know of an event is never taken for something else.
          if (cell === unknownCell) return
          expect(cell).toEqual(expected.cells[at])
          cells++
        })
      }
    }),
    { numRuns: 600 },
  )
  // The test fails too if scans silently gave up.
  expect(cells).toBeGreaterThan(0.8 * scanned)
})

test('whatever is written around a value, its term and its cell are those of the parsed event', () => {
  const written = [
    '{ "process" : { "name" : "sh" } }',
    '{"process.name":["sh",\t"bash"]}',
    '{"process":{"name":"s\\u0068","n\\u0061me":"x"}}',
    '{"process":{"name":"a","name":"b"}}',
    '{"process":{"name":"\\ud83d\\ude00 \\u00e9 \\n"}}',
    '{"process":{"name":"\\ud83d"}}',
    '{"process":{"pid":7.0,"name":1e3},"x":1.50,"y":-0,"z":0.1}',
    '{"process":{"pid":12345678901234567890,"name":true}}',
  ].map((source) => encodeLine({ index: 'logs-a', id: '1', sequence: 1, ingestedMs: 1 }, source))
  const scan = lineScanner()
  for (const line of written) {
    const [found, expected] = [scan(Buffer.from(line)), plainScan(Buffer.from(line))].map(factsOf)
    // Of a line that is read in another way there may be terms too many, never too few.
    expect(found?.facts.terms, line).toEqual(
      expect.arrayContaining([...(expected?.facts.terms ?? [])]),
    )
    expect(found?.facts.names, line).toEqual(expected?.facts.names)
    found?.cells.forEach((cell, at) => {
      if (cell !== unknownCell) expect(cell, line).toEqual(expected?.cells[at])
    })
  }
})

test('lines that are not ours are refused, and never read for ever', () => {
  const line = encodeLine(
    { index: 'a', id: '1', sequence: 1, ingestedMs: 1 },
    '{"a":["b",{"c":1}]}',
  )
  const scan = lineScanner()
  for (let bytes = 1; bytes < line.length - 1; bytes++) {
    expect(() => scan(Buffer.from(line.slice(0, bytes)))).toThrow(SyntaxError)
  }
})

/** Terms in order, and each cell as the values that it stands for. */
function factsOf({ terms, idHashes, names, columns }: ScannedLines) {
  const hashes: number[] = []
  terms?.forEach((a) => hashes.push(a))
  const { cells, more, texts, rows } = columns
  return {
    facts: {
      terms: hashes.toSorted((a, b) => a - b),
      idHashes: [...idHashes],
      names: Object.fromEntries(
        [...names].map(([index, fields]) => [index, [...fields].toSorted()]),
      ),
    },
    cells: [...cells].map((number, cell) => {
      if (number === unknownCell) return unknownCell
      const numbers = number === 0 ? [] : [number, ...(more.get(cell) ?? [])]
      const isHashed = hotFields[Math.floor(cell / rows)]?.kind === 'hashes'
      return isHashed ? numbers : numbers.map((each) => texts[each])
    }),
  }
}
