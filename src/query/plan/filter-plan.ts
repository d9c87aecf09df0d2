import type { FieldName } from '#event'

/** What a leaf compares a field with. `quoted` keeps `*` literal and makes a phrase of text. */
export interface PlanLiteral {
  readonly value: string | number | boolean
  readonly quoted: boolean
}

/** A glob: literal pieces, `*` (any run) and, where the language has it, `?` (any one character). */
export type GlobPart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'any-run' }
  | { readonly kind: 'any-one' }

/** Which documents: the one form that every language's filters are lowered to. */
export type FilterPlan =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | { readonly kind: 'not'; readonly of: FilterPlan }
  | { readonly kind: 'and' | 'or'; readonly of: readonly FilterPlan[] }
  /** Some value of the field equals the literal, by the field's type. No field: any field. */
  | {
      readonly kind: 'match'
      readonly field: FieldSelector
      readonly literal: PlanLiteral
      /** Compare strings without regard to case. */
      readonly caseless?: boolean
    }
  /** Some value of the field is one of these, exactly: exceptions' `match_any`, value lists. */
  | {
      readonly kind: 'match-any'
      readonly field: FieldSelector
      readonly values: readonly (string | number | boolean)[]
    }
  | {
      readonly kind: 'glob'
      readonly field: FieldSelector
      readonly glob: readonly GlobPart[]
      readonly caseless?: boolean
    }
  | { readonly kind: 'exists'; readonly field: FieldSelector }
  | {
      readonly kind: 'range'
      readonly field: FieldSelector
      readonly op: RangeOp
      readonly value: string | number
    }
  /** One and the same value lies between two bounds. */
  | {
      readonly kind: 'between'
      readonly field: FieldSelector
      readonly low: PlanBound
      readonly high: PlanBound
    }
  /** Some value, as a whole text, matches a Lucene regular expression; of text, some word in lower case. */
  | {
      readonly kind: 'regexp'
      readonly field: FieldSelector
      readonly pattern: string
      readonly caseless?: boolean
    }
  /** One and the same object below `path` satisfies `of`, whose fields are full names. */
  | { readonly kind: 'nested'; readonly path: FieldName; readonly of: FilterPlan }

/** One end of a span of values. */
export interface PlanBound {
  readonly value: string | number
  /** Whether the bound itself lies within. */
  readonly inclusive: boolean
}

/** `gt` is `>`, `gte` is `>=`, and so on. */
export type RangeOp = 'gt' | 'gte' | 'lt' | 'lte'

/** One field, all fields that match a pattern, or whatever fields a document has. */
export type FieldSelector =
  | { readonly kind: 'field'; readonly name: FieldName }
  | { readonly kind: 'pattern'; readonly parts: readonly GlobPart[] }
  | { readonly kind: 'any' }
