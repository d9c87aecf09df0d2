import { expect, test } from 'vitest'
import { joinKey } from './join-keys.ts'
import { sequenceMachine } from './machine.ts'
import type { SequenceShape, StagedEvent } from './sequence-match.ts'

const two: SequenceShape = { stages: [{ isMissing: false }, { isMissing: false }], maxSpanMs: 100 }

/** An event of one stage, under one key. */
function event(stage: number, key: string, timeMs: number): StagedEvent<string> {
  const keys = [joinKey([key])]
  return {
    event: `${key}${timeMs}`,
    at: { timeMs, position: timeMs },
    keysByStage: [0, 1, 2].map((each) => (each === stage ? keys : [])),
    untilKeys: [],
    isCut: false,
  }
}

test('what was touched longest ago goes first when there is no more room, and is counted', () => {
  const machine = sequenceMachine<string>(two, { maxEvents: 2 })
  for (const [n, key] of ['a', 'b', 'a', 'c'].entries()) machine.push(event(0, key, n))
  expect(machine.counts()).toEqual({ heldEvents: 2, evicted: 1, cutEvents: 0 })
  const found = ['a', 'b', 'c'].flatMap((key, n) => machine.push(event(1, key, 10 + n)))
  expect(found.map(({ events }) => events)).toEqual([
    ['a2', 'a10'],
    ['c3', 'c12'],
  ])
})

test('time passing without events empties the machine, and nothing counts as forgotten for want of room', () => {
  const machine = sequenceMachine<string>(two, { maxEvents: 10 })
  machine.push(event(0, 'a', 5))
  machine.advance(105)
  expect(machine.counts().heldEvents).toBe(1)
  machine.advance(106)
  expect(machine.counts()).toEqual({ heldEvents: 0, evicted: 0, cutEvents: 0 })
})

test('an event with a time far ahead does not end what others have begun', () => {
  const machine = sequenceMachine<string>(two, { maxEvents: 10 })
  machine.push(event(0, 'a', 5))
  machine.push(event(0, 'b', 1_000_000))
  expect(machine.push(event(1, 'a', 6))).toHaveLength(1)
})

test('events that arrive long after their time still make their sequence', () => {
  const machine = sequenceMachine<string>(two, { maxEvents: 10 })
  machine.advance(1_000_000)
  machine.push(event(0, 'a', 5))
  machine.advance(1_000_050)
  expect(machine.push(event(1, 'a', 6))).toHaveLength(1)
})

test('a sequence that ends with a missing event is told when its span is over', () => {
  const end: SequenceShape = { ...two, stages: [...two.stages, { isMissing: true }] }
  const machine = sequenceMachine<string>(end, { maxEvents: 10 })
  const complete = [event(0, 'a', 1), event(1, 'a', 2), event(0, 'b', 3), event(1, 'b', 4)]
  expect(complete.flatMap((each) => machine.push(each))).toEqual([])
  machine.push(event(2, 'b', 103))
  expect(machine.advance(100)).toEqual([])
  expect(machine.advance(101).map(({ slots }) => slots)).toEqual([['a1', 'a2', undefined]])
  expect(machine.advance(10_000)).toEqual([])
})
