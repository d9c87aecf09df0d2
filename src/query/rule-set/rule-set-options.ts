import type { FieldName } from '#event'

/** What a rule set goes by. Matters of speed and memory alone: whatever stands here, the answers are the same. */
export interface RuleSetOptions {
  /**
   * The fields that say what sort of event a document is, of which there are few sorts: one look at them,
   * and at the index before, settles most filters.
   */
  readonly guards: readonly FieldName[]
  /** Fields whose values are asked for beside, see `valuesOf` of a rule set. */
  readonly reads: readonly FieldName[]
  /** Steps of the graph of guards, and of all that decide about a few filters each; beyond, filters are asked one by one. */
  readonly maxSorts: number
  readonly maxSteps: number
  /** How often there was a step too few, until all steps are let go. */
  readonly maxUnsorted: number
  /**
   * Documents of a sort that are asked everything, to learn what is rare among them: the first ones, and
   * some more once the sort is better known. Rising, apart from each other.
   */
  readonly lessons: readonly { readonly from: number; readonly documents: number }[]
  /** Filters that may come or go before everything is compiled anew, and documents matched meanwhile. */
  readonly maxChanges: number
  readonly maxDocumentsWithChanges: number
}

/** What suits rules over events of ECS. */
export const ordinaryRuleSet: RuleSetOptions = {
  guards: [
    'host.os.type',
    'event.category',
    'event.type',
    'event.action',
    'event.kind',
    'event.module',
    'event.dataset',
    'data_stream.dataset',
    'event.provider',
    'event.code',
    'event.outcome',
  ],
  reads: [],
  maxSorts: 256,
  maxSteps: 4096,
  maxUnsorted: 100_000,
  lessons: [
    { from: 0, documents: 16 },
    { from: 2_000, documents: 48 },
  ],
  maxChanges: 64,
  maxDocumentsWithChanges: 20_000,
}
