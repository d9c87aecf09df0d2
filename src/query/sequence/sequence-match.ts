import type { JoinKey } from './join-keys.ts'
import type { Ordinal } from './ordinal.ts'

/** An event with its place and the parts that it can play in a sequence or sample. */
export interface StagedEvent<E> {
  readonly event: E
  readonly at: Ordinal
  /** For each stage of the plan, in its order: the keys under which the event satisfies it. */
  readonly keysByStage: readonly (readonly JoinKey[])[]
  /** The keys under which it ends what was begun. */
  readonly untilKeys: readonly JoinKey[]
  /** Whether it would have had more keys than one document may have. */
  readonly isCut: boolean
}

/** What the machines need to know of a sequence plan: which stages there are, not what they ask for. */
export interface SequenceShape {
  readonly stages: readonly { readonly isMissing: boolean }[]
  /** Present wherever a stage is missing. */
  readonly maxSpanMs?: number
}

/** Events that satisfy the stages of a plan in their order, and agree in their keys. */
export interface SequenceMatch<E> {
  readonly key: JoinKey
  /** One a stage, in their order; undefined where the stage says that none may stand. */
  readonly slots: readonly (E | undefined)[]
  /** Those that there are. At least one. */
  readonly events: readonly E[]
  /** Time of the first and place of the last of them: matches are listed by the latter, then by key. */
  readonly firstMs: number
  readonly lastAt: Ordinal
}

/** Events that satisfy the stages of a plan, one each, in any order of time, and agree in their keys. */
export interface SampleMatch<E> {
  readonly key: JoinKey
  /** One a stage, in their order; no event twice. */
  readonly events: readonly E[]
}
