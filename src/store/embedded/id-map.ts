/** Something for each pair of an index and an id; two maps deep, so that no key is ever glued together. */
export interface IdMap<T> {
  get(index: string, id: string): T | undefined
  has(index: string, id: string): boolean
  set(index: string, id: string, value: T): void
  size(): number
}

/** An empty {@link IdMap}. */
export function idMap<T>(): IdMap<T> {
  const byIndex = new Map<string, Map<string, T>>()
  let size = 0
  return {
    get: (index, id) => byIndex.get(index)?.get(id),
    has: (index, id) => byIndex.get(index)?.has(id) ?? false,
    set: (index, id, value) => {
      const ids = byIndex.get(index) ?? new Map<string, T>()
      if (ids.size === 0) byIndex.set(index, ids)
      if (!ids.has(id)) size++
      ids.set(id, value)
    },
    size: () => size,
  }
}
