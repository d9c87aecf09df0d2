import type { Retention } from '../event-store.ts'
import type { Parts } from './parts.ts'
import type { Tail } from './tail.ts'

/** Events outlive their age by at most this share of it, since they go a segment at a time. */
const slack = 0.1

/**
 * Whether the growing log should become a segment so that its events can go in time: on a quiet host it
 * would otherwise take months to fill, and keep its first events for as long.
 */
export function hidesOldEvents(
  tail: Tail,
  { maxAgeMs, maxBytes }: Retention,
  nowMs: number,
): boolean {
  if (maxBytes !== undefined && tail.log.bytes() > maxBytes) return true
  if (maxAgeMs === undefined) return false
  return (tail.firstIngestedMs() ?? Infinity) < nowMs - maxAgeMs * slack
}

/** Drops the oldest segments that are too old or too much; resolves to how many events went. */
export async function retire(
  parts: Parts,
  { maxAgeMs, maxBytes }: Retention,
  nowMs: number,
): Promise<number> {
  const cutoffMs = maxAgeMs === undefined ? -Infinity : nowMs - maxAgeMs
  let bytes = parts.bytes()
  let count = 0
  for (const segment of parts.segments()) {
    const tooLarge = maxBytes !== undefined && bytes > maxBytes
    if (segment.lastIngestedMs >= cutoffMs && !tooLarge) break
    bytes -= segment.bytes
    count++
  }
  const dropped = parts.dropOldest(count)
  for (const segment of dropped) await segment.retire()
  return dropped.reduce((sum, { events }) => sum + events, 0)
}
