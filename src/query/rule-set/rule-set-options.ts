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
  /** Sorts of documents, told by their guards; further ones are matched without guards, for a while. */
  readonly maxSorts: number
  /** Documents of further sorts, until the sorts that are known are let go. */
  readonly maxUnsorted: number
  /** Values remembered, together, before all are let go. Each is at most 256 characters. */
  readonly maxValues: number
  /**
   * Documents of a sort that are asked everything, to learn what is rare among them: the first ones, and
   * some more once the sort is better known. Rising, apart from each other.
   */
  readonly lessons: readonly { readonly from: number; readonly documents: number }[]
  /** Filters that may come or go before everything is compiled anew, and documents matched meanwhile. */
  readonly maxChanges: number
  readonly maxDocumentsWithChanges: number
}

/** What suits rules over events of ECS: memory of about 60 MB at the worst. */
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
  maxUnsorted: 100_000,
  maxValues: 100_000,
  lessons: [
    { from: 0, documents: 16 },
    { from: 2_000, documents: 48 },
  ],
  maxChanges: 64,
  maxDocumentsWithChanges: 20_000,
}
