import { setImmediate } from 'node:timers/promises'
import { Fault, messageOf, type Clock, type Logger } from '#base'
import { compileIndexPatterns } from '#event'
import type { EventStore, IndexFacts, Retention, StoredEvent } from '../event-store.ts'
import { askedLately } from './asked-lately.ts'
import { blockIndexer } from './block-indexer.ts'
import { damageReport } from './damage.ts'
import { createLog } from './event-log.ts'
import { eventWriter } from './event-writer.ts'
import type { BlockContext } from './open-block.ts'
import { partsOf } from './parts.ts'
import { pathOf, recover } from './recovery.ts'
import { countParts, remembered, searchParts, type SnapshotPart } from './search.ts'
import { hidesOldEvents, retire } from './retention.ts'
import { readSegment, writeSegment } from './segment-file.ts'
import { openFiles } from './open-files.ts'
import { recentEvents } from './recent-events.ts'
import type { Column } from './segment-columns.ts'
import { openSegment, type Segment, type SegmentContext } from './segment.ts'
import { serially } from '../serially.ts'
import { sharedCache } from './shared-cache.ts'
import { histogramOf, topValuesOf } from './tally-parts.ts'
import { createTail, type Tail } from './tail.ts'

/** How an embedded event store is set up. */
export interface EmbeddedEventStoreOptions {
  /** Where logs and segments lie, and where damaged bytes are copied to; both exist. */
  readonly directory: string
  readonly setAside: string
  readonly clock: Clock
  readonly log: Logger
  /** Applied at the start and after each new segment. */
  readonly retention?: Retention
  /** A log of so many bytes, or events, becomes a segment. */
  readonly segmentBytes: number
  readonly segmentEvents: number
  /** Text of blocks kept parsed, bytes; parsed they take about four times that. */
  readonly cacheBytes: number
  /** False reads every block: the slow twin, for tests. */
  readonly pruning: boolean
}

/**
 * Opens the events of a directory: a log that is on stable storage before an append resolves, and
 * segments, packed and with filters, into which full logs turn in the background.
 */
export async function openEmbeddedEventStore(
  options: EmbeddedEventStoreOptions,
): Promise<EventStore> {
  const { directory, clock, log } = options
  const shared: SegmentContext & BlockContext = {
    events: sharedCache<readonly StoredEvent[]>(options.cacheBytes),
    recent: recentEvents(options.cacheBytes / 2),
    blooms: sharedCache<Buffer | undefined>(options.cacheBytes),
    columns: sharedCache<Column | undefined>(options.cacheBytes),
    files: openFiles(64),
    asked: askedLately(16),
    damage: damageReport(log),
    indexer: blockIndexer(log),
  }
  const parts = partsOf(await recover({ ...options, ...shared }))
  const exclusively = serially()
  const upkeep = serially()
  let closed = false

  const rotate = async (): Promise<void> => {
    const full = parts.tail()
    const firstSequence = full.lastSequence() + 1
    const next = await createLog(pathOf(directory, firstSequence, 'log'))
    full.close()
    parts.rotate(createTail(next, { firstSequence, blocks: shared }))
  }

  const segmentOf = async (tail: Tail): Promise<Segment> => {
    const path = pathOf(directory, tail.firstSequence, 'segment')
    tail.close()
    const blocks = await tail.indexed()
    await writeSegment(path, {
      firstSequence: tail.firstSequence,
      lastSequence: tail.lastSequence(),
      blocks,
      columns: await shared.indexer.columns(blocks.map(({ index }) => index)),
      indices: tail.indices(),
    })
    const written = await readSegment(path)
    if (written !== undefined) return openSegment(path, written, shared)
    throw new Fault('unavailable', 'store.disk-failed', `read back ${path}: not what was written`)
  }

  const sealAll = async (): Promise<void> => {
    for (let tail = parts.sealing()[0]; tail !== undefined; tail = parts.sealing()[0]) {
      parts.sealed(tail.events() === 0 ? undefined : await segmentOf(tail))
      await tail.log.remove()
    }
  }

  /** Trouble here costs memory and disk, not events: they stay in their logs, and the next turn tries again. */
  const sealInBackground = (): void => {
    upkeep(async () => {
      // A full disk stops the first, and may be helped by the second.
      await sealAll().finally(() => retire(parts, options.retention ?? {}, clock.nowMs()))
    }).catch((thrown: unknown) => {
      log.warn(
        'a full log could not be turned into a segment; it is tried again with the next one',
        {
          directory,
          error: messageOf(thrown),
        },
      )
    })
  }

  const committed = async (): Promise<void> => {
    await shared.indexer.room()
    const tail = parts.tail()
    const full = tail.log.bytes() >= options.segmentBytes || tail.events() >= options.segmentEvents
    if (!full) return
    try {
      await rotate()
    } catch (thrown) {
      log.warn('no new log could be made; the full one goes on', { error: messageOf(thrown) })
      return
    }
    sealInBackground()
  }

  const writer = eventWriter(
    { parts, clock, exclusively, committed },
    Math.max(parts.tail().lastSequence() + 1, parts.tail().firstSequence),
  )

  const rotateIf = (condition: () => boolean): Promise<void> =>
    exclusively(async () => {
      if (parts.tail().events() > 0 && condition()) await rotate()
    })

  const retain = async (retention: Retention): Promise<number> => {
    await rotateIf(() => hidesOldEvents(parts.tail(), retention, clock.nowMs()))
    await sealAll()
    return retire(parts, retention, clock.nowMs())
  }

  /** Beside other work, one at a time: ids can be asked meanwhile. */
  const layFilters = async (): Promise<void> => {
    const layOne = (): boolean => !closed && parts.layOneFilter()
    while (layOne()) await setImmediate()
  }

  const checkOpen = (): void => {
    if (closed) throw new Fault('unavailable', 'store.closed', 'the event store is closed')
  }

  const reading = async <T>(
    read: (snapshot: readonly SnapshotPart[]) => Promise<T>,
  ): Promise<T> => {
    checkOpen()
    const { parts: snapshot, release } = parts.snapshot()
    try {
      return await read(snapshot)
    } finally {
      release()
    }
  }

  await rotateIf(() => hidesOldEvents(parts.tail(), options.retention ?? {}, clock.nowMs())).catch(
    (thrown: unknown) => log.warn('no new log could be made', { error: messageOf(thrown) }),
  )
  void layFilters()
  if (parts.sealing().length > 0 || options.retention !== undefined) sealInBackground()

  return {
    append: async (events) => {
      checkOpen()
      return writer.append(events)
    },
    async *search(request) {
      checkOpen()
      const { parts: snapshot, release } = parts.snapshot()
      try {
        yield* searchParts(snapshot, request, options)
      } finally {
        release()
      }
    },
    count: (request) => reading((snapshot) => countParts(snapshot, request, options)),
    histogram: (request) => reading((snapshot) => histogramOf(snapshot, request, options)),
    topValues: (request) => reading((snapshot) => topValuesOf(snapshot, request, options)),
    get: (index, id) => reading(() => parts.get(index, id)),
    indicesWith: (patterns, field) => reading((snapshot) => indicesWith(snapshot, patterns, field)),
    sequences: () => ({ first: parts.firstSequence(), last: parts.tail().lastSequence() }),
    facts: () =>
      reading(async (snapshot) => {
        const indices = indexFactsOf(snapshot)
        return {
          events: indices.reduce((sum, { events }) => sum + events, 0),
          bytes: parts.bytes(),
          damagedBytes: shared.damage.bytes(),
          indices,
        }
      }),
    retain: async (retention) => {
      checkOpen()
      return upkeep(() => retain(retention))
    },
    close: async () => {
      if (closed) return
      closed = true
      await writer.drained()
      await upkeep(async () => {
        for (const tail of [...parts.sealing(), parts.tail()]) await tail.log.close()
      })
      await shared.indexer.close()
      shared.files.close()
    },
  }
}

async function indicesWith(
  snapshot: readonly SnapshotPart[],
  patterns: readonly string[],
  field: string | undefined,
): Promise<readonly string[]> {
  const included = remembered(compileIndexPatterns(patterns))
  const found = new Set<string>()
  for (const { indices, hasField } of snapshot) {
    for (const index of indices.keys()) {
      if (found.has(index) || !included(index)) continue
      if (field === undefined || (await hasField(index, field))) found.add(index)
    }
  }
  return [...found].toSorted()
}

function indexFactsOf(snapshot: readonly SnapshotPart[]): readonly IndexFacts[] {
  const facts = new Map<string, IndexFacts>()
  for (const { indices } of snapshot) {
    for (const [index, { events, firstMs, lastMs }] of indices) {
      const known = facts.get(index)
      facts.set(index, {
        index,
        events: events + (known?.events ?? 0),
        firstMs: least(known?.firstMs, firstMs),
        lastMs: greatest(known?.lastMs, lastMs),
      })
    }
  }
  return [...facts.values()].toSorted((a, b) => (a.index < b.index ? -1 : 1))
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b)
}

function greatest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b)
}
