/** A set of texts that remembers 64 bits of each: it may take one text for another, once in very many. */
export interface KeySet {
  readonly size: number
  add(key: string): void
  has(key: string): boolean
}

/** An empty {@link KeySet}; 8 to 32 bytes for each of its keys, whatever their length. */
export function keySet(): KeySet {
  let slots = new Uint32Array(2 * 64)
  let size = 0

  /** The slot that holds a pair, or the free one where it would go. Pairs are never zero. */
  const slotOf = (high: number, low: number): number => {
    const mask = slots.length / 2 - 1
    let at = low & mask
    while (slots[2 * at] !== 0 || slots[2 * at + 1] !== 0) {
      if (slots[2 * at] === high && slots[2 * at + 1] === low) break
      at = (at + 1) & mask
    }
    return at
  }
  const put = (high: number, low: number): boolean => {
    const at = slotOf(high, low)
    if (slots[2 * at] !== 0 || slots[2 * at + 1] !== 0) return false
    slots[2 * at] = high
    slots[2 * at + 1] = low
    return true
  }
  const grow = (): void => {
    const before = slots
    slots = new Uint32Array(before.length * 2)
    for (let at = 0; at < before.length; at += 2) {
      const [high = 0, low = 0] = [before[at], before[at + 1]]
      if (high !== 0 || low !== 0) put(high, low)
    }
  }
  return {
    get size() {
      return size
    },
    add(key) {
      const [high, low] = hashed(key)
      if (!put(high, low)) return
      size++
      if (size * 4 > slots.length) grow()
    },
    has(key) {
      const [high, low] = hashed(key)
      const at = slotOf(high, low)
      return slots[2 * at] !== 0 || slots[2 * at + 1] !== 0
    },
  }
}

/** Two independent 32-bit hashes of a text; the first is never zero. */
function hashed(key: string): readonly [number, number] {
  let high = 0x811c9dc5
  let low = 0x9e3779b9
  for (let i = 0; i < key.length; i++) {
    const unit = key.charCodeAt(i)
    high = Math.imul(high ^ unit, 0x01000193)
    low = Math.imul(low ^ unit, 0x85ebca6b)
    low ^= low >>> 13
  }
  high ^= high >>> 15
  low = Math.imul(low ^ (low >>> 16), 0xc2b2ae35)
  return [(high | 1) >>> 0, (low ^ (low >>> 16)) >>> 0]
}
