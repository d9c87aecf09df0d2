import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyCatalogue, withMappings, type EventSource } from '#event'
import { compileFilter } from '../match/compile.ts'
import { prepareEsql } from './esql.ts'

/** Whatever a condition lets through, the filter that is asked of documents first lets through too. */

const fields = withMappings(emptyCatalogue(), {
  k: { type: 'keyword', ignore_above: 5 },
  w: 'wildcard',
  n: 'long',
  i: 'ip',
  b: 'boolean',
  t: 'match_only_text',
})

const word = fc.constantFrom('', 'a', 'ab', 'b a', 'AB', 'a*', '1', 'true', '127.0.0.1', 'abcdefgh')
const value = fc.oneof(word, fc.integer({ min: -2, max: 2 }), fc.boolean(), fc.constant(null))
const held = fc.oneof(value, fc.array(value, { maxLength: 3 }))
const source: fc.Arbitrary<EventSource> = fc.dictionary(
  fc.constantFrom('k', 'w', 'n', 'i', 'b', 't', 'u'),
  held,
)

const name = fc.constantFrom('k', 'w', 'n', 'i', 'b', 't', 'u')
const literal = fc.oneof(
  word.map((text) => JSON.stringify(text)),
  fc.integer({ min: -2, max: 2 }).map(String),
  fc.boolean().map(String),
  fc.constant('null'),
)
const operator = fc.constantFrom('==', '!=', '<', '<=', '>', '>=')
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3 },
    fc.tuple(name, operator, literal).map((parts) => parts.join(' ')),
    fc.tuple(literal, operator, name).map((parts) => parts.join(' ')),
    fc
      .tuple(name, fc.array(literal, { minLength: 1, maxLength: 3 }))
      .map(([of, values]) => `${of} IN (${values.join(', ')})`),
    fc
      .tuple(name, fc.constantFrom('a*', '*b', '?', '*', '', 'a\\\\*'))
      .map(([of, like]) => `${of} LIKE "${like}"`),
    name.map((of) => `${of} IS NOT NULL`),
    fc
      .tuple(fc.constantFrom('STARTS_WITH', 'ENDS_WITH', 'CONTAINS'), name, word)
      .map(([call, of, text]) => `${call}(${of}, ${JSON.stringify(text)})`),
    fc.tuple(name, word).map(([of, text]) => `${of} : ${JSON.stringify(text)}`),
    fc
      .tuple(tie('condition'), fc.constantFrom('AND', 'OR'), tie('condition'))
      .map((parts) => `(${parts.join(' ')})`),
    tie('condition').map((of) => `NOT (${of})`),
  ),
}))

test('the filter of a query lets every document through that its conditions let through', async () => {
  const context = { nowMs: 0, fields }
  let passed = 0
  let narrowed = 0
  await fc.assert(
    fc.asyncProperty(
      condition,
      fc.constantFrom('', ' | MV_EXPAND k', ' | EVAL x = 1 | RENAME w AS v', ' | SORT n'),
      fc.array(source, { minLength: 1, maxLength: 8 }),
      async (where, before, sources) => {
        const plan = prepareEsql(`FROM a${before} | WHERE ${where}`, context)
        if (!plan.ok) return
        const matches = compileFilter(plan.value.filter, context)
        for (const each of sources) {
          let rows = 0
          for await (const page of plan.value.run(pageOf(each))) rows += page.length
          if (rows > 0) {
            passed++
            expect(matches(each)).toBe(true)
          } else if (!matches(each)) narrowed++
        }
      },
    ),
    { numRuns: 2_000 },
  )
  expect(passed).toBeGreaterThan(500)
  expect(narrowed).toBeGreaterThan(500)
})

async function* pageOf(source: EventSource) {
  yield [{ index: 'a', id: '1', source }]
}
