import { expect, test } from 'vitest'
import { diffLines, type DiffHunk } from './diff-lines.ts'

const same = (count: number): DiffHunk => {
  const texts = Array.from({ length: count }, (_, at) => `line ${at}`)
  return { kind: 'same', base: texts, yours: texts, new: texts }
}
const told = (hunks: readonly DiffHunk[]) =>
  diffLines(hunks).map(({ kind, text }) => `${kind} ${text}`)

test('a change is shown with three lines around it, and what is left out is counted', () => {
  const change: DiffHunk = {
    kind: 'yours',
    base: ['a'],
    yours: ['b'],
    new: ['a'],
  }
  expect(told([same(10), change, same(10)])).toEqual([
    'skipped 7 lines are the same',
    'same line 7',
    'same line 8',
    'same line 9',
    'removed a',
    'added b',
    'same line 0',
    'same line 1',
    'same line 2',
    'skipped 7 lines are the same',
  ])
})

test('what an import offers stands beside what is there', () => {
  expect(told([{ kind: 'new', base: ['a'], yours: ['a'], new: ['c'] }])).toEqual([
    'same a',
    'offered c',
  ])
  expect(told([{ kind: 'conflict', base: ['a'], yours: ['b'], new: ['c'] }])).toEqual([
    'removed a',
    'added b',
    'offered c',
  ])
})
