/** Whether an entry asks for the values or for their absence. */
export type EntryOperator = 'included' | 'excluded'

/** One condition of an exception item. */
export type ExceptionEntry =
  | {
      readonly type: 'match' | 'wildcard'
      readonly field: string
      readonly operator: EntryOperator
      readonly value: string
    }
  | {
      readonly type: 'match_any'
      readonly field: string
      readonly operator: EntryOperator
      readonly value: readonly string[]
    }
  | { readonly type: 'exists'; readonly field: string; readonly operator: EntryOperator }
  | {
      readonly type: 'list'
      readonly field: string
      readonly operator: EntryOperator
      readonly list: { readonly id: string; readonly type: ValueListType }
    }
  | {
      readonly type: 'nested'
      readonly field: string
      readonly entries: readonly ExceptionEntry[]
    }

/** Kinds of value list that can be evaluated as a filter. */
export type ValueListType = 'keyword' | 'ip' | 'ip_range' | 'text'

/** A named list of values that exception entries refer to. */
export interface ValueList {
  readonly id: string
  readonly type: ValueListType
  readonly values: readonly string[]
}

/** All of an item's entries together except an event; items of a list are alternatives. */
export interface ExceptionItem {
  readonly itemId: string
  readonly listId: string
  readonly name: string
  readonly entries: readonly ExceptionEntry[]
  /** Only events of these operating systems; empty: all. */
  readonly osTypes: readonly ('linux' | 'macos' | 'windows')[]
  /** ISO 8601; from then on the item counts for nothing. */
  readonly expireTime?: string
}
