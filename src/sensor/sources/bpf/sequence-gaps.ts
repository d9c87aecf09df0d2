import type { SequenceObserver } from './decode.ts'

/** Proves losses from the records alone: every CPU numbers its records of each kind without gaps. */
export interface SequenceGaps {
  readonly observe: SequenceObserver
  /** Records missing before the last one seen of each CPU and kind. */
  missing(): number
}

/** Counts from the numbering's beginning. */
export function sequenceGaps(): SequenceGaps {
  const expected = new Map<number, number>()
  let missing = 0
  return {
    observe(cpu, kind, sequence) {
      const stream = cpu * 4 + kind
      missing += sequence - (expected.get(stream) ?? 0)
      expected.set(stream, sequence + 1)
    },
    missing: () => missing,
  }
}
