import { setImmediate } from 'node:timers/promises'
import type { StoredEvent } from '../event-store.ts'
import { placed, type Block, type LineTest, type PlacedEvent } from './block.ts'

/** Whether an event matches, apart from the terms and bounds of its block. */
export type EventTest = (event: StoredEvent) => boolean

/** The candidate blocks of a search and the test of their events. */
export interface Candidates {
  /** Every block that may hold a match, in order of acceptance. */
  readonly blocks: readonly Block[]
  /** Whether a block may hold one after all, by its times and terms; costs a read at times. */
  mayBeIn(block: Block): Promise<boolean>
  /** Whether the line of an event may be that of a match; undefined where lines tell nothing. */
  readonly mayBeWanted: LineTest | undefined
  readonly matches: EventTest
  /** Whether events of an index are asked for at all. */
  readonly included: (index: string) => boolean
}

/** The matches of one block. Gives way to other work after it; throws when the signal says so. */
export async function scanBlock(
  { mayBeIn, mayBeWanted, matches }: Candidates,
  block: Block,
  signal: AbortSignal | undefined,
): Promise<readonly PlacedEvent[]> {
  signal?.throwIfAborted()
  if (!(await mayBeIn(block))) return []
  const candidates =
    mayBeWanted === undefined ? placed(await block.events()) : await block.eventsWhere(mayBeWanted)
  const found = candidates.filter(({ event }) => matches(event))
  await setImmediate()
  return found
}

/** About how many bytes of text one event of a block has. */
export function meanBytesOf({ facts }: Block): number {
  return facts === undefined ? 4_096 : facts.textBytes / Math.max(1, facts.count)
}
