import type { StoredEvent } from '../event-store.ts'
import { idIndex } from './id-index.ts'
import type { Recovered } from './recovery.ts'
import type { SnapshotPart } from './search.ts'
import type { Segment } from './segment.ts'
import type { Tail } from './tail.ts'
import { idHash } from './term-hash.ts'

/** Everything that holds events, oldest first: segments, full logs on their way to one, the growing log. */
export interface Parts {
  tail(): Tail
  sealing(): readonly Tail[]
  segments(): readonly Segment[]
  /** Everything of now, kept for a reader until released. */
  snapshot(): { readonly parts: readonly SnapshotPart[]; readonly release: () => void }
  /** The sequence of the oldest event, or of the next one where there is none. */
  firstSequence(): number
  get(index: string, id: string): Promise<StoredEvent | undefined>
  /** Whether an event with this id may rest in that index; costs no read. */
  mayHold(index: string, id: string): boolean
  /** Prepares {@link mayHold} to be cheap for one more segment; false where it is for all. */
  layOneFilter(): boolean
  hasIndex(index: string): boolean
  indexCount(): number
  noteIndex(index: string): void
  bytes(): number
  /** The growing log is full: another takes its place. */
  rotate(next: Tail): void
  /** The oldest full log rests in a segment now; in none where it was empty. */
  sealed(segment: Segment | undefined): void
  /** Takes the oldest segments out of sight. */
  dropOldest(count: number): readonly Segment[]
}

/** The parts that recovery found. */
export function partsOf(recovered: Recovered): Parts {
  let segments: readonly Segment[] = recovered.segments
  let sealing: readonly Tail[] = recovered.sealing
  let tail: Tail = recovered.tail
  let indices = new Set<string>()
  const ids = idIndex(segments)

  const recountIndices = (): void => {
    const ofSegments = segments.flatMap((segment) => [...segment.indices.keys()])
    const ofLogs = [...sealing, tail].flatMap((log) => [...log.indices().keys()])
    indices = new Set([...ofSegments, ...ofLogs])
  }
  recountIndices()

  const inLogs = (): readonly Tail[] => [tail, ...sealing.toReversed()]

  const get = async (index: string, id: string): Promise<StoredEvent | undefined> => {
    for (const log of inLogs()) {
      if (log.holds(index, id)) return log.get(index, id)
    }
    const asked = { index, id, hash: idHash(index, id) }
    // Held before the first read: retention may take any of them away meanwhile.
    const candidates = ids.mayHold(asked).toReversed()
    const releases = candidates.map((segment) => segment.hold())
    try {
      for (const segment of candidates) {
        const found = await segment.get(asked)
        if (found !== undefined) return found
      }
    } finally {
      for (const release of releases) release()
    }
    return undefined
  }

  return {
    tail: () => tail,
    sealing: () => sealing,
    segments: () => segments,
    snapshot: () => {
      const releases = segments.map((segment) => segment.hold())
      const tails = [...sealing, tail]
      return {
        parts: [
          ...segments,
          ...tails.map((each) => ({
            firstSequence: each.firstSequence,
            lastSequence: each.lastSequence(),
            events: each.events(),
            indices: each.indices(),
            blocks: each.blocks(),
            times: undefined,
            hasField: each.hasField,
          })),
        ],
        release: () => {
          for (const release of releases) release()
        },
      }
    },
    firstSequence: () => (segments[0] ?? sealing[0] ?? tail).firstSequence,
    get,
    mayHold: (index, id) => {
      if (inLogs().some((log) => log.holds(index, id))) return true
      const asked = { index, id, hash: idHash(index, id) }
      return ids.mayHold(asked).length > 0
    },
    layOneFilter: () => ids.layOne(),
    hasIndex: (index) => indices.has(index),
    indexCount: () => indices.size,
    noteIndex: (index) => {
      indices.add(index)
    },
    bytes: () =>
      segments.reduce((sum, segment) => sum + segment.bytes, 0) +
      inLogs().reduce((sum, { log }) => sum + log.bytes(), 0),
    rotate: (next) => {
      sealing = [...sealing, tail]
      tail = next
    },
    sealed: (segment) => {
      sealing = sealing.slice(1)
      if (segment === undefined) return
      segments = [...segments, segment]
      ids.add(segment)
    },
    dropOldest: (count) => {
      const dropped = segments.slice(0, count)
      segments = segments.slice(count)
      for (const segment of dropped) ids.remove(segment)
      recountIndices()
      return dropped
    },
  }
}
