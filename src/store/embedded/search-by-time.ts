import type { SearchRequest, StoredEvent, TimeRange } from '../event-store.ts'
import { eventTimesOf, sortTimeOf } from '../event-time.ts'
import { pageEvents } from '../limits.ts'
import { timeBoundsOf, type TimeBounds } from './block-choice.ts'
import type { Block } from './block.ts'
import { meanBytesOf, scan, type Candidates } from './scan.ts'

/** Where one match lies. The event itself is held only while all matches together are small. */
interface Place {
  readonly ms: number
  readonly sequence: number
  readonly block: Block
  readonly row: number
  event: StoredEvent | undefined
}

/** Matches up to this much text are held as they are found; beyond it each page is read again. */
const maxHeldBytes = 8 * 1024 * 1024

/**
 * Matches by event time, then by sequence. Two passes: the first gathers the places of all matches (of
 * the best `limit`), the second reads them page by page. Blocks are visited from the near end of time, so
 * that a search with a limit stops as soon as no later block can hold a better match.
 */
export async function* inTime(
  candidates: Candidates,
  request: SearchRequest & { readonly time: TimeRange },
): AsyncGenerator<readonly StoredEvent[]> {
  const places = await gather(candidates, request)
  for (let at = 0; at < places.length; at += pageEvents) {
    request.signal?.throwIfAborted()
    const page: StoredEvent[] = []
    for (const place of places.slice(at, at + pageEvents)) {
      const event = place.event ?? (await place.block.events())[place.row]
      if (event !== undefined) page.push(event)
    }
    yield page
  }
}

async function gather(
  candidates: Candidates,
  { order, time, limit = Infinity, signal }: SearchRequest & { readonly time: TimeRange },
): Promise<readonly Place[]> {
  const direction = order === 'time-descending' ? 'desc' : 'asc'
  const sign = direction === 'asc' ? 1 : -1
  const compare = (a: Place, b: Place): number =>
    sign * (a.ms - b.ms) || sign * (a.sequence - b.sequence)
  const nearest = nearestFirst(candidates.blocks, time, direction)
  let places: Place[] = []
  let heldBytes = 0
  let worst: Place | undefined

  const visit = function* (): Generator<Block> {
    for (const { block, bounds } of nearest) {
      const best = direction === 'asc' ? bounds.firstMs : bounds.lastMs
      if (worst !== undefined && sign * (best - worst.ms) > 0) return
      yield block
    }
  }

  for await (const { block, events, rows } of scan(candidates, visit(), signal)) {
    for (const row of rows) {
      const event = events[row]
      if (event === undefined) continue
      const ms = sortTimeOf(eventTimesOf(event.source, time.fields), direction)
      const held = heldBytes <= maxHeldBytes ? event : undefined
      places.push({ ms, sequence: event.sequence, block, row, event: held })
    }
    if (places.length >= limit && (worst === undefined || places.length - limit >= pageEvents)) {
      places = places.toSorted(compare).slice(0, limit)
      worst = places.at(-1)
    }
    if (heldBytes > maxHeldBytes) continue
    heldBytes += rows.length * meanBytesOf(block)
    if (heldBytes > maxHeldBytes) for (const place of places) place.event = undefined
  }
  return places.toSorted(compare).slice(0, limit)
}

function nearestFirst(
  blocks: readonly Block[],
  time: TimeRange,
  direction: 'asc' | 'desc',
): readonly { readonly block: Block; readonly bounds: TimeBounds }[] {
  const bounded = blocks.map((block) => ({ block, bounds: timeBoundsOf(block.facts, time.fields) }))
  return direction === 'asc'
    ? bounded.toSorted((a, b) => compareMs(a.bounds.firstMs, b.bounds.firstMs))
    : bounded.toSorted((a, b) => compareMs(b.bounds.lastMs, a.bounds.lastMs))
}

/** A plain difference of two infinities is no number. */
function compareMs(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1
}
