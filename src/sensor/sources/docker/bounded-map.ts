/** A map that forgets the entry not used for the longest time when it is full. */
export interface BoundedMap<V> {
  get(key: string): V | undefined
  set(key: string, value: V): void
  has(key: string): boolean
  readonly size: number
}

/** A {@link BoundedMap} of at most `capacity` entries; `get` and `set` count as use. */
export function boundedMap<V>(capacity: number): BoundedMap<V> {
  const entries = new Map<string, V>()
  return {
    get(key) {
      const value = entries.get(key)
      if (value === undefined) return undefined
      entries.delete(key)
      entries.set(key, value)
      return value
    },
    set(key, value) {
      entries.delete(key)
      entries.set(key, value)
      if (entries.size <= capacity) return
      for (const oldest of entries.keys()) {
        entries.delete(oldest)
        break
      }
    },
    has: (key) => entries.has(key),
    get size() {
      return entries.size
    },
  }
}
