import type { JsonObject } from '#base'

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

/** Kinds of value list. Those of keyword, ip and ip_range can be evaluated as a filter. */
export const valueListTypes = [
  'keyword',
  'ip',
  'ip_range',
  'text',
  'binary',
  'boolean',
  'byte',
  'date',
  'date_nanos',
  'date_range',
  'double',
  'double_range',
  'float',
  'float_range',
  'geo_point',
  'geo_shape',
  'half_float',
  'integer',
  'integer_range',
  'long',
  'long_range',
  'shape',
  'short',
] as const

/** One of {@link valueListTypes}. */
export type ValueListType = (typeof valueListTypes)[number]

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
  /** Members that say nothing about matching (description, comments, tags, …), by wire name, kept as they came. */
  readonly unknown?: JsonObject
}

/** A named list of exception items, as exports carry it beside the items. */
export interface ExceptionList {
  readonly listId: string
  readonly name: string
  /** `detection`, `rule_default`, `endpoint`, … */
  readonly type: string
  readonly namespaceType: 'single' | 'agnostic'
  /** Other members, by wire name, kept as they came. */
  readonly unknown: JsonObject
}
