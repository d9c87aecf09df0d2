/** Values that cost a read to make, kept for the next reader; concurrent readers share one read. */
export interface SharedCache<T> {
  /** What is kept under `key`, or what `read` gives, kept from then on. `bytes` is what it weighs. */
  get(key: object, bytes: number, read: () => Promise<T>): Promise<T>
  /** What is kept under `key`, if anything is. */
  peek(key: object): Promise<T> | undefined
}

/** Keeps up to `maxBytes` together, the least lately used going first. */
export function sharedCache<T>(maxBytes: number): SharedCache<T> {
  const kept = new Map<object, { readonly value: Promise<T>; readonly bytes: number }>()
  let keptBytes = 0

  const drop = (key: object): void => {
    const entry = kept.get(key)
    if (entry === undefined) return
    kept.delete(key)
    keptBytes -= entry.bytes
  }

  return {
    peek: (key) => kept.get(key)?.value,
    get: (key, bytes, read) => {
      const known = kept.get(key)
      if (known !== undefined) {
        kept.delete(key)
        kept.set(key, known)
        return known.value
      }
      const value = read()
      kept.set(key, { value, bytes })
      keptBytes += bytes
      value.catch(() => drop(key))
      for (const oldest of kept.keys()) {
        if (keptBytes <= maxBytes || kept.size === 1) break
        drop(oldest)
      }
      return value
    },
  }
}
