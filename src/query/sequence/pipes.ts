import type { PipePlan } from '../plan/event-query-plan.ts'

/**
 * What pipes leave of results in their order: each keeps the first or the last so many. Of what is left
 * the last `size` remain, still in their order, as in the answer to a request that names a size.
 */
export function throughPipes<T>(
  results: readonly T[],
  pipes: readonly PipePlan[],
  size = Number.POSITIVE_INFINITY,
): readonly T[] {
  let left = results
  for (const { kind, count } of pipes) {
    left = kind === 'head' ? left.slice(0, count) : lastOf(left, count)
  }
  return lastOf(left, size)
}

function lastOf<T>(results: readonly T[], count: number): readonly T[] {
  return results.slice(Math.max(0, results.length - count))
}
