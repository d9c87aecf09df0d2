import type { Terms } from './bloom.ts'

/** The distinct terms of a block under construction: open addressing, no allocation per term. */
export interface TermSet extends Terms {
  /** Adds a term by its two lanes. */
  add(a: number, b: number): void
  clear(): void
}

/** An empty {@link TermSet}. */
export function termSet(): TermSet {
  let slots = 1 << 14
  let lanesA = new Uint32Array(slots)
  let lanesB = new Uint32Array(slots)
  let count = 0

  const place = (a: number, b: number): void => {
    let at = a & (slots - 1)
    // The second lane is never zero, so zero marks a free slot.
    while (lanesB[at] !== 0) {
      if (lanesA[at] === a && lanesB[at] === b) return
      at = (at + 1) & (slots - 1)
    }
    lanesA[at] = a
    lanesB[at] = b
    count++
  }

  const grow = (): void => {
    const [oldA, oldB] = [lanesA, lanesB]
    slots *= 2
    lanesA = new Uint32Array(slots)
    lanesB = new Uint32Array(slots)
    count = 0
    oldB.forEach((b, at) => {
      if (b !== 0) place(oldA[at] ?? 0, b)
    })
  }

  return {
    add: (a, b) => {
      if (count * 2 >= slots) grow()
      place(a, b)
    },
    size: () => count,
    forEach: (visit) => {
      for (let at = 0; at < slots; at++) {
        const b = lanesB[at] ?? 0
        if (b !== 0) visit(lanesA[at] ?? 0, b)
      }
    },
    clear: () => {
      if (slots > 1 << 16) {
        slots = 1 << 14
        lanesA = new Uint32Array(slots)
        lanesB = new Uint32Array(slots)
      } else {
        lanesB.fill(0)
      }
      count = 0
    },
  }
}
