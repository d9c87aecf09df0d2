import type { RuleWindow } from '#rule'

/**
 * What is left of stretches of event time without others, oldest first. Ends touch: what begins where
 * another ends was read up to there, both by it and by what comes after.
 */
export function stretchesWithout(
  stretches: readonly RuleWindow[],
  taken: readonly RuleWindow[],
): readonly RuleWindow[] {
  let left = stretches
  for (const { fromMs, toMs } of taken) {
    left = left.flatMap((each) =>
      [
        { fromMs: each.fromMs, toMs: Math.min(each.toMs, fromMs) },
        { fromMs: Math.max(each.fromMs, toMs), toMs: each.toMs },
      ].filter((piece) => piece.fromMs < piece.toMs),
    )
  }
  return left.toSorted((a, b) => a.fromMs - b.fromMs)
}

/** The parts of stretches that lie within another; oldest first. */
export function stretchesWithin(
  stretches: readonly RuleWindow[],
  { fromMs, toMs }: RuleWindow,
): readonly RuleWindow[] {
  return stretches
    .map((each) => ({ fromMs: Math.max(each.fromMs, fromMs), toMs: Math.min(each.toMs, toMs) }))
    .filter((piece) => piece.fromMs < piece.toMs)
    .toSorted((a, b) => a.fromMs - b.fromMs)
}

/** Milliseconds that stretches, none of which overlaps another, are together. */
export function lengthMs(stretches: readonly RuleWindow[]): number {
  return stretches.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
}
