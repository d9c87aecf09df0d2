import type { StoredEvent } from '../event-store.ts'

/** Events that were read alone lately, by their block and row: the next question mostly asks for them again. */
export interface RecentEvents {
  get(block: object, row: number): StoredEvent | undefined
  /** `bytes` is the length of its line. */
  keep(block: object, row: number, event: StoredEvent, bytes: number): void
}

interface KeptBlock {
  readonly events: Map<number, StoredEvent>
  bytes: number
}

/** Keeps events of up to `maxBytes` of text together; those of the block least lately asked for go first. */
export function recentEvents(maxBytes: number): RecentEvents {
  const blocks = new Map<object, KeptBlock>()
  let keptBytes = 0

  const touched = (block: object): KeptBlock | undefined => {
    const kept = blocks.get(block)
    if (kept === undefined) return undefined
    blocks.delete(block)
    blocks.set(block, kept)
    return kept
  }

  return {
    get: (block, row) => touched(block)?.events.get(row),
    keep: (block, row, event, bytes) => {
      const kept = touched(block) ?? { events: new Map<number, StoredEvent>(), bytes: 0 }
      blocks.set(block, kept)
      kept.events.set(row, event)
      kept.bytes += bytes
      keptBytes += bytes
      for (const [oldest, { bytes: oldestBytes }] of blocks) {
        if (keptBytes <= maxBytes) break
        blocks.delete(oldest)
        keptBytes -= oldestBytes
      }
    },
  }
}
