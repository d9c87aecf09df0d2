import type { SequenceShape } from './sequence-match.ts'

/** The stages of a plan by the part that they play. Numbers count the plan's stages from 0. */
export interface StageRoles {
  /** Stages that events stand in. At least one. */
  readonly positive: readonly number[]
  /** Stages without an event before the first positive one, and after the last. */
  readonly leading: readonly number[]
  readonly trailing: readonly number[]
  /** Stages without an event right after positive stage n, counted among the positive ones; none after the last. */
  readonly between: readonly (readonly number[])[]
}

/** Sorts the stages of a plan. Throws where no stage is positive: checks refuse such a text. */
export function rolesOf({ stages }: SequenceShape): StageRoles {
  const numbers = stages.map((_, stage) => stage)
  const positive = numbers.filter((stage) => stages[stage]?.isMissing === false)
  const [first, last] = [positive[0], positive.at(-1)]
  if (first === undefined || last === undefined)
    throw new Error('a sequence of missing events alone')
  const missing = numbers.filter((stage) => stages[stage]?.isMissing === true)
  return {
    positive,
    leading: missing.filter((stage) => stage < first),
    trailing: missing.filter((stage) => stage > last),
    between: positive.map((stage, n) =>
      missing.filter((each) => each > stage && each < (positive[n + 1] ?? stage)),
    ),
  }
}

/** One slot a stage: the events in the positive ones, in their order. */
export function slotsOf<E>(
  { stages }: SequenceShape,
  events: readonly E[],
): readonly (E | undefined)[] {
  let next = 0
  return stages.map(({ isMissing }) => (isMissing ? undefined : events[next++]))
}
