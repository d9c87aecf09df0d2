import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileSearch } from './search.ts'

/** What the engine of JavaScript finds, where expressions are small enough for it. */

const piece = fc.constantFrom(
  'a',
  'b',
  '.',
  '[ab]',
  '[^a]',
  '\\d',
  '\\w',
  '\\b',
  '^',
  '$',
  '1',
  'é',
)
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4 },
    piece,
    fc.tuple(tie('expression'), tie('expression')).map((parts) => parts.join('')),
    fc.tuple(tie('expression'), tie('expression')).map((parts) => `(?:${parts.join('|')})`),
    tie('expression').map((of) => `(${of})`),
    fc
      .tuple(
        fc.constantFrom('a', 'b', '.', '[ab]', '(?:ab|a)', '(?:a|1b)'),
        fc.constantFrom('*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}', '{1,}?'),
      )
      .map((parts) => parts.join('')),
  ),
}))
// None of two UTF-16 units: of those V8 loses some matches before a $, such as of /[^a]a$/u in "😀a".
const text = fc.string({ unit: fc.constantFrom('a', 'b', '1', ' ', 'é'), maxLength: 12 })

test('finds what a backtracking engine finds first, and the same groups', () => {
  let found = 0
  fc.assert(
    fc.property(expression, text, (pattern, sought) => {
      const search = compileSearch(pattern)
      expect(search.ok).toBe(true)
      if (!search.ok) return
      const match = new RegExp(pattern, 'u').exec(sought)
      const ours = search.value.find(sought)
      expect(ours?.start).toBe(match?.index)
      expect(ours?.groups).toEqual(match === null ? undefined : [...match])
      if (match !== null) found++
    }),
    { numRuns: 5_000 },
  )
  expect(found).toBeGreaterThan(1_000)
})

test('a character is a code point', () => {
  const search = compileSearch('[^a]a$')
  expect(search.ok && search.value.find('x😀a')).toEqual({ start: 1, end: 4, groups: ['😀a'] })
})

test('an expression that explodes elsewhere takes no longer than its text', () => {
  const search = compileSearch('(?:a+)+$')
  expect(search.ok && search.value.find(`${'a'.repeat(2_000)}b`)).toBe(undefined)
})

test.each([
  ['(?=a)', 'groups that look ahead or behind, or are atomic, are not known'],
  ['(?>a)', 'groups that look ahead or behind, or are atomic, are not known'],
  ['(a)\\1', 'references back to a group are not known'],
  ['a++', 'possessive repetitions are not known'],
  ['(a', 'this ( is never closed'],
  ['a)', 'this ) was never opened'],
  ['[a', 'this [ is never closed'],
  ['*a', 'there is nothing to repeat'],
  ['a{2,1}', 'the counts are reversed'],
  ['(?:a{1000}){1000}', 'the expression is too large; lower the counts in braces'],
])('%s is refused', (pattern, message) => {
  const search = compileSearch(pattern)
  expect(search.ok ? undefined : search.error.message).toBe(message)
})

test('replaces every place, with groups put in', () => {
  const search = compileSearch('(\\w+)@(\\w+)')
  expect(search.ok && search.value.replace('a@b, c@d', '$2 \\$ ${1}')).toBe('b $ a, d $ c')
})
