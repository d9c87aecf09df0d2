import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ecsCatalogue } from '#event'
import { compileFilter } from '../match/compile.ts'
import { toKueryAst } from './ast-json.ts'
import { kuery } from './kuery.ts'

/** Texts of the grammar's own pieces: far more likely to parse, and to fail late, than random characters. */
const pieces = fc
  .array(
    fc.constantFrom(
      'a',
      'process.name',
      'b c',
      ' ',
      '\n',
      '\u00a0',
      ':',
      ' : ',
      '(',
      ')',
      '{',
      '}',
      '"',
      '"x y"',
      '"\\""',
      '*',
      '**',
      ' and ',
      ' or ',
      'not ',
      ' not ',
      'AND',
      'Or',
      'knot',
      'null',
      'true',
      '\\',
      '\\n',
      '\\not ',
      '\\or',
      '\\(',
      '\\u0041',
      '\\u00',
      '>',
      '<=',
      ' < ',
      '5',
      '-1',
      '?',
      "'",
      ',',
      'é',
      '\ud83d\ude00',
      '\ud800',
      '\u0000',
      '@timestamp',
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''))
const text = fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 60 }))

const context = { fields: ecsCatalogue(), nowMs: 0 }

test('no text makes the parser, the check or the matcher throw', () => {
  fc.assert(
    fc.property(text, (query) => {
      const plan = kuery.parse(query)
      kuery.check(query, context.fields)
      expect(toKueryAst(query).ok || !plan.ok).toBe(true)
      if (plan.ok) compileFilter(plan.value, context)({ a: 'x', process: { name: ['sh'] } })
    }),
    { numRuns: 4000 },
  )
})

test('what parses is printed as KQL that parses to the same plan', () => {
  fc.assert(
    fc.property(text, (query) => {
      const plan = kuery.parse(query)
      if (plan.ok)
        expect(kuery.parse(kuery.format(plan.value)), kuery.format(plan.value)).toEqual(plan)
    }),
    { numRuns: 5000 },
  )
})

test('every diagnostic lies within its text, and a patch changes the text', () => {
  fc.assert(
    fc.property(text, (query) => {
      for (const { span, patch, message, severity } of kuery.check(query, context.fields)) {
        expect(span.start).toBeGreaterThanOrEqual(0)
        expect(span.end).toBeGreaterThanOrEqual(span.start)
        expect(span.end).toBeLessThanOrEqual(query.length)
        expect(message).not.toBe('')
        if (patch !== undefined && severity === 'error') {
          expect(query.slice(0, span.start) + patch + query.slice(span.end)).not.toBe(query)
        }
      }
    }),
    { numRuns: 4000 },
  )
})
