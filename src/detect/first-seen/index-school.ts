import { messageOf, type Clock } from '#base'
import type { EventStore } from '#store'
import type { IndexFeed } from './index-feed.ts'
import type { IndexShelf } from './index-shelf.ts'
import { suits, type KeptIndex } from './kept-index.ts'
import { learnFromStore, type Lesson } from './learn-from-store.ts'

/** Where indexes learn in the background what the store holds: those that wait together, together. */
export interface IndexSchool {
  /** Takes an index that is learning, or one that has to catch up with what lay ahead. */
  enrol(kept: KeptIndex): void
  /** Resolves once nobody learns. */
  idle(): Promise<void>
}

/** What a school works with. */
export interface SchoolContext {
  readonly events: Pick<EventStore, 'search' | 'sequences'>
  readonly feed: IndexFeed
  readonly shelf: IndexShelf
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Called now and then while something is learnt. */
  readonly learnt: () => void
}

/** A school in which nobody learns. */
export function indexSchool({
  events,
  feed,
  shelf,
  clock,
  signal,
  learnt,
}: SchoolContext): IndexSchool {
  let enrolled: KeptIndex[] = []
  let learning: Promise<void> | undefined

  const begin = async (kept: KeptIndex): Promise<Lesson> => {
    if (kept.state === 'ready') {
      return { learner: kept, afterSequence: 0, fromMs: kept.index.aheadMs() }
    }
    const shelved = await shelf.take(kept, kept.index.settings)
    const isOfUse = shelved !== undefined && suits(shelved.index, kept.index, events.sequences())
    if (isOfUse) {
      kept.index = shelved.index
      kept.index.roll(clock.nowMs())
    }
    kept.writtenThrough = isOfUse ? shelved.learntThrough : 0
    // Fed from now on, so that nothing is missed between what is read and what comes.
    if (!kept.isClosed) feed.attach(kept)
    return {
      learner: kept,
      afterSequence: kept.writtenThrough,
      fromMs: kept.index.keptFromMs(),
    }
  }

  const teach = async (some: readonly KeptIndex[]): Promise<void> => {
    const ends = some.map(({ state, index }) =>
      state === 'ready' ? index.catchAhead() : undefined,
    )
    try {
      const lessons: Lesson[] = []
      for (const kept of some) if (!kept.isClosed) lessons.push(await begin(kept))
      await learnFromStore(events, lessons, { signal, learnt })
      for (const end of ends) end?.()
      for (const kept of some) if (kept.state === 'learning') kept.state = 'ready'
    } catch (thrown) {
      for (const kept of some) if (kept.state === 'learning') fail(kept, messageOf(thrown))
    }
    for (const kept of some) kept.isCatchingAhead = false
    learnt()
  }

  const fail = (kept: KeptIndex, reason: string): void => {
    feed.detach(kept)
    kept.state = 'failed'
    kept.reason = reason
    kept.failedMs = clock.nowMs()
  }

  const teachAll = async (): Promise<void> => {
    while (enrolled.length > 0 && !signal.aborted) {
      const some = enrolled
      enrolled = []
      await teach(some)
    }
    learning = undefined
  }

  return {
    enrol(kept) {
      enrolled.push(kept)
      learning ??= teachAll()
    },
    async idle() {
      for (let current = learning; current !== undefined; current = learning) await current
    },
  }
}
