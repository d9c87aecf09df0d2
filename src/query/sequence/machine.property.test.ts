import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arrivals } from './arrivals.ts'
import { matchSequences } from './batch.ts'
import { joinKey, type JoinKey } from './join-keys.ts'
import { sequenceMachine, type SequenceMachine, type SequenceState } from './machine.ts'
import { compareOrdinals } from './ordinal.ts'
import type { SequenceMatch, SequenceShape, StagedEvent } from './sequence-match.ts'

type Staged = StagedEvent<number>

const maxEvents = 1_000

const shapes: fc.Arbitrary<SequenceShape> = fc
  .record({
    stages: fc.array(fc.record({ isMissing: fc.boolean() }), { minLength: 1, maxLength: 5 }),
    maxSpanMs: fc.integer({ min: 0, max: 12 }),
    isOpen: fc.boolean(),
  })
  .filter(({ stages }) => stages.some(({ isMissing }) => !isMissing))
  .map(({ stages, maxSpanMs, isOpen }) =>
    isOpen && stages.every(({ isMissing }) => !isMissing) ? { stages } : { stages, maxSpanMs },
  )

const someKeys: fc.Arbitrary<readonly JoinKey[]> = fc
  .subarray(['k', 'l'])
  .map((values) => values.map((value) => joinKey([value])))

/** Events as they arrive: by time, so that the machine's clock never runs ahead; ties as they come. */
const streams: fc.Arbitrary<readonly Staged[]> = fc
  .array(
    fc.record({
      timeMs: fc.integer({ min: 1, max: 40 }),
      tiebreaker: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
      keysByStage: fc.array(someKeys, { minLength: 5, maxLength: 5 }),
      untilKeys: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, someKeys),
    }),
    { maxLength: 30 },
  )
  .map((events) =>
    events.map(({ timeMs, tiebreaker, keysByStage, untilKeys }, position) => ({
      event: position,
      at: { timeMs, position, ...(tiebreaker === undefined ? {} : { tiebreaker }) },
      keysByStage,
      untilKeys,
      isCut: false,
    })),
  )

/** A plan has no more stages than its shape, whatever the event says. */
function within(shape: SequenceShape, events: readonly Staged[]): readonly Staged[] {
  return events.map((event) => ({
    ...event,
    keysByStage: event.keysByStage.slice(0, shape.stages.length),
  }))
}

function inOrder(events: readonly Staged[]): readonly Staged[] {
  return events.toSorted((a, b) => compareOrdinals(a.at, b.at))
}

function run(machine: SequenceMachine<number>, events: readonly Staged[]): SequenceMatch<number>[] {
  return events.flatMap((event) => [
    ...machine.advance(event.at.timeMs - 1),
    ...machine.push(event),
  ])
}

/** As the batch machine lists them. */
function listed(matches: readonly SequenceMatch<number>[]): readonly string[] {
  return matches
    .toSorted((a, b) => compareOrdinals(a.lastAt, b.lastAt) || (a.key.text < b.key.text ? -1 : 1))
    .map(({ key, slots, firstMs }) => JSON.stringify([key.values, slots, firstMs]))
}

test('the streaming machine finds what the batch machine finds', () => {
  fc.assert(
    fc.property(shapes, streams, (shape, stream) => {
      const events = within(shape, stream)
      const machine = sequenceMachine<number>(shape, { maxEvents })
      const found = [...run(machine, inOrder(events)), ...machine.advance(1_000)]
      expect(listed(found)).toEqual(listed(matchSequences(shape, events)))
    }),
    { numRuns: 3_000 },
  )
})

test('at any moment the streaming machine has told what the batch machine can be sure of', () => {
  fc.assert(
    fc.property(shapes, streams, fc.integer({ min: 1, max: 60 }), (shape, stream, nowMs) => {
      const events = within(shape, stream).filter(({ at }) => at.timeMs <= nowMs)
      const machine = sequenceMachine<number>(shape, { maxEvents })
      const found = [...run(machine, inOrder(events)), ...machine.advance(nowMs)]
      expect(listed(found)).toEqual(listed(matchSequences(shape, events, { nowMs })))
    }),
    { numRuns: 1_000 },
  )
})

test('events that arrive shuffled, but not too late, make the same sequences', () => {
  const settleMs = 5
  const delays = fc.array(fc.integer({ min: 0, max: settleMs }), { minLength: 30, maxLength: 30 })
  fc.assert(
    fc.property(shapes, streams, delays, (shape, stream, delayMs) => {
      const events = within(shape, stream)
      const machine = sequenceMachine<number>(shape, { maxEvents })
      const waiting = arrivals<Staged>({ settleMs, maxEvents })
      const found: SequenceMatch<number>[] = []
      for (let nowMs = 1; nowMs <= 60; nowMs++) {
        const arriving = events.filter(
          ({ at, event }) => at.timeMs + (delayMs[event] ?? 0) === nowMs,
        )
        for (const event of arriving) waiting.add(event)
        found.push(...run(machine, waiting.settled(nowMs)))
        found.push(...machine.advance(nowMs - settleMs))
      }
      found.push(...machine.advance(1_000))
      expect(waiting.counts()).toEqual({ waiting: 0, late: 0, hurried: 0 })
      expect(listed(found)).toEqual(listed(matchSequences(shape, events)))
    }),
    { numRuns: 1_000 },
  )
})

test('a machine that goes on from its state finds what one finds that was never interrupted', () => {
  fc.assert(
    fc.property(shapes, streams, fc.nat(30), (shape, stream, at) => {
      const events = inOrder(within(shape, stream))
      const first = sequenceMachine<number>(shape, { maxEvents })
      const before = run(first, events.slice(0, at))
      const from: SequenceState<number> = JSON.parse(JSON.stringify(first.state()))
      const second = sequenceMachine<number>(shape, { maxEvents, from })
      const after = [...run(second, events.slice(at)), ...second.advance(1_000)]
      const whole = sequenceMachine<number>(shape, { maxEvents })
      const uninterrupted = [...run(whole, events), ...whole.advance(1_000)]
      expect([...before, ...after]).toEqual(uninterrupted)
      expect(second.state()).toEqual(whole.state())
    }),
    { numRuns: 1_000 },
  )
})

test('a machine with little room never holds more, and finds nothing that is not there', () => {
  const room = 5
  fc.assert(
    fc.property(shapes, streams, (shape, stream) => {
      // Forgotten disturbances would let sequences pass that one with more room withholds.
      const stages = shape.stages.filter(({ isMissing }) => !isMissing)
      const events = inOrder(within({ stages }, stream))
      const machine = sequenceMachine<number>({ ...shape, stages }, { maxEvents: room })
      const found = events.flatMap((event) => {
        const matches = machine.push(event)
        expect(machine.counts().heldEvents).toBeLessThanOrEqual(room)
        return matches
      })
      const all = new Set(listed(matchSequences({ ...shape, stages }, events)))
      expect(listed(found).filter((each) => !all.has(each))).toEqual([])
      if (machine.counts().evicted === 0) expect(found).toHaveLength(all.size)
    }),
    { numRuns: 1_000 },
  )
})
