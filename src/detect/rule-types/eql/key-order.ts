import { compareOrdinals, type JoinKey, type Ordinal } from '#query'

/** Knows for each join key how far its events have come. */
export interface KeyOrder {
  /** Whether an event comes after all of its key before it; one that does not changes nothing. */
  advances(key: JoinKey, at: Ordinal): boolean
}

/**
 * Remembers the latest place of at most `maxKeys` keys. Of the keys that it never met or has forgotten, those
 * longest untouched first, it assumes that they have come to `fromMs` and to wherever a forgotten one had come.
 */
export function keyOrder({
  maxKeys,
  fromMs,
}: {
  readonly maxKeys: number
  /** Epoch milliseconds. */
  readonly fromMs: number
}): KeyOrder {
  const latest = new Map<string, Ordinal>()
  let floor: Ordinal = { timeMs: fromMs, position: -1 }
  return {
    advances(key, at) {
      if (compareOrdinals(at, latest.get(key.text) ?? floor) <= 0) return false
      latest.delete(key.text)
      latest.set(key.text, at)
      const [oldest] = latest
      if (latest.size > maxKeys && oldest !== undefined) {
        const [text, place] = oldest
        latest.delete(text)
        if (compareOrdinals(place, floor) > 0) floor = place
      }
      return true
    },
  }
}
