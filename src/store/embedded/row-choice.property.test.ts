import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonObject, JsonValue } from '#base'
import { ecsCatalogue, withMappings } from '#event'
import { compileFilter, type FilterPlan, type GlobPart } from '#query'
import type { ColumnReader } from './column-reader.ts'
import { encodeLine } from './event-line.ts'
import { lineScanner } from './line-scan/line-scanner.ts'
import { rowChoice } from './row-choice.ts'
import { packColumns, unpackColumn } from './segment-columns.ts'

/** Fields with columns of values and of hashes, a multi-field, and what has no column. */
const fields = [
  'process.name',
  'process.name.text',
  'process.pid',
  'process.entity_id',
  'event.category',
  'user.name.low',
  'destination.port',
  'process.args',
  'nobody.knows',
] as const
const context = {
  fields: withMappings(ecsCatalogue(), {
    'user.name': {
      type: 'keyword',
      ignore_above: 6,
      fields: { low: { type: 'keyword', normalizer: 'lowercase' } },
    },
  }),
  nowMs: Date.UTC(2026, 0, 1),
}

const word = fc.constantFrom('sh', 'SH', 'Bash', 'bash -c', '', '7', '07', 'true', '10.0.0.1', 'é')
const leaf: fc.Arbitrary<JsonValue> = fc.oneof(
  { weight: 4, arbitrary: word },
  { weight: 1, arbitrary: fc.constantFrom<JsonValue>('x'.repeat(300), 'a\n"b"', '\ud800', null) },
  { weight: 1, arbitrary: fc.oneof(fc.integer({ min: -3, max: 9 }), fc.constantFrom(1.5, 443)) },
  { weight: 1, arbitrary: fc.boolean() },
)
const value: fc.Arbitrary<JsonValue> = fc.oneof(
  { weight: 4, arbitrary: leaf },
  { weight: 1, arbitrary: fc.array(leaf, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.record({ name: leaf, text: leaf, low: leaf }) },
)
const source: fc.Arbitrary<JsonObject> = fc
  .record({
    dotted: fc.dictionary(fc.constantFrom(...fields, 'process', 'user', 'user.name'), value, {
      maxKeys: 4,
    }),
    process: fc.option(fc.record({ name: value, pid: value, entity_id: value }), {
      nil: undefined,
    }),
    user: fc.option(fc.record({ name: value }), { nil: undefined }),
  })
  .map(({ dotted, process, user }) => ({
    ...dotted,
    ...(process !== undefined && { process }),
    ...(user !== undefined && { user }),
  }))

const selector = fc
  .oneof(
    { weight: 12, arbitrary: fc.constantFrom<string>(...fields, 'user.name', 'process') },
    { weight: 1, arbitrary: fc.constant('*') },
  )
  .map((name) => (name === '*' ? { kind: 'any' as const } : { kind: 'field' as const, name }))
const asked = fc.oneof(word, fc.integer({ min: -3, max: 9 }), fc.boolean())
const glob = fc.array(
  fc.oneof(
    fc.constantFrom('s', 'ba', 'h', 'B', '-').map((text): GlobPart => ({ kind: 'literal', text })),
    fc.constantFrom<GlobPart>({ kind: 'any-run' }, { kind: 'any-one' }),
  ),
  { minLength: 1, maxLength: 3 },
)
const bound = fc.record({
  value: fc.oneof(word, fc.integer({ min: -3, max: 9 })),
  inclusive: fc.boolean(),
})
const condition: fc.Arbitrary<FilterPlan> = fc.oneof(
  fc.record({
    kind: fc.constant('match' as const),
    field: selector,
    literal: fc.record({ value: asked, quoted: fc.boolean() }),
    caseless: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('match-any' as const),
    field: selector,
    values: fc.array(asked, { maxLength: 3 }),
    caseless: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('glob' as const), field: selector, glob, caseless: fc.boolean() }),
  fc.record({ kind: fc.constant('exists' as const), field: selector }),
  fc.record({
    kind: fc.constant('range' as const),
    field: selector,
    op: fc.constantFrom('gt', 'gte', 'lt', 'lte'),
    value: fc.oneof(word, fc.integer({ min: -3, max: 9 })),
  }),
  fc.record({ kind: fc.constant('between' as const), field: selector, low: bound, high: bound }),
  fc.record({
    kind: fc.constant('regexp' as const),
    field: selector,
    pattern: fc.constantFrom('s.*', '(ba)?sh', '[0-9]+', '.*'),
    caseless: fc.boolean(),
  }),
)
const plan: fc.Arbitrary<FilterPlan> = fc.letrec<{ plan: FilterPlan }>((tie) => ({
  plan: fc.oneof(
    { maxDepth: 3 },
    condition,
    tie('plan').map((of): FilterPlan => ({ kind: 'not', of })),
    fc
      .tuple(
        fc.constantFrom('and' as const, 'or' as const),
        fc.array(tie('plan'), { maxLength: 3 }),
      )
      .map(([kind, of]): FilterPlan => ({ kind, of })),
  ),
})).plan

const scan = lineScanner()

/** The columns of events as a segment of theirs keeps them, in blocks of three. */
function readerOf(sources: readonly JsonObject[]): ColumnReader {
  const names = new Set<string>()
  const blocks = Array.from({ length: Math.ceil(sources.length / 3) }, (_, block) => {
    const lines = sources.slice(3 * block, 3 * block + 3).map((each, row) => {
      const event = { index: 'logs-a', id: `${block}-${row}`, sequence: 1, ingestedMs: 1 }
      return encodeLine(event, JSON.stringify(each))
    })
    const scanned = scan(Buffer.from(lines.join('')))
    for (const name of scanned.names.get('logs-a') ?? []) names.add(name)
    return scanned.columns
  })
  const columns = new Map(packColumns(blocks).map((column) => [column.field, column]))
  return {
    rows: sources.length,
    column: async (field) => {
      const column = columns.get(field)
      return column && unpackColumn(column.bytes, column)
    },
    mayHaveField: (field) => names.has(field),
  }
}

test('no event that matches is ever ruled out by columns, and most that do not match are', async () => {
  let told = 0
  let ruledOut = 0
  let unmatched = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(source, { minLength: 1, maxLength: 9 }),
      fc.array(plan, { maxLength: 6 }),
      async (sources, plans) => {
        const reader = readerOf(sources)
        for (const each of plans) {
          const rows = await rowChoice(each, context)({ reader, firstRow: 0 }, sources.length)
          const matches = compileFilter(each, context)
          if (rows === undefined) continue
          told++
          sources.forEach((event, row) => {
            if (matches(event)) expect(rows.mayMatch(row)).toBe(true)
            else unmatched++
            if (!rows.mayMatch(row)) ruledOut++
          })
          const chosen = sources.filter((_, row) => rows.mayMatch(row))
          expect(rows.count).toBe(chosen.length)
        }
      },
    ),
    { numRuns: 1_500 },
  )
  // The test fails too if columns told nothing any more.
  expect(told).toBeGreaterThan(500)
  expect(ruledOut).toBeGreaterThan(0.6 * unmatched)
}, 60_000)

test('a column of more values than are kept tells by their hashes', async () => {
  const count = 6_000
  const reader = readerOf(
    Array.from({ length: count }, (_, n) => ({ process: { name: `p${n}`, pid: n } })),
  )
  const rows = await rowChoice(
    {
      kind: 'match',
      field: { kind: 'field', name: 'process.name' },
      literal: { value: 'p4711', quoted: false },
    },
    context,
  )({ reader, firstRow: 0 }, count)
  expect(rows?.mayMatch(4_711)).toBe(true)
  expect(rows?.count).toBeLessThan(10)
})
