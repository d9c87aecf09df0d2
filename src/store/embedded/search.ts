import { setImmediate } from 'node:timers/promises'
import { Fault } from '#base'
import { compileIndexPatterns } from '#event'
import type { SearchRequest, StoredEvent } from '../event-store.ts'
import { eventTimesOf, isWithin } from '../event-time.ts'
import { compileFilter } from '../matching.ts'
import { necessaryTerms } from '../necessary-terms.ts'
import { blockChoice } from './block-choice.ts'
import type { Block } from './block.ts'
import type { IndexPart } from './index-part.ts'
import { inSequence } from './search-by-sequence.ts'
import { inTime } from './search-by-time.ts'

/** A part of the store as a search sees it: it stays as it is until the search is over. */
export interface SnapshotPart {
  readonly indices: ReadonlyMap<string, IndexPart>
  readonly blocks: readonly Block[]
}

/** Whether an event matches, apart from the terms and bounds of its block. */
export type EventTest = (event: StoredEvent) => boolean

/** The candidate blocks of a search and the test of their events. */
export interface Candidates {
  /** Every block that may hold a match, in order of acceptance. */
  readonly blocks: readonly Block[]
  /** Whether a block may hold one after all, by its times and terms; costs a read at times. */
  mayBeIn(block: Block): Promise<boolean>
  readonly matches: EventTest
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
  for await (const { rows } of scan(candidates, candidates.blocks, request.signal)) {
    count += rows.length
  }
  return count
}

function candidatesOf(
  parts: readonly SnapshotPart[],
  request: SearchRequest,
  pruning: boolean,
): Candidates {
  const { filter, context, time } = request
  const included = remembered(compileIndexPatterns(request.indices))
  const fulfils = compileFilter(filter, context)
  const matches: EventTest = ({ index, source }) =>
    included(index) &&
    (time === undefined || isWithin(eventTimesOf(source, time.fields), time)) &&
    fulfils(source)
  if (!pruning) {
    const blocks = parts.flatMap((part) => part.blocks)
    return { blocks, mayBeIn: async () => true, matches }
  }
  const choice = blockChoice(request, included, necessaryTerms(filter, context.fields))
  return {
    blocks: parts.flatMap((part) => (choice.mayBeInPart(part.indices) ? part.blocks : [])),
    mayBeIn: choice.mayBeIn,
    matches,
  }
}

function remembered(included: (index: string) => boolean): (index: string) => boolean {
  const known = new Map<string, boolean>()
  return (index) => {
    const answer = known.get(index) ?? included(index)
    known.set(index, answer)
    return answer
  }
}

/** The matching events of one block, by their place in it. */
export interface ScannedBlock {
  readonly block: Block
  readonly events: readonly StoredEvent[]
  readonly rows: readonly number[]
}

/** Reads blocks in the given order, giving way to other work after each; stops when the signal says so. */
export async function* scan(
  { mayBeIn, matches }: Candidates,
  blocks: Iterable<Block>,
  signal: AbortSignal | undefined,
): AsyncGenerator<ScannedBlock> {
  for (const block of blocks) {
    signal?.throwIfAborted()
    if (!(await mayBeIn(block))) continue
    const events = await block.events()
    const rows: number[] = []
    events.forEach((event, row) => {
      if (matches(event)) rows.push(row)
    })
    if (rows.length > 0) yield { block, events, rows }
    await setImmediate()
  }
  signal?.throwIfAborted()
}

/** About how many bytes of text one event of a block has. */
export function meanBytesOf({ facts }: Block): number {
  return facts === undefined ? 4_096 : facts.textBytes / Math.max(1, facts.count)
}
