import type { RuleSetEntry } from './entry.ts'

/** What is found out about filters and one document after the other. */
export interface Findings<Key> {
  /** The keys of the filters that match the document at hand, each once. */
  readonly keys: readonly Key[]
  /** Turns to the next document. */
  begin(): void
  /** Notes that there was reason to look at a filter. */
  look(entry: RuleSetEntry<Key>): void
  /** Notes that a filter matches, unless it was taken out meanwhile. */
  add(entry: RuleSetEntry<Key>): void
}

/** {@link Findings} of no document yet. */
export function findings<Key>(): Findings<Key> {
  const keys: Key[] = []
  let document = 0
  return {
    keys,
    begin() {
      keys.length = 0
      document++
    },
    look(entry) {
      if (entry.lookedAt === document) return
      entry.lookedAt = document
      entry.looked++
    },
    add(entry) {
      if (entry.matchedAt === document || !entry.isLive) return
      entry.matchedAt = document
      entry.matched++
      keys.push(entry.key)
    },
  }
}
