import { holding, type Held } from './held.ts'
import { compareKeys, type JoinKey } from './join-keys.ts'
import { compareOrdinals } from './ordinal.ts'
import type { SequenceMatch, SequenceShape, StagedEvent } from './sequence-match.ts'
import { rolesOf, slotsOf } from './stage-roles.ts'

/** Finds sequences in events as they come. */
export interface SequenceMachine<E> {
  /**
   * Takes an event; gives the sequences that it completes, by key. Events come in their order: one that
   * comes after a later event of its key may go without effect, but never leads back in time.
   */
  push(event: StagedEvent<E>): readonly SequenceMatch<E>[]
  /**
   * Says that every event up to `nowMs`, inclusive, has been given: gives the sequences that only waited for
   * nothing to happen, by the place of their last event, then by key, and forgets those whose span is over.
   * An earlier `nowMs` than before does nothing.
   */
  advance(nowMs: number): readonly SequenceMatch<E>[]
  /** Forgets what was begun under a key. */
  forget(key: JoinKey): void
  counts(): SequenceCounts
  /** All that it remembers, to go on from later. */
  state(): SequenceState<E>
}

/** What a machine holds, and what it had to leave out. */
export interface SequenceCounts {
  readonly heldEvents: number
  /** Sequences, and memories of events that none may have before it, forgotten to make room: the oldest first. */
  readonly evicted: number
  /** Events with more key values than one document may have; they took part under the first of them. */
  readonly cutEvents: number
}

/** What a machine remembers, as plain data: JSON if the events are. */
export interface SequenceState<E> {
  readonly nowMs: number
  readonly evicted: number
  readonly cutEvents: number
  /** From what was touched longest ago to the latest. */
  readonly held: readonly Held<E>[]
}

/**
 * A machine for one plan. It holds at most `maxEvents` events, those of all sequences together, and so
 * forgets whatever was touched longest ago; a sequence of more stages than that is never completed.
 */
export function sequenceMachine<E>(
  shape: SequenceShape,
  { maxEvents, from }: { readonly maxEvents: number; readonly from?: SequenceState<E> },
): SequenceMachine<E> {
  const { positive, leading, trailing, between } = rolesOf(shape)
  const { maxSpanMs = Number.POSITIVE_INFINITY } = shape
  const held = holding<E>()
  let { nowMs, evicted, cutEvents } = from ?? { nowMs: 0, evicted: 0, cutEvents: 0 }
  for (const each of from?.held ?? []) held.keep(each)

  /** The sequence that an event begins, or the latest before it that it takes from those that wait. */
  const extended = (event: StagedEvent<E>, key: JoinKey, count: number): Held<E> | undefined => {
    const { at } = event
    if (count === 0) {
      const before = held.waiting(key, 0)
      return {
        key,
        events: [event.event],
        firstMs: at.timeMs,
        lastAt: at,
        isDisturbed: false,
        seenMs: Math.max(at.timeMs, nowMs),
        ...(before === undefined || !isBefore(before, event) ? {} : { beforeMs: before.firstMs }),
      }
    }
    const sequence = held.waiting(key, count)
    if (sequence === undefined || !isBefore(sequence, event)) return undefined
    held.forget(sequence)
    if (at.timeMs - sequence.firstMs > maxSpanMs) return undefined
    return { ...sequence, events: [...sequence.events, event.event], lastAt: at }
  }

  /** A sequence with all its events: told at once, or when nothing can undo it any more. */
  const finish = (sequence: Held<E>): readonly SequenceMatch<E>[] => {
    const { beforeMs, firstMs, lastAt } = sequence
    if (sequence.isDisturbed) return []
    if (trailing.length === 0) {
      return beforeMs !== undefined && lastAt.timeMs - beforeMs <= maxSpanMs
        ? []
        : [matchOf(sequence)]
    }
    const fromMs = leading.length === 0 ? firstMs : beforeMs
    if (fromMs === undefined) return [matchOf(sequence)]
    held.keep({ ...sequence, endMs: fromMs + maxSpanMs })
    return []
  }

  const matchOf = ({ key, events, firstMs, lastAt }: Held<E>): SequenceMatch<E> => {
    return { key, slots: slotsOf(shape, events), events, firstMs, lastAt }
  }

  const disturb = (event: StagedEvent<E>): void => {
    for (const [n, stages] of between.entries()) {
      for (const key of keysIn(event, stages)) {
        const sequence = held.waiting(key, n + 1)
        if (sequence === undefined || sequence.isDisturbed || !isBefore(sequence, event)) continue
        held.replace(sequence, { ...sequence, isDisturbed: true })
      }
    }
    for (const key of keysIn(event, trailing)) {
      for (const sequence of held.finished(key)) {
        const { endMs = 0 } = sequence
        if (isBefore(sequence, event) && event.at.timeMs <= endMs) held.forget(sequence)
      }
    }
    for (const key of keysIn(event, leading)) held.keep(beforeOf(event, key))
  }

  const beforeOf = ({ at }: StagedEvent<E>, key: JoinKey): Held<E> => {
    const seenMs = Math.max(at.timeMs, nowMs)
    return { key, events: [], firstMs: at.timeMs, lastAt: at, isDisturbed: false, seenMs }
  }

  /** An until event ends what was begun at it, too: it comes after all that it may itself complete. */
  const end = (event: StagedEvent<E>): void => {
    for (const key of event.untilKeys) {
      for (let count = 1; count < positive.length; count++) {
        const sequence = held.waiting(key, count)
        if (sequence !== undefined && compareOrdinals(sequence.lastAt, event.at) <= 0) {
          held.forget(sequence)
        }
      }
    }
  }

  const makeRoom = (): void => {
    for (let oldest = held.oldest(); oldest !== undefined; oldest = held.oldest()) {
      if (held.eventCount() <= maxEvents) return
      held.forget(oldest)
      evicted++
    }
  }

  return {
    push(event) {
      const matches: SequenceMatch<E>[] = []
      if (event.isCut) cutEvents++
      // From the last stage to the first: no event plays two parts in one sequence.
      for (let count = positive.length - 1; count >= 0; count--) {
        for (const key of event.keysByStage[positive[count] ?? 0] ?? []) {
          const sequence = extended(event, key, count)
          if (sequence === undefined) continue
          if (count + 1 === positive.length) matches.push(...finish(sequence))
          else held.keep(sequence)
        }
      }
      disturb(event)
      end(event)
      makeRoom()
      return matches
    },
    advance(toMs) {
      if (toMs <= nowMs) return []
      nowMs = toMs
      const due = held.due(nowMs)
      for (const each of due) held.forget(each)
      for (let oldest = held.oldest(); oldest !== undefined; oldest = held.oldest()) {
        if (oldest.seenMs + maxSpanMs >= nowMs) break
        held.forget(oldest)
      }
      return due
        .toSorted((a, b) => compareOrdinals(a.lastAt, b.lastAt) || compareKeys(a.key, b.key))
        .map(matchOf)
    },
    forget(key) {
      for (let count = 0; count < positive.length; count++) {
        const sequence = held.waiting(key, count)
        if (sequence !== undefined) held.forget(sequence)
      }
      for (const sequence of held.finished(key)) held.forget(sequence)
    },
    counts: () => ({ heldEvents: held.eventCount(), evicted, cutEvents }),
    state: () => ({ nowMs, evicted, cutEvents, held: held.all() }),
  }
}

function isBefore(held: Held<unknown>, event: StagedEvent<unknown>): boolean {
  return compareOrdinals(held.lastAt, event.at) < 0
}

/** The keys under which an event satisfies any of some stages; one may come twice. */
function keysIn(event: StagedEvent<unknown>, stages: readonly number[]): readonly JoinKey[] {
  return stages.flatMap((stage) => event.keysByStage[stage] ?? [])
}
