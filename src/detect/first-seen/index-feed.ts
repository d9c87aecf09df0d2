import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FieldCatalogue } from '#event'
import type { AcceptedEvent, EventStore } from '#store'
import { everyEvent } from './every-event.ts'
import { learningGroup, type Learner } from './learning-group.ts'

/** What indexes are fed from. */
export type FedStore = Pick<EventStore, 'search' | 'sequences'>

/**
 * Keeps indexes up with the store. Events that are offered are learnt in the order of their sequences;
 * what was not offered, or came when too many waited, is read from the store before anybody is answered.
 */
export interface IndexFeed {
  /** Takes events that the store has accepted. Never waits. */
  offer(events: readonly AcceptedEvent[]): void
  /** From now on this index learns every event above {@link IndexFeed.position}, which it gives. */
  attach(index: Learner): number
  detach(index: Learner): void
  /** All attached indexes have learnt everything up to this sequence. */
  position(): number
  /** Events of the store that the indexes have not learnt. */
  behind(): number
  /** Resolves once the indexes have learnt what the store holds now. Faults: those of the store. */
  catchUp(): Promise<void>
  /** Resolves once nothing offered waits. */
  idle(): Promise<void>
}

/** Offered events that wait at most; then all are forgotten, and read from the store. */
const maxWaiting = 20_000

/** What was just stored is about to be offered: so many turns are waited for it. */
const offerTurns = 4

/** Events learnt between two turns of everything else. */
const turnEvents = 256

/** A feed from a store; `learnt` is called when some events were learnt, and may detach indexes. */
export function indexFeed(
  events: FedStore,
  { fields, learnt }: { readonly fields: FieldCatalogue; readonly learnt: () => void },
): IndexFeed {
  const attached = learningGroup(fields)
  const waiting = new Map<number, AcceptedEvent>()
  let position = 0
  let working: Promise<void> = Promise.resolve()
  let isDraining = false

  const take = (batch: readonly AcceptedEvent[]): void => {
    attached.learn(batch)
    position = batch.at(-1)?.sequence ?? position
    learnt()
  }

  /** What waits next in unbroken order, some of it. */
  const nextInOrder = (): readonly AcceptedEvent[] => {
    const batch: AcceptedEvent[] = []
    for (let at = position + 1; batch.length < turnEvents; at++) {
      const event = waiting.get(at)
      if (event === undefined) break
      waiting.delete(at)
      batch.push(event)
    }
    return batch
  }

  const drain = async (): Promise<void> => {
    for (let batch = nextInOrder(); batch.length > 0; batch = nextInOrder()) {
      take(batch)
      await nextTurn()
    }
  }

  const readOn = async (): Promise<void> => {
    const { last } = events.sequences()
    const pages = events.search({ ...everyEvent, afterSequence: position })
    for await (const page of pages) take(page)
    // What is missing up to there was taken by retention or cannot be read any more.
    position = Math.max(position, last)
    for (const sequence of waiting.keys()) if (sequence <= position) waiting.delete(sequence)
  }

  const exclusively = (work: () => Promise<void>): Promise<void> => {
    const done = working.then(work)
    working = done.catch(() => undefined)
    return done
  }

  return {
    offer(offered) {
      if (attached.size === 0) return
      if (waiting.size + offered.length > maxWaiting) waiting.clear()
      else {
        for (const event of offered) {
          if (event.sequence > position) waiting.set(event.sequence, event)
        }
      }
      if (isDraining) return
      isDraining = true
      exclusively(drain)
        // Whoever asks next meets the same trouble, and can say what it means.
        .catch(() => undefined)
        .finally(() => {
          isDraining = false
        })
    },
    attach(index) {
      if (attached.size === 0) {
        position = events.sequences().last
        waiting.clear()
      }
      attached.put(index)
      return position
    },
    detach(index) {
      attached.delete(index)
    },
    position: () => position,
    behind: () => (attached.size === 0 ? 0 : events.sequences().last - position),
    catchUp: async () => {
      const { last } = events.sequences()
      const isBehind = () => position < last
      for (let turn = 0; turn < offerTurns && isBehind(); turn++) {
        await nextTurn()
        await exclusively(drain)
      }
      if (isBehind()) {
        await exclusively(async () => {
          if (isBehind()) await readOn()
        })
      }
    },
    idle: () => working,
  }
}
