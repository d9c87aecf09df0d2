import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AcceptedEvent, EventStore } from '#store'
import { everyEvent } from './every-event.ts'

/** What a feed reads from. */
export type FedStore = Pick<EventStore, 'search' | 'sequences'>

/** Who is fed: everything above the feed's position, each event once, in the order of their sequences. */
export interface Fed {
  /** Without anybody who wants events, none are kept. */
  isWanted(): boolean
  take(events: readonly AcceptedEvent[]): void
}

/**
 * Keeps what is derived from events up with the store. Events that are offered are passed on in the order of
 * their sequences; what was not offered, or came when too many waited, is read from the store before anybody
 * is answered.
 */
export interface EventFeed {
  /** Takes events that the store has accepted. Never waits. */
  offer(events: readonly AcceptedEvent[]): void
  /** Called before someone is fed: gives the sequence above which everything will be. */
  begin(): number
  /** Everything up to this sequence was passed on. */
  position(): number
  /** Events of the store that were not. */
  behind(): number
  /** Resolves once what the store holds now was passed on. Faults: those of the store. */
  catchUp(): Promise<void>
  /** Resolves once nothing offered waits. */
  idle(): Promise<void>
}

/** Offered events that wait at most; then all are forgotten, and read from the store. */
const maxWaiting = 20_000

/** What was just stored is about to be offered: so many turns are waited for it. */
const offerTurns = 4

/** Events passed on between two turns of everything else. */
const turnEvents = 256

/** A feed from a store. */
export function eventFeed(events: FedStore, fed: Fed): EventFeed {
  const waiting = new Map<number, AcceptedEvent>()
  let position = 0
  let working: Promise<void> = Promise.resolve()
  let isDraining = false

  const take = (batch: readonly AcceptedEvent[]): void => {
    // Moved first: whoever is told asks how far it has come.
    const before = position
    position = batch.at(-1)?.sequence ?? position
    try {
      fed.take(batch)
    } catch (thrown) {
      position = before
      throw thrown
    }
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
      if (!fed.isWanted()) return
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
    begin() {
      if (!fed.isWanted()) {
        position = events.sequences().last
        waiting.clear()
      }
      return position
    },
    position: () => position,
    behind: () => (fed.isWanted() ? events.sequences().last - position : 0),
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
