import type { Terms } from './bloom.ts'
import { secondLane } from './term-hash.ts'

/** The distinct terms of a block under construction: open addressing, no allocation per term. */
export interface TermSet extends Terms {
  /** Adds a term by the first number of its hash. */
  add(a: number): void
  clear(): void
}

const firstSlots = 1 << 14
const keptSlots = 1 << 16

/** An empty {@link TermSet}. */
export function termSet(): TermSet {
  let slots = new Uint32Array(firstSlots)
  let count = 0

  const place = (a: number): void => {
    const mask = slots.length - 1
    let at = a & mask
    for (let held = slots[at]; held !== 0; held = slots[at]) {
      if (held === a) return
      at = (at + 1) & mask
    }
    slots[at] = a
    count++
  }

  const grow = (): void => {
    const before = slots
    slots = new Uint32Array(before.length * 2)
    count = 0
    for (const a of before) if (a !== 0) place(a)
  }

  return {
    add: (a) => {
      if (count * 2 >= slots.length) grow()
      place(a)
    },
    size: () => count,
    forEach: (visit) => {
      for (const a of slots) if (a !== 0) visit(a, secondLane(a))
    },
    clear: () => {
      if (slots.length > keptSlots) slots = new Uint32Array(firstSlots)
      else slots.fill(0)
      count = 0
    },
  }
}
