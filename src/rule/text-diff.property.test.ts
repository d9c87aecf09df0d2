import fc from 'fast-check'
import { expect, test } from 'vitest'
import { threeWayDiff } from './text-diff.ts'

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 })
  .map((lines) => lines.join('\n'))

test('the stretches of a diff put together are the three texts again', () => {
  fc.assert(
    fc.property(text, text, text, (base, yours, next) => {
      const hunks = threeWayDiff(base, yours, next)
      expect(hunks.flatMap((hunk) => hunk.base).join('\n')).toBe(base)
      expect(hunks.flatMap((hunk) => hunk.yours).join('\n')).toBe(yours)
      expect(hunks.flatMap((hunk) => hunk.new).join('\n')).toBe(next)
    }),
    { numRuns: 500 },
  )
})

test('what only one side changed is no conflict', () => {
  fc.assert(
    fc.property(text, text, (base, yours) => {
      const kinds = new Set(threeWayDiff(base, yours, base).map(({ kind }) => kind))
      expect([...kinds].every((kind) => kind === 'same' || kind === 'yours')).toBe(true)
    }),
  )
})

test('changes of both sides at different lines stay apart, at one line they conflict', () => {
  const kinds = (yours: string, next: string) =>
    threeWayDiff('a\nb\nc\nd\ne', yours, next).map(({ kind }) => kind)
  expect(kinds('a\nB\nc\nd\ne', 'a\nb\nc\nD\ne')).toEqual(['same', 'yours', 'same', 'new', 'same'])
  expect(kinds('a\nB\nc\nd\ne', 'a\nX\nc\nd\ne')).toEqual(['same', 'conflict', 'same'])
  expect(kinds('a\nB\nc\nd\ne', 'a\nB\nc\nd\ne')).toEqual(['same', 'both', 'same'])
})
