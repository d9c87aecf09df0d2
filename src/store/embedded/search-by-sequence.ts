import type { SearchRequest, StoredEvent } from '../event-store.ts'
import { pageEvents } from '../limits.ts'
import { scan, type Candidates } from './scan.ts'

/** Matches as they were accepted; holds one block at a time. */
export async function* inSequence(
  candidates: Candidates,
  { limit = Infinity, signal }: SearchRequest,
): AsyncGenerator<readonly StoredEvent[]> {
  let left = limit
  for await (const { events, rows } of scan(candidates, candidates.blocks, signal)) {
    const found = rows.slice(0, left).flatMap((row) => events[row] ?? [])
    left -= found.length
    for (let at = 0; at < found.length; at += pageEvents) yield found.slice(at, at + pageEvents)
    if (left <= 0) return
  }
}
