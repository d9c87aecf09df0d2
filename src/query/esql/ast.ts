import type { Span } from '#base'

/** The commands of an ES|QL text in their order; the first is a source. */
export interface EsqlQuery {
  readonly source: EsqlSource
  readonly commands: readonly EsqlCommand[]
}

/** Where rows come from. */
export type EsqlSource =
  | {
      readonly kind: 'from'
      /** As written: `logs-*`, and `-logs-x` for what is left out. */
      readonly indices: readonly string[]
      /** `_id`, `_index`, `_version` and what else is asked for by METADATA. */
      readonly metadata: readonly EsqlName[]
      readonly span: Span
    }
  | { readonly kind: 'row'; readonly fields: readonly NamedExpression[]; readonly span: Span }

/** What is done with the rows that came so far. */
export type EsqlCommand =
  | { readonly kind: 'where'; readonly condition: EsqlExpression; readonly span: Span }
  | { readonly kind: 'eval'; readonly fields: readonly NamedExpression[]; readonly span: Span }
  | {
      readonly kind: 'stats'
      readonly aggregates: readonly AggregateExpression[]
      readonly by: readonly NamedExpression[]
      /** `INLINE STATS`: every row stays and learns what its group came to. */
      readonly inline: boolean
      readonly span: Span
    }
  | { readonly kind: 'keep' | 'drop'; readonly names: readonly EsqlName[]; readonly span: Span }
  | {
      readonly kind: 'rename'
      readonly pairs: readonly { readonly from: EsqlName; readonly to: EsqlName }[]
      readonly span: Span
    }
  | { readonly kind: 'sort'; readonly keys: readonly SortKey[]; readonly span: Span }
  | { readonly kind: 'limit'; readonly count: number; readonly span: Span }
  | { readonly kind: 'mv-expand'; readonly name: EsqlName; readonly span: Span }
  | {
      readonly kind: 'dissect'
      readonly input: EsqlExpression
      readonly pattern: EsqlText
      readonly separator: string
      readonly span: Span
    }
  | {
      readonly kind: 'grok'
      readonly input: EsqlExpression
      readonly patterns: readonly EsqlText[]
      readonly span: Span
    }

/** A column's name; in KEEP and DROP `*` in it stands for any run of characters. */
export interface EsqlName {
  readonly name: string
  readonly span: Span
}

/** A text in quotes. */
export interface EsqlText {
  readonly text: string
  readonly span: Span
}

/** A column that is worked out; without a name of its own it is called as it is written. */
export interface NamedExpression {
  readonly name: string
  readonly of: EsqlExpression
  readonly span: Span
}

/** What STATS works out, of the rows for which `where` is true. */
export interface AggregateExpression extends NamedExpression {
  readonly where?: EsqlExpression
}

/** What rows are ordered by. */
export interface SortKey {
  readonly of: EsqlExpression
  readonly descending: boolean
  readonly nullsFirst: boolean
}

/** How two values become one. */
export type BinaryOperator =
  'and' | 'or' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/' | '%'

/** What is worked out for each row. */
export type EsqlExpression = { readonly span: Span } & (
  | { readonly kind: 'null' }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'integer' | 'long' | 'double'; readonly value: number }
  | { readonly kind: 'list'; readonly of: readonly EsqlExpression[] }
  /** `1 hour`: an amount and the name of its unit, in lower case. */
  | { readonly kind: 'time-span'; readonly amount: number; readonly unit: string }
  | { readonly kind: 'column'; readonly name: string }
  /** `name` in lower case. `COUNT(*)` is a call of nothing. */
  | { readonly kind: 'call'; readonly name: string; readonly of: readonly EsqlExpression[] }
  | { readonly kind: 'cast'; readonly of: EsqlExpression; readonly type: string }
  | { readonly kind: 'not' | 'negate'; readonly of: EsqlExpression }
  | {
      readonly kind: 'binary'
      readonly operator: BinaryOperator
      readonly left: EsqlExpression
      readonly right: EsqlExpression
    }
  | {
      readonly kind: 'in'
      readonly of: EsqlExpression
      readonly values: readonly EsqlExpression[]
    }
  | {
      readonly kind: 'like' | 'rlike'
      readonly of: EsqlExpression
      readonly patterns: readonly EsqlText[]
    }
  | { readonly kind: 'is-null'; readonly of: EsqlExpression }
  /** `field : value`. */
  | { readonly kind: 'search'; readonly of: EsqlExpression; readonly value: EsqlExpression }
)
