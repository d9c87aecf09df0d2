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
      /** Compare strings without regard to case. */
      readonly caseless?: boolean
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
  /** Some combination of the values of its fields, null for a field without any, makes an expression true. */
  | { readonly kind: 'expression'; readonly of: ValueExpression }
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

/**
 * What is worked out from one value of each field. Whatever is worked out from null is null; only `isNull`,
 * `and` and `or` can give more.
 */
export type ValueExpression =
  | { readonly kind: 'null' }
  | { readonly kind: 'constant'; readonly value: string | boolean }
  /** As it is written: an integer, of any size and then exact, where it is digits alone; else a decimal. */
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'field'; readonly name: FieldName }
  /** Whether the value of the leaf's field satisfies it, by the field's type; null where there is none. */
  | { readonly kind: 'leaf'; readonly of: FieldLeafPlan }
  | {
      readonly kind: 'apply'
      readonly function: ValueFunction
      /** Texts are compared without regard to case. */
      readonly caseless?: boolean
      readonly of: readonly ValueExpression[]
    }

/** A leaf about the values of one field. */
export type FieldLeafPlan = Extract<
  FilterPlan,
  { readonly kind: 'match' | 'match-any' | 'glob' | 'range' | 'between' | 'regexp' }
>

/**
 * How values become one value. `like` takes a text and a pattern of `*` and `?`, `regex` a text and a Lucene
 * regular expression; what the others take and give is in docs/reference/eql.md.
 */
export type ValueFunction =
  | 'add'
  | 'and'
  | 'between'
  | 'cidrMatch'
  | 'concat'
  | 'divide'
  | 'endsWith'
  | 'equal'
  | 'indexOf'
  | 'isNull'
  | 'length'
  | 'less'
  | 'lessOrEqual'
  | 'like'
  | 'modulo'
  | 'multiply'
  | 'negate'
  | 'not'
  | 'number'
  | 'or'
  | 'regex'
  | 'startsWith'
  | 'string'
  | 'stringContains'
  | 'substring'
  | 'subtract'
