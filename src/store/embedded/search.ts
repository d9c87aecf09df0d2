import { Fault } from '#base'
import { compileIndexPatterns } from '#event'
import { compileFilter, necessaryTerms } from '#query'
import type { SearchRequest, StoredEvent } from '../event-store.ts'
import { eventTimesOf, isWithin } from '../event-time.ts'
import { blockChoice } from './block-choice.ts'
import type { Block, BlockFacts, LineTest } from './block.ts'
import { sequenceOf } from './event-line.ts'
import type { IndexPart } from './index-part.ts'
import { bothTests, lineTestOf } from './line-test.ts'
import { rowChoice } from './row-choice.ts'
import { blocksOf, scanBlock, type Candidates, type EventTest } from './scan.ts'
import { inSequence } from './search-by-sequence.ts'
import { inTime } from './search-by-time.ts'

/** A part of the store as a search sees it: it stays as it is until the search is over. */
export interface SnapshotPart {
  /** No event of it has a lower sequence, or a higher one than `lastSequence`. */
  readonly firstSequence: number
  readonly lastSequence: number
  readonly events: number
  readonly indices: ReadonlyMap<string, IndexPart>
  readonly blocks: readonly Block[]
  /** Where all its events stand in time; undefined where that is not known. */
  readonly times: BlockFacts['times'] | undefined
  /** Whether an event of the index has the field; true where there are too many to remember. */
  hasField(index: string, field: string): Promise<boolean>
}

/** Matching events of a snapshot, in pages. With `pruning: false` every block is read: the slow twin. */
export async function* searchParts(
  parts: readonly SnapshotPart[],
  request: SearchRequest,
  { pruning }: { readonly pruning: boolean },
): AsyncGenerator<readonly StoredEvent[]> {
  request.signal?.throwIfAborted()
  const candidates = candidatesOf(parts, request, pruning)
  if (request.limit !== undefined && request.limit <= 0) return
  if (request.order === 'sequence') {
    yield* inSequence(candidates, request)
    return
  }
  const { time } = request
  if (time === undefined) {
    throw new Fault(
      'invalid',
      'store.order-without-time',
      `search in ${request.order} order needs a time`,
    )
  }
  yield* inTime(candidates, { ...request, time })
}

/** How many events of a snapshot match. */
export async function countParts(
  parts: readonly SnapshotPart[],
  request: Omit<SearchRequest, 'order' | 'limit'>,
  { pruning }: { readonly pruning: boolean },
): Promise<number> {
  const candidates = candidatesOf(parts, { ...request, order: 'sequence' }, pruning)
  let count = 0
  for (const block of blocksOf(candidates)) {
    count += (await scanBlock(candidates, block, request.signal)).length
  }
  request.signal?.throwIfAborted()
  return count
}

/** The blocks in which matches may be, and the test of their events. */
export function candidatesOf(
  parts: readonly SnapshotPart[],
  request: SearchRequest,
  pruning: boolean,
): Candidates {
  const { filter, holding = [], context, time, afterSequence = 0, among } = request
  const included = remembered(compileIndexPatterns(request.indices))
  const fulfils = compileFilter(filter, context)
  const wanted = among === undefined ? undefined : new Set(among)
  const matches: EventTest = ({ index, source, sequence }) =>
    sequence > afterSequence &&
    (wanted?.has(sequence) ?? true) &&
    included(index) &&
    (time === undefined || isWithin(eventTimesOf(source, time.fields), time)) &&
    fulfils(source)
  if (!pruning) {
    return {
      parts: parts.map(({ blocks }) => ({ times: undefined, blocks: () => blocks })),
      rowsIn: async () => undefined,
      mayBeIn: async () => true,
      line: undefined,
      matches,
      included,
    }
  }
  const needed = [...holding, ...necessaryTerms(filter, context.fields)]
  const choice = blockChoice(request, included, needed)
  const chosenRows = rowChoice(filter, context)
  const chosenBlocks = (part: SnapshotPart): readonly Block[] =>
    among === undefined ? blocksAfter(part, afterSequence) : blocksAmong(part, among)
  return {
    parts: parts
      .filter(({ indices, times }) => choice.mayBeInPart(indices, times))
      .map((part) => ({
        times: part.times,
        blocks: () => chosenBlocks(part).filter(choice.mayBeByFacts),
      })),
    // Sequences tell more than columns and terms.
    rowsIn: async ({ rows, facts }) =>
      among === undefined && rows ? chosenRows(rows, facts?.count ?? 0) : undefined,
    mayBeIn: among === undefined ? choice.mayBeIn : async () => true,
    line: bothTests(wanted && lineAmong(wanted), lineTestOf(needed)),
    matches,
    included,
  }
}

function lineAmong(sequences: ReadonlySet<number>): LineTest {
  return (bytes, start) => sequences.has(sequenceOf(bytes, start))
}

/** The blocks that may hold an event of a higher sequence. Sequences may skip some, where bytes were damaged. */
function blocksAfter(
  { blocks, lastSequence }: SnapshotPart,
  afterSequence: number,
): readonly Block[] {
  if (afterSequence === 0) return blocks
  let highest = lastSequence
  let first = blocks.length
  while (first > 0 && highest > afterSequence) highest -= blocks[--first]?.facts?.count ?? 0
  return blocks.slice(first)
}

/**
 * The blocks that may hold an event of some sequences, rising. A block begins no earlier than after all that
 * the blocks before it hold, and ends no later than what those after it leave; between the two bounds lies
 * nothing else unless sequences skip some, where bytes were damaged.
 */
function blocksAmong(
  { blocks, firstSequence, lastSequence, events }: SnapshotPart,
  among: readonly number[],
): readonly Block[] {
  if (placeOf(among, firstSequence) === placeOf(among, lastSequence + 1)) return []
  const skipped = lastSequence - firstSequence + 1 - events
  let lowest = firstSequence
  return blocks.filter(({ facts }) => {
    const from = lowest
    // Only the last block may still grow.
    lowest = facts === undefined ? lastSequence + 1 : lowest + facts.count
    return placeOf(among, from) < placeOf(among, lowest + skipped)
  })
}

/** How many of some rising numbers lie below a bound. */
function placeOf(rising: readonly number[], bound: number): number {
  let [low, high] = [0, rising.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((rising[middle] ?? bound) < bound) low = middle + 1
    else high = middle
  }
  return low
}

/** The same answers, each name looked at once. */
export function remembered(included: (index: string) => boolean): (index: string) => boolean {
  const known = new Map<string, boolean>()
  return (index) => {
    const answer = known.get(index) ?? included(index)
    known.set(index, answer)
    return answer
  }
}
