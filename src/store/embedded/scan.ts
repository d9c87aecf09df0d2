import { setImmediate } from 'node:timers/promises'
import type { StoredEvent } from '../event-store.ts'
import { placed, type Block, type BlockFacts, type LineTest, type PlacedEvent } from './block.ts'
import type { ChosenRows } from './row-choice.ts'

/** Whether an event matches, apart from the terms and bounds of its block. */
export type EventTest = (event: StoredEvent) => boolean

/** The candidate blocks of a search and the test of their events. */
export interface Candidates {
  /** Every part of the store that may hold a match, in order of acceptance. */
  readonly parts: readonly CandidatePart[]
  /** The rows of a block that may hold one, by columns; undefined where they tell nothing. */
  rowsIn(block: Block): Promise<ChosenRows | undefined>
  /** Whether a block may hold one after all, by its terms; costs a read at times. */
  mayBeIn(block: Block): Promise<boolean>
  /** Whether the line of an event may be that of a match; undefined where lines tell nothing. */
  readonly line: LineTest | undefined
  readonly matches: EventTest
  /** Whether events of an index are asked for at all. */
  readonly included: (index: string) => boolean
}

/** Blocks that lie together. */
export interface CandidatePart {
  /** Where all of them stand in time; undefined where that is not known. */
  readonly times: BlockFacts['times'] | undefined
  /** Those that may hold a match, by their facts, in order of acceptance. */
  blocks(): readonly Block[]
}

/** Every block that may hold a match, by its facts, in order of acceptance. */
export function* blocksOf({ parts }: Candidates): Generator<Block> {
  for (const part of parts) yield* part.blocks()
}

/** So few rows are read rather than a filter over terms be asked whether one is worth it. */
const fewRows = 8

/** How long a search may go on before other work gets its turn, milliseconds. */
const turnMs = 4

let turnEndMs = 0

/** The matches of one block. Gives way to other work now and then; throws when the signal says so. */
export async function scanBlock(
  candidates: Candidates,
  block: Block,
  signal: AbortSignal | undefined,
): Promise<readonly PlacedEvent[]> {
  signal?.throwIfAborted()
  const { line, matches } = candidates
  const rows = await candidates.rowsIn(block)
  if (rows?.count === 0) return []
  const isWorthReading = rows !== undefined && rows.count <= fewRows
  if (!isWorthReading && !(await candidates.mayBeIn(block))) return []
  const isAny = line === undefined && rows === undefined
  const events = isAny ? placed(await block.events()) : await block.eventsWhere({ rows, line })
  const found = events.filter(({ event }) => matches(event))
  await otherWork()
  return found
}

async function otherWork(): Promise<void> {
  if (performance.now() < turnEndMs) return
  await setImmediate()
  turnEndMs = performance.now() + turnMs
}

/** About how many bytes of text one event of a block has. */
export function meanBytesOf({ facts }: Block): number {
  return facts === undefined ? 4_096 : facts.textBytes / Math.max(1, facts.count)
}
