import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from '#base'
import { compileFilter } from '../match/compile.ts'
import { evaluateFilter } from '../match/evaluate.ts'
import {
  arbitraryContext as context,
  arbitraryDocument,
  arbitraryFieldName,
  arbitraryFields as fields,
  arbitraryWords,
} from '../match/arbitrary-plans.fixture.ts'
import type { FilterPlan } from '../plan/filter-plan.ts'
import { normalForm } from '../plan/normal-form.ts'
import { compareOrdinals } from '../sequence/ordinal.ts'
import { compileStages } from '../sequence/compile-stages.ts'
import { matchSequences } from '../sequence/batch.ts'
import { sequenceMachine } from '../sequence/machine.ts'
import type { SequenceMatch } from '../sequence/sequence-match.ts'
import { arbitraryStatements } from './arbitrary-eql.fixture.ts'
import { eql } from './eql.ts'

/** Statements about the fields and values that the documents have, most of which no check would let pass. */
const statements = arbitraryStatements(arbitraryFieldName, arbitraryWords)

test('the compiled matcher of a statement and the slow reference give one answer', () => {
  fc.assert(
    fc.property(
      statements,
      fc.array(arbitraryDocument, { minLength: 1, maxLength: 4 }),
      (statement, documents) => {
        const plan = eql.lower(statement, { fields, categoryField: 'k' })
        const parts: readonly { readonly filter: FilterPlan }[] =
          plan.kind === 'events' ? [plan] : plan.stages
        for (const { filter } of new Set(parts)) {
          const matches = compileFilter(filter, context)
          for (const document of documents) {
            const found = matches(document)
            expect(found).toBe(evaluateFilter(filter, document, context))
            expect(evaluateFilter(normalForm(filter), document, context)).toBe(found)
          }
        }
      },
    ),
    { numRuns: 5000 },
  )
})

test('a plan is plain JSON, and the printed statement has the same one', () => {
  fc.assert(
    fc.property(statements, (statement) => {
      const plan = eql.lower(statement, { fields })
      expect(JSON.parse(JSON.stringify(plan))).toEqual(plan)
      const again = eql.parse(eql.format(statement))
      expect(again.ok && eql.lower(again.value, { fields })).toEqual(plan)
    }),
    { numRuns: 2000 },
  )
})

const condition = fc.constantFrom(
  'k == "foo"',
  'k : "fo*"',
  'n > 0',
  'length(k) == 3',
  'not b',
  'k != null',
  'true',
)
const stage = fc
  .tuple(fc.boolean(), condition, fc.integer({ min: 1, max: 2 }))
  .map(
    ([isMissing, asked, runs]) => `${isMissing ? '!' : ''}[any where ${asked}] with runs=${runs}`,
  )
const sequences = fc
  .record({
    keys: fc.constantFrom('', ' by k', ' by ?n', ' by ?k, ?b'),
    first: condition,
    stages: fc.array(stage, { maxLength: 3 }),
    last: condition,
    until: fc.option(condition, { nil: undefined }),
  })
  .map(
    ({ keys, first, stages, last, until }) =>
      `sequence${keys} with maxspan=20ms [any where ${first}] ${stages.join(' ')} [any where ${last}]${until === undefined ? '' : ` until [any where ${until}]`}`,
  )
const event = fc.record({
  at: fc.integer({ min: 1, max: 40 }),
  k: fc.constantFrom('foo', 'Foo', 'fox', 'bar', ['foo', 'bar'], null),
  n: fc.constantFrom(0, 1, [1, 2], null, 'x'),
  b: fc.constantFrom(true, false, null),
})

test('over documents the streaming machine finds the sequences that the batch machine finds', () => {
  fc.assert(
    fc.property(sequences, fc.array(event, { maxLength: 25 }), (text, sources) => {
      const statement = eql.parse(text)
      expect(statement, text).toMatchObject({ ok: true })
      const plan = statement.ok ? eql.lower(statement.value, { fields }) : undefined
      if (plan?.kind !== 'sequence') throw new Error('a sequence is what was written')
      const matches = compileStages(plan, { ...context, timeMsOf: ({ at }) => Number(at) })
      const events = sources.flatMap((source, sequence) => matches({ source, sequence }) ?? [])
      const machine = sequenceMachine<(typeof events)[number]['event']>(plan, { maxEvents: 10_000 })
      const streamed = [
        ...events
          .toSorted((a, b) => compareOrdinals(a.at, b.at))
          .flatMap((each) => [...machine.advance(each.at.timeMs - 1), ...machine.push(each)]),
        ...machine.advance(1_000),
      ]
      expect(listed(streamed)).toEqual(listed(matchSequences(plan, events)))
    }),
    { numRuns: 2000 },
  )
})

function listed(
  matches: readonly SequenceMatch<{ readonly sequence: number }>[],
): readonly string[] {
  return matches
    .map(({ key, slots }) => canonicalJson([key.text, slots.map((one) => one?.sequence ?? -1)]))
    .toSorted()
}
