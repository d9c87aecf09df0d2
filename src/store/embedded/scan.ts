import { setImmediate } from 'node:timers/promises'
import type { StoredEvent } from '../event-store.ts'
import type { Block } from './block.ts'

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
