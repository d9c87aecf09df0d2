import { expect, test } from 'vitest'
import { matchSequences } from './batch.ts'
import { joinKey } from './join-keys.ts'
import { throughPipes } from './pipes.ts'
import { matchSamples } from './sample.ts'
import type { SequenceShape, StagedEvent } from './sequence-match.ts'

const key = joinKey([])
const three: SequenceShape = { stages: Array.from({ length: 3 }, () => ({ isMissing: false })) }
const two: SequenceShape = { stages: three.stages.slice(1) }
const gap: SequenceShape = {
  stages: [{ isMissing: false }, { isMissing: true }, { isMissing: false }],
  maxSpanMs: 10,
}

/** An event named by its stages and time (`ab3`: stages 0 and 1, at 3); `u` is until. */
function event(text: string, position = Number(text.replace(/\D/g, ''))): StagedEvent<string> {
  return {
    event: text,
    at: { timeMs: Number(text.replace(/\D/g, '')), position },
    keysByStage: ['a', 'b', 'c'].map((stage) => (text.includes(stage) ? [key] : [])),
    untilKeys: text.includes('u') ? [key] : [],
    isCut: false,
  }
}

function found(shape: SequenceShape, events: string, nowMs?: number): readonly string[] {
  const staged = events.split(' ').map((each, n) => event(each, n))
  const matches = matchSequences(shape, staged, nowMs === undefined ? {} : { nowMs })
  return matches.map(({ slots }) => slots.map((slot) => slot ?? '-').join(' '))
}

test('the latest start wins, and the ones before it die with it', () => {
  expect(found(two, 'a1 a2 b3 b4')).toEqual(['a2 b3'])
  expect(found(three, 'a1 b2 c3 b4 c6')).toEqual(['a1 b2 c3'])
})

test('an event may end one sequence and begin the next', () => {
  expect(found(two, 'ab1 ab2 ab3')).toEqual(['ab1 ab2', 'ab2 ab3'])
})

test('the span counts from the first event to the last, its end included', () => {
  expect(found({ ...two, maxSpanMs: 5 }, 'a1 b6')).toEqual(['a1 b6'])
  expect(found({ ...two, maxSpanMs: 5 }, 'a1 b7')).toEqual([])
})

test('an until event ends what was begun at or before it, and not the event that it is itself', () => {
  expect(found(two, 'a1 u2 b3')).toEqual([])
  expect(found(two, 'au1 b3')).toEqual([])
  expect(found(two, 'a1 bu3')).toEqual(['a1 bu3'])
})

test('events of the same time stand as they arrived', () => {
  expect(found(two, 'a1 b1')).toEqual(['a1 b1'])
  expect(found(two, 'b1 a1')).toEqual([])
})

test('an event where none may stand undoes the sequence around it, which stays used up', () => {
  expect(found(gap, 'a1 c2')).toEqual(['a1 - c2'])
  expect(found(gap, 'a1 b2 c3 c4')).toEqual([])
  expect(found(gap, 'a1 bc2')).toEqual(['a1 - bc2'])
})

test('a missing event at the end is known to be missing once the span is over', () => {
  const end: SequenceShape = {
    stages: [{ isMissing: false }, { isMissing: false }, { isMissing: true }],
    maxSpanMs: 10,
  }
  expect(found(end, 'a1 b2', 10)).toEqual([])
  expect(found(end, 'a1 b2', 11)).toEqual(['a1 b2 -'])
  expect(found(end, 'a1 b2 c11')).toEqual([])
  expect(found(end, 'a1 b2 c12')).toEqual(['a1 b2 -'])
})

test('missing events at both ends undo only together', () => {
  const both: SequenceShape = {
    stages: [{ isMissing: true }, { isMissing: false }, { isMissing: true }],
    maxSpanMs: 10,
  }
  expect(found(both, 'a1 b5')).toEqual(['- b5 -'])
  expect(found(both, 'b5 c6')).toEqual(['- b5 -'])
  expect(found(both, 'a1 b5 c11')).toEqual([])
  expect(found(both, 'a1 b5 c12')).toEqual(['- b5 -'])
})

test('pipes keep the first or the last, in their order, and a size the last of that', () => {
  const head = { kind: 'head', count: 3 } as const
  expect(throughPipes([1, 2, 3, 4], [head, { kind: 'tail', count: 2 }])).toEqual([2, 3])
  expect(throughPipes([1, 2, 3, 4], [head], 1)).toEqual([3])
})

test('a sample takes another event for each stage, and none where there are too few', () => {
  const sample = (events: readonly string[]) =>
    matchSamples(3, events.map(event)).map((match) => match.events)
  expect(sample(['ab1', 'a2', 'bc3', 'ab4'])).toEqual([['ab1', 'ab4', 'bc3']])
  expect(sample(['abc1', 'abc2'])).toEqual([])
})
