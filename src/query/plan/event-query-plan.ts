import type { FieldName } from '#event'
import type { FilterPlan } from './filter-plan.ts'

/** What a query over events in their order asks for: what EQL texts are lowered to. */
export type EventQueryPlan =
  | { readonly kind: 'events'; readonly filter: FilterPlan; readonly pipes: readonly PipePlan[] }
  | SequencePlan
  | SamplePlan

/** Series of events, each later than the one before, that agree in their join keys. */
export interface SequencePlan {
  readonly kind: 'sequence'
  /** Runs are written out: a stage with three runs stands here three times. At least two. */
  readonly stages: readonly SequenceStagePlan[]
  /** An event that ends whatever was begun before it. */
  readonly until?: SequenceStagePlan
  /** From the first positive event to the last, inclusive; absent: any time. */
  readonly maxSpanMs?: number
  readonly pipes: readonly PipePlan[]
}

/** One stage; every stage of a plan has the same number of keys. */
export interface SequenceStagePlan {
  readonly filter: FilterPlan
  readonly keys: readonly JoinKeyPlan[]
  /** No event may stand here. */
  readonly isMissing: boolean
}

/** Groups of events, in any order, that agree in their join keys: one event a stage. */
export interface SamplePlan {
  readonly kind: 'sample'
  readonly stages: readonly Omit<SequenceStagePlan, 'isMissing'>[]
}

/** A field whose value joins stages; optional: a missing value equals a missing value. */
export interface JoinKeyPlan {
  readonly field: FieldName
  readonly isOptional: boolean
}

/** Keeps the first or last so many results. */
export interface PipePlan {
  readonly kind: 'head' | 'tail'
  readonly count: number
}
