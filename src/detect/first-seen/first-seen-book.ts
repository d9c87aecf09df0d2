import { messageOf, type Clock, type Logger } from '#base'
import type { FieldCatalogue } from '#event'
import type { AcceptedEvent, Store } from '#store'
import { maxWidthMs } from './bucket-span.ts'
import type { FirstSeenRequest, HistorySearch } from './first-seen-history.ts'
import { indexFeed } from './index-feed.ts'
import { indexKeyOf } from './index-key.ts'
import { indexSchool } from './index-school.ts'
import { indexShelf } from './index-shelf.ts'
import {
  covers,
  isOfNow,
  isWornOut,
  isWorthWriting,
  newIndex,
  type FirstSeenState,
  type KeptIndex,
} from './kept-index.ts'
import { sightingIndex, type SightingIndex } from './sighting-index.ts'

/** One index, for whoever wants to know how it is doing. */
export interface FirstSeenIndexFacts {
  readonly ruleUuid: string
  readonly state: FirstSeenState
  readonly combinations: number
  readonly bytes: number
  /** Why it is given up or failed. */
  readonly reason?: string
}

/** The indexes of one engine. */
export interface FirstSeenBook {
  /**
   * The index that answers a question about history, up to date with the store; undefined where there is
   * none that can, or none yet: then one begins to learn, if the rule is at work and asks of now.
   */
  upToDate(search: HistorySearch, request: FirstSeenRequest): Promise<SightingIndex | undefined>
  /** Takes events that the store has accepted. Never waits. */
  offer(events: readonly AcceptedEvent[]): void
  /** The rules whose indexes are worth keeping on disk; those of others are removed. */
  keepRules(ruleUuids: readonly string[]): Promise<void>
  /** A rule is at work no more: its indexes are let go; what is on disk stays until the rule is gone. */
  release(ruleUuid: string): void
  indexes(): readonly FirstSeenIndexFacts[]
  /** Events of the store that indexes have not learnt yet. */
  behind(): number
  /** Resolves once nothing is being learnt or written. */
  idle(): Promise<void>
  /** Writes what was learnt, and ends. */
  stop(): Promise<void>
}

/** What a book is made of. */
export interface BookOptions {
  readonly store: Pick<Store, 'events' | 'derived'>
  /** The fields that queries may name. */
  readonly fields: FieldCatalogue
  readonly clock: Clock
  readonly logger: Logger
  readonly productVersion: string
  /** Whether a rule is at work: only for such are indexes kept. */
  readonly isAtWork: (ruleUuid: string) => boolean
  /** Of all indexes together; the largest is given up beyond it. */
  readonly maxBytes: number
}

/** Indexes of one rule at a time: an exception that is about to expire makes two filters of one rule. */
const maxIndexesOfRule = 2
/** An index that nobody asked for so long while another of its rule was asked is let go. */
const idleMs = 3_600_000
/** Further behind than this, the store is asked instead, and the indexes catch up meanwhile. */
const maxBehind = 50_000
const retryAfterMs = 60_000

/** A {@link FirstSeenBook}, empty. */
export function firstSeenBook(options: BookOptions): FirstSeenBook {
  const { store, fields, clock, logger, productVersion, isAtWork, maxBytes } = options
  const { events } = store
  const keptByRule = new Map<string, readonly KeptIndex[]>()
  const stopping = new AbortController()
  let writing: Promise<void> = Promise.resolve()

  const allKept = (): readonly KeptIndex[] => [...keptByRule.values()].flat()

  /** After some learning: time goes on, memory is bounded, and what was learnt is written now and then. */
  const learnt = (): void => {
    let bytes = 0
    for (const kept of allKept()) {
      kept.index.roll(clock.nowMs())
      bytes += kept.index.bytes()
      if (isWorthWriting(kept, feed.position())) write(kept)
    }
    if (bytes > maxBytes) giveUp(allKept().toSorted((a, b) => b.index.bytes() - a.index.bytes())[0])
  }

  const feed = indexFeed(events, { fields, learnt })
  const shelf = indexShelf(store.derived, events, logger)
  const { signal } = stopping
  const school = indexSchool({ events, feed, shelf, clock, signal, learnt })

  const giveUp = (kept: KeptIndex | undefined): void => {
    if (kept === undefined) return
    const { ruleUuid, index } = kept
    feed.detach(kept)
    kept.isClosed = true
    kept.state = 'given-up'
    kept.reason = `its ${index.entries()} combinations take ${index.bytes()} bytes, and all indexes together may take ${maxBytes}: history is read from the store instead`
    kept.index = sightingIndex(index.settings, { nowMs: clock.nowMs() })
    logger.warn('an index of first sightings was given up', { rule: ruleUuid, reason: kept.reason })
  }

  const write = (kept: KeptIndex): void => {
    kept.news = 0
    kept.writtenThrough = feed.position()
    writing = writing.then(() => writeNow(kept))
  }

  const writeNow = async (kept: KeptIndex): Promise<void> => {
    if (kept.state !== 'ready') return
    try {
      await shelf.put(kept, kept.index, feed.position())
      const keys = (keptByRule.get(kept.ruleUuid) ?? []).map(({ key }) => key)
      await shelf.keepOnly(kept.ruleUuid, keys)
    } catch (thrown) {
      logger.warn('an index of first sightings could not be written', {
        rule: kept.ruleUuid,
        reason: messageOf(thrown),
      })
    }
  }

  const drop = (kept: KeptIndex): void => {
    feed.detach(kept)
    kept.isClosed = true
    const others = (keptByRule.get(kept.ruleUuid) ?? []).filter((each) => each !== kept)
    if (others.length === 0) keptByRule.delete(kept.ruleUuid)
    else keptByRule.set(kept.ruleUuid, others)
  }

  const begin = (search: HistorySearch, request: FirstSeenRequest, key: string): void => {
    const kept = newIndex(search, request, { key, nowMs: clock.nowMs() })
    if (kept.index.settings.widthMs > maxWidthMs) return
    const before = (keptByRule.get(kept.ruleUuid) ?? []).toSorted((a, b) => a.askedMs - b.askedMs)
    for (const each of before.slice(0, before.length + 1 - maxIndexesOfRule)) drop(each)
    keptByRule.set(kept.ruleUuid, [...(keptByRule.get(kept.ruleUuid) ?? []), kept])
    school.enrol(kept)
  }

  const askedOf = (ruleUuid: string, key: string): KeptIndex | undefined => {
    const ofRule = keptByRule.get(ruleUuid) ?? []
    const nowMs = clock.nowMs()
    for (const each of ofRule) {
      if (each.key === key) each.askedMs = nowMs
      else if (each.askedMs < nowMs - idleMs) drop(each)
    }
    return ofRule.find((each) => each.key === key)
  }

  /** The ready index of a question; sees to it that there will be one. */
  const readyFor = (search: HistorySearch, request: FirstSeenRequest): KeptIndex | undefined => {
    const { ruleUuid } = search.owner
    if (signal.aborted || !isAtWork(ruleUuid)) return undefined
    const key = indexKeyOf(search, request, productVersion)
    if (!key.ok) return undefined
    const kept = askedOf(ruleUuid, key.value)
    const nowMs = clock.nowMs()
    if (kept?.state === 'failed' && nowMs >= kept.failedMs + retryAfterMs) {
      kept.state = 'learning'
      school.enrol(kept)
    }
    if (kept !== undefined && kept.state !== 'ready') return undefined
    kept?.index.roll(nowMs)
    if (!isOfNow(search, request, nowMs)) return kept
    const stored = events.sequences()
    if (
      kept !== undefined &&
      covers(kept, search, request) &&
      !isWornOut(kept, { nowMs, stored })
    ) {
      return kept
    }
    if (kept !== undefined) drop(kept)
    begin(search, request, key.value)
    return undefined
  }

  return {
    async upToDate(search, request) {
      const kept = readyFor(search, request)
      if (kept === undefined) return undefined
      if (kept.index.aheadMs() < kept.index.keptUntilMs() && !kept.isCatchingAhead) {
        kept.isCatchingAhead = true
        school.enrol(kept)
      }
      if (feed.behind() > maxBehind) {
        feed.catchUp().catch(() => undefined)
        return undefined
      }
      try {
        await feed.catchUp()
      } catch (thrown) {
        logger.warn('indexes of first sightings could not catch up; history is read instead', {
          reason: messageOf(thrown),
        })
        return undefined
      }
      return kept.state === 'ready' && !kept.isClosed ? kept.index : undefined
    },
    offer: (accepted) => feed.offer(accepted),
    keepRules: (ruleUuids) => shelf.keepRules(ruleUuids),
    release(ruleUuid) {
      for (const kept of keptByRule.get(ruleUuid) ?? []) drop(kept)
    },
    indexes: () =>
      allKept().map(({ ruleUuid, state, index, reason }) => ({
        ruleUuid,
        state,
        combinations: index.entries(),
        bytes: index.bytes(),
        ...(reason === undefined ? {} : { reason }),
      })),
    behind: () => feed.behind(),
    async idle() {
      await feed.idle()
      await school.idle()
      await writing
    },
    async stop() {
      stopping.abort(new Error('the engine stops'))
      await school.idle()
      await feed.idle()
      for (const kept of allKept()) {
        if (kept.state === 'ready' && feed.position() > kept.writtenThrough) write(kept)
      }
      await writing
      for (const kept of allKept()) drop(kept)
    },
  }
}
