import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ecsCatalogue } from '#event'
import { compileFilter } from '../match/compile.ts'
import { lucene } from './lucene.ts'

/** Texts of the grammar's own pieces: far more likely to parse, and to fail late, than random characters. */
const pieces = fc
  .array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom(
          'a',
          'process.name:',
          'user.id:',
          ' ',
          '(',
          ')',
          ' AND ',
          ' OR ',
        ),
      },
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          'b c',
          'NOT ',
          '-',
          '+',
          '!',
          '&&',
          ' || ',
          '*',
          '?',
          '"x y"',
          '"',
          '/a+/',
          '/',
          ':',
          '[1 TO 2]',
          '{a TO *}',
          '[',
          ']',
          'TO',
          '>5',
          '<=',
          '_exists_:',
          '*:*',
          'book.\\*:',
          '~',
          '~2',
          '^',
          '^3',
          '\\',
          '\\"',
          '\\ ',
          '\\u0041',
          '\\u',
          'and',
          '0',
          '/~(b)&@/',
          '\n',
          '\u3000',
          'é',
          '\ud83d\ude00',
          '\ud800',
          '\u0000',
          '@timestamp:now-1d',
          '=',
        ),
      },
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''))
const text = fc.oneof(
  { weight: 3, arbitrary: pieces },
  fc.string({ unit: 'binary', maxLength: 60 }),
)

const context = { fields: ecsCatalogue(), nowMs: 0 }

test('no text makes the parser, the check or the matcher throw', () => {
  fc.assert(
    fc.property(text, (query) => {
      const plan = lucene.parse(query)
      lucene.check(query, context.fields)
      if (plan.ok) compileFilter(plan.value, context)({ a: 'x', process: { name: ['sh'] } })
    }),
    { numRuns: 3000 },
  )
})

test('what parses is printed as Lucene that parses to the same plan', () => {
  fc.assert(
    fc.property(text, (query) => {
      const plan = lucene.parse(query)
      if (plan.ok)
        expect(lucene.parse(lucene.format(plan.value)), lucene.format(plan.value)).toEqual(plan)
    }),
    { numRuns: 8000 },
  )
})

test('every diagnostic lies within its text, and a patch of an error changes the text', () => {
  fc.assert(
    fc.property(text, (query) => {
      for (const { span, patch, message, severity } of lucene.check(query, context.fields)) {
        expect(span.start).toBeGreaterThanOrEqual(0)
        expect(span.end).toBeGreaterThanOrEqual(span.start)
        expect(span.end).toBeLessThanOrEqual(query.length)
        expect(message).not.toBe('')
        if (patch !== undefined && severity === 'error') {
          expect(query.slice(0, span.start) + patch + query.slice(span.end)).not.toBe(query)
        }
      }
    }),
    { numRuns: 3000 },
  )
})
