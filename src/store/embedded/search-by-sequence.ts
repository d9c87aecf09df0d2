import type { SearchRequest, StoredEvent } from '../event-store.ts'
import { pageEvents } from '../limits.ts'
import { blocksOf, scanBlock, type Candidates } from './scan.ts'

/** Matches as they were accepted; holds one block at a time. */
export async function* inSequence(
  candidates: Candidates,
  { limit = Infinity, signal }: SearchRequest,
): AsyncGenerator<readonly StoredEvent[]> {
  let left = limit
  for (const block of blocksOf(candidates)) {
    const matches = await scanBlock(candidates, block, signal)
    const found = matches.slice(0, left).map(({ event }) => event)
    left -= found.length
    for (let at = 0; at < found.length; at += pageEvents) yield found.slice(at, at + pageEvents)
    if (left <= 0) return
  }
  signal?.throwIfAborted()
}
