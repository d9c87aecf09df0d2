import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkRegexp, compileRegexp } from './compile.ts'
import { evaluateRegexp } from './evaluate.ts'

/** Expressions that parse, small enough for the slow reading. */
const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    {
      weight: 3,
      arbitrary: fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '\\D', '@', '#'),
    },
    { weight: 1, arbitrary: fc.constantFrom('"ab"', '<1-12>', '<00-11>', '()', '\u{1f600}', 'A') },
    {
      weight: 3,
      arbitrary: fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `${a}${b}`),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(tie('pattern'), fc.constantFrom('|', '&'), tie('pattern'))
        .map(([a, operator, b]) => `(${a}${operator}${b})`),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(tie('pattern'), fc.constantFrom('?', '*', '+', '{2}', '{1,3}', '{2,}', '{0}'))
        .map(([a, count]) => `(${a})${count}`),
    },
    { weight: 1, arbitrary: tie('pattern').map((a) => `~(${a})`) },
  ),
}))
const text = fc
  .array(fc.constantFrom('a', 'b', 'A', '1', '2', '0', ' ', '\n', '\u{1f600}', '\ud800'), {
    maxLength: 7,
  })
  .map((parts) => parts.join(''))

test('the compiled expression and the slow reading give one answer', () => {
  fc.assert(
    fc.property(
      pattern,
      fc.array(text, { maxLength: 6 }),
      fc.boolean(),
      (wanted, texts, caseless) => {
        const compiled = compileRegexp(wanted, { caseless })
        if (!compiled.ok) return expect(compiled.error.code).toBe('regexp.too-complex')
        for (const each of texts) {
          expect(compiled.value(each), each).toBe(evaluateRegexp(wanted, each, { caseless }))
        }
      },
    ),
    { numRuns: 1500 },
  )
})

test('a range of numbers matches exactly the numbers in it', () => {
  const bound = fc.integer({ min: 0, max: 12_000 })
  fc.assert(
    fc.property(bound, bound, bound, fc.nat(2), (a, b, number, zeros) => {
      const compiled = compileRegexp(`<${a}-${b}>`)
      const digits = `${'0'.repeat(zeros)}${number}`
      const inside = number >= Math.min(a, b) && number <= Math.max(a, b)
      const isFixed = String(a).length === String(b).length
      const expected = inside && (!isFixed || digits.length === String(a).length)
      expect(compiled.ok && compiled.value(digits)).toBe(expected)
    }),
    { numRuns: 2000 },
  )
})

test('no text makes the parser or the compiler throw, and every diagnostic lies within its text', () => {
  const pieces = fc
    .array(
      fc.constantFrom(...'ab.?*+|&~#@<>-{}[]()^$"\\,19 \u00e9', '\u{1f600}', '{2,3}', '<1-9>'),
      {
        maxLength: 16,
      },
    )
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 40 })), (wanted) => {
      for (const { span, message } of checkRegexp(wanted)) {
        expect(span.start).toBeGreaterThanOrEqual(0)
        expect(span.end).toBeGreaterThanOrEqual(span.start)
        expect(span.end).toBeLessThanOrEqual(wanted.length)
        expect(message).not.toBe('')
      }
      const compiled = compileRegexp(wanted)
      if (compiled.ok) compiled.value('ab1 ')
    }),
    { numRuns: 3000 },
  )
})
