import { throughPipes, type PipePlan } from '#query'

/** Takes results in any order and keeps those that pipes and a size leave. */
export interface KeptResults<T> {
  take(results: readonly T[]): void
  /** What is left, in order. */
  end(): readonly T[]
}

/**
 * Results in the order of `compare`, through pipes, the last `size` of them. Holds at most twice as many as
 * the first pipe, or else the size, keeps.
 */
export function keptResults<T>(
  compare: (a: T, b: T) => number,
  { pipes, size }: { readonly pipes: readonly PipePlan[]; readonly size: number },
): KeptResults<T> {
  const first = pipes[0] ?? { kind: 'tail', count: size }
  let kept: T[] = []
  return {
    take(results) {
      for (const result of results) kept.push(result)
      if (kept.length >= 2 * first.count) {
        kept = [...throughPipes(kept.toSorted(compare), [first])]
      }
    },
    end: () => throughPipes(kept.toSorted(compare), pipes, size),
  }
}
