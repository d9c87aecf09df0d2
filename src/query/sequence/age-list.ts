/** Things in the order in which they were added, found by themselves. Each step but `all` costs the same at any size. */
export interface AgeList<T> {
  add(item: T): void
  /** Takes out an item that is in the list. */
  remove(item: T): void
  /** Puts `other` in the place of an item that is in the list. */
  replace(item: T, other: T): void
  oldest(): T | undefined
  /** Oldest first. */
  all(): readonly T[]
}

interface Entry<T> {
  item: T
  older: Entry<T> | undefined
  newer: Entry<T> | undefined
}

/**
 * An empty list. A linked one: the first key of a map that is always emptied from its front takes time in
 * proportion to all that was deleted there.
 */
export function ageList<T extends object>(): AgeList<T> {
  const entries = new Map<T, Entry<T>>()
  let oldest: Entry<T> | undefined
  let newest: Entry<T> | undefined
  return {
    add(item) {
      const entry: Entry<T> = { item, older: newest, newer: undefined }
      if (newest === undefined) oldest = entry
      else newest.newer = entry
      newest = entry
      entries.set(item, entry)
    },
    remove(item) {
      const entry = entries.get(item)
      if (entry === undefined) return
      const { older, newer } = entry
      if (older === undefined) oldest = newer
      else older.newer = newer
      if (newer === undefined) newest = older
      else newer.older = older
      entries.delete(item)
    },
    replace(item, other) {
      const entry = entries.get(item)
      if (entry === undefined) return
      entry.item = other
      entries.delete(item)
      entries.set(other, entry)
    },
    oldest: () => oldest?.item,
    all() {
      const items: T[] = []
      for (let entry = oldest; entry !== undefined; entry = entry.newer) items.push(entry.item)
      return items
    },
  }
}
