import type { Span } from '#base'
import type { FieldName } from '#event'

/** An EQL text as it was written. */
export interface EqlStatement {
  readonly query: EqlQuery
  readonly pipes: readonly EqlPipe[]
  readonly span: Span
}

/** What is asked for: single events, ordered series of events, or unordered groups of events. */
export type EqlQuery =
  | { readonly kind: 'events'; readonly filter: EqlFilter }
  | EqlSequence
  | {
      readonly kind: 'sample'
      /** Join keys of every stage; those of a stage follow them. */
      readonly keys: readonly EqlJoinKey[]
      readonly stages: readonly EqlStage[]
      readonly span: Span
    }

/** Events in order of time. */
export interface EqlSequence {
  readonly kind: 'sequence'
  /** Join keys of every stage and of `until`; those of a stage follow them. */
  readonly keys: readonly EqlJoinKey[]
  readonly maxSpan: { readonly ms: number; readonly span: Span } | undefined
  readonly stages: readonly EqlStage[]
  readonly until: EqlStage | undefined
  readonly span: Span
}

/** One bracket of a sequence or sample. */
export interface EqlStage {
  readonly filter: EqlFilter
  /** Written `![…]`: no such event may occur. */
  readonly isMissing: boolean
  readonly keys: readonly EqlJoinKey[]
  /** `with runs`; 1 where none is written. */
  readonly runs: number
  readonly span: Span
}

/** A field whose values must be equal in all stages; optional: `?field`, null equals null. */
export interface EqlJoinKey {
  readonly field: FieldName
  readonly isOptional: boolean
  readonly span: Span
}

/** `category where condition`; an undefined category is `any`. */
export interface EqlFilter {
  readonly category: { readonly value: string; readonly span: Span } | undefined
  readonly condition: EqlExpression
  readonly span: Span
}

/** `head` keeps the first so many results, `tail` the last. */
export interface EqlPipe {
  readonly kind: 'head' | 'tail'
  readonly count: number
  readonly span: Span
}

/** A condition, or a part of one. Parentheses leave no trace but the shape of the tree. */
export type EqlExpression =
  | EqlLiteral
  | EqlField
  | { readonly kind: 'not' | 'negative'; readonly of: EqlExpression; readonly span: Span }
  | {
      /** In the order written, flattened: `a and b and c` is one node of three. */
      readonly kind: 'and' | 'or'
      readonly of: readonly EqlExpression[]
      readonly span: Span
    }
  | {
      readonly kind: 'comparison'
      readonly op: EqlComparisonOp
      readonly left: EqlExpression
      readonly right: EqlExpression
      readonly span: Span
    }
  | {
      readonly kind: 'arithmetic'
      readonly op: EqlArithmeticOp
      readonly left: EqlExpression
      readonly right: EqlExpression
      readonly span: Span
    }
  | {
      /** `in` and `in~`; `not in` is a `not` around it. */
      readonly kind: 'membership'
      readonly of: EqlExpression
      readonly values: readonly EqlExpression[]
      readonly isCaseless: boolean
      readonly span: Span
    }
  | {
      /** `:`, `like`, `like~`, `regex`, `regex~` with one constant or a list of them. */
      readonly kind: 'pattern'
      readonly op: EqlPatternOp
      readonly of: EqlExpression
      readonly patterns: readonly EqlLiteral[]
      readonly span: Span
    }
  | {
      readonly kind: 'call'
      /** The function's name as documented (`stringContains`), whatever case was written. */
      readonly name: EqlFunctionName
      readonly isCaseless: boolean
      readonly of: readonly EqlExpression[]
      readonly span: Span
    }

/** A constant. Numbers: `integer` for those written without point and exponent, and then exact up to 64 bits. */
export type EqlLiteral =
  | { readonly kind: 'string'; readonly value: string; readonly span: Span }
  | { readonly kind: 'integer'; readonly value: bigint; readonly span: Span }
  | { readonly kind: 'decimal'; readonly value: number; readonly span: Span }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly span: Span }
  | { readonly kind: 'null'; readonly span: Span }

/** A field; optional: `?field`, which may be unmapped and then is null. */
export interface EqlField {
  readonly kind: 'field'
  readonly name: FieldName
  readonly isOptional: boolean
  readonly span: Span
}

/** How two values are compared. */
export type EqlComparisonOp = '==' | '!=' | '<' | '<=' | '>' | '>='

/** How two numbers become one. */
export type EqlArithmeticOp = '+' | '-' | '*' | '/' | '%'

/** How a text is compared with patterns; `:` is `like~`. */
export type EqlPatternOp = ':' | 'like' | 'like~' | 'regex' | 'regex~'

/** Every function, by its documented name. */
export const eqlFunctionNames = [
  'add',
  'between',
  'cidrMatch',
  'concat',
  'divide',
  'endsWith',
  'indexOf',
  'length',
  'modulo',
  'multiply',
  'number',
  'startsWith',
  'string',
  'stringContains',
  'substring',
  'subtract',
] as const

/** One of {@link eqlFunctionNames}. */
export type EqlFunctionName = (typeof eqlFunctionNames)[number]
