import type { SearchRequest, StoredEvent, TimeRange } from '../event-store.ts'
import { eventTimesOf, sortTimeOf } from '../event-time.ts'
import { pageEvents } from '../limits.ts'
import { timeBoundsOf } from './block-choice.ts'
import type { Block, BlockFacts } from './block.ts'
import { heapOf } from './place-heap.ts'
import { meanBytesOf, scanBlock, type CandidatePart, type Candidates } from './scan.ts'

/** Where one match lies. The event itself is held only while all waiting matches together are small. */
interface Place {
  readonly ms: number
  readonly sequence: number
  readonly block: Block
  readonly row: number
  readonly event: StoredEvent | undefined
  readonly bytes: number
}

/** Waiting matches up to this much text are held as they are found; beyond it only their places are. */
const maxHeldBytes = 8 * 1024 * 1024

/** A page holds about so much text at most, unless one event has more. */
const maxPageBytes = 4 * 1024 * 1024

/**
 * Matches by event time, then by sequence. Blocks are visited from the near end of time; a match leaves
 * as soon as no block still to come can hold an earlier one. Over blocks that follow each other in time,
 * as they do unless events come very late, few matches wait; in the worst case all places do.
 */
export async function* inTime(
  candidates: Candidates,
  request: SearchRequest & { readonly time: TimeRange },
): AsyncGenerator<readonly StoredEvent[]> {
  let left = request.limit ?? Infinity
  let page: StoredEvent[] = []
  let pageBytes = 0
  for await (const { block, row, event, bytes } of places(candidates, request)) {
    const match = event ?? (await block.events())[row]
    if (match === undefined) continue
    page.push(match)
    pageBytes += bytes
    left--
    if (page.length < pageEvents && pageBytes < maxPageBytes && left > 0) continue
    yield page
    if (left <= 0) return
    page = []
    pageBytes = 0
  }
  if (page.length > 0) yield page
}

async function* places(
  candidates: Candidates,
  { order, time, signal }: SearchRequest & { readonly time: TimeRange },
): AsyncGenerator<Place> {
  const direction = order === 'time-descending' ? 'desc' : 'asc'
  const sign = direction === 'asc' ? 1 : -1
  const waiting = heapOf<Place>(
    (a, b) => sign * (a.ms - b.ms) < 0 || (a.ms === b.ms && sign * (a.sequence - b.sequence) < 0),
  )
  let heldBytes = 0

  const ready = function* (bound: number): Generator<Place> {
    for (let next = waiting.peek(); next !== undefined; next = waiting.peek()) {
      if (sign * next.ms >= sign * bound) return
      waiting.pop()
      if (next.event !== undefined) heldBytes -= next.bytes
      yield next
    }
  }

  for (const { block, nearMs } of nearestFirst(candidates.parts, time, direction)) {
    yield* ready(nearMs)
    const matches = await scanBlock(candidates, block, signal)
    const bytes = meanBytesOf(block)
    for (const { event, row } of matches) {
      const held = heldBytes < maxHeldBytes
      if (held) heldBytes += bytes
      waiting.push({
        ms: sortTimeOf(eventTimesOf(event.source, time.fields), direction),
        sequence: event.sequence,
        block,
        row,
        bytes,
        event: held ? event : undefined,
      })
    }
  }
  signal?.throwIfAborted()
  yield* ready(sign * Infinity)
}

interface NearBlock {
  readonly block: Block
  readonly nearMs: number
}

/**
 * Blocks by the end of their time that comes first in this direction; unknown ends come before all. Parts are looked
 * into one after another, as their time comes.
 */
function* nearestFirst(
  parts: readonly CandidatePart[],
  time: TimeRange,
  direction: 'asc' | 'desc',
): Generator<NearBlock> {
  const sign = direction === 'asc' ? 1 : -1
  const nearOf = (times: BlockFacts['times'] | undefined): number => {
    const { firstMs, lastMs } = timeBoundsOf(times, time.fields)
    return direction === 'asc' ? firstMs : lastMs
  }
  const waiting = parts
    .map((part) => ({ part, nearMs: nearOf(part.times) }))
    .toSorted((a, b) => sign * compareMs(a.nearMs, b.nearMs))
  const blocks = heapOf<NearBlock>((a, b) => sign * compareMs(a.nearMs, b.nearMs) < 0)
  for (const { part, nearMs } of waiting) {
    for (let next = blocks.peek(); next !== undefined; next = blocks.peek()) {
      if (sign * compareMs(next.nearMs, nearMs) > 0) break
      blocks.pop()
      yield next
    }
    for (const block of part.blocks()) {
      blocks.push({ block, nearMs: nearOf(block.facts?.times) })
    }
  }
  for (let next = blocks.peek(); next !== undefined; next = blocks.peek()) {
    blocks.pop()
    yield next
  }
}

/** A plain difference of two infinities is no number. */
function compareMs(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1
}
