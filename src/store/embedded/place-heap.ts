/** A queue that always gives the foremost of what was put in; `isBefore` must be a strict order. */
export interface Heap<T> {
  push(value: T): void
  peek(): T | undefined
  pop(): T | undefined
}

/** An empty binary heap. */
export function heapOf<T>(isBefore: (a: T, b: T) => boolean): Heap<T> {
  const values: T[] = []

  const settle = (value: T): void => {
    let at = 0
    for (;;) {
      const left = values[2 * at + 1]
      const right = values[2 * at + 2]
      if (left === undefined) break
      const rightFirst = right !== undefined && isBefore(right, left)
      const child = rightFirst ? right : left
      if (!isBefore(child, value)) break
      values[at] = child
      at = 2 * at + (rightFirst ? 2 : 1)
    }
    values[at] = value
  }

  return {
    push: (value) => {
      let at = values.push(value) - 1
      while (at > 0) {
        const above = (at - 1) >> 1
        const parent = values[above]
        if (parent === undefined || !isBefore(value, parent)) break
        values[at] = parent
        at = above
      }
      values[at] = value
    },
    peek: () => values[0],
    pop: () => {
      const [first] = values
      const last = values.pop()
      if (last !== undefined && values.length > 0) settle(last)
      return first
    },
  }
}
