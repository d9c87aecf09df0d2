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
  /** Whether events of an index are asked for at all. */
  readonly included: (index: string) => boolean
}

/** The events of one block, and which of them match, by their place in it. */
export interface ScannedBlock {
  readonly events: readonly StoredEvent[]
  readonly rows: readonly number[]
}

/** Reads one block, giving way to other work after it; throws when the signal says so. */
export async function scanBlock(
  { mayBeIn, matches }: Candidates,
  block: Block,
  signal: AbortSignal | undefined,
): Promise<ScannedBlock> {
  signal?.throwIfAborted()
  if (!(await mayBeIn(block))) return { events: [], rows: [] }
  const events = await block.events()
  const rows: number[] = []
  events.forEach((event, row) => {
    if (matches(event)) rows.push(row)
  })
  await setImmediate()
  return { events, rows }
}

/** About how many bytes of text one event of a block has. */
export function meanBytesOf({ facts }: Block): number {
  return facts === undefined ? 4_096 : facts.textBytes / Math.max(1, facts.count)
}
