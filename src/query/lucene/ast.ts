import type { Diagnostic, Span } from '#base'
import type { GlobPart, PlanBound } from '../plan/filter-plan.ts'

/** A Lucene text as it was written: lists of clauses, and conditions. */
export type LuceneNode = LuceneLeaf | LuceneClauses

/** One condition. */
export interface LuceneLeaf {
  readonly kind: 'leaf'
  /** Undefined: no field was written, every field is searched. */
  readonly field: LuceneField | undefined
  readonly value: LuceneValue
  readonly span: Span
}

/**
 * Clauses in a row, each with what became of it. With required ones, the optional ones decide nothing;
 * without, one of them must hold.
 */
export interface LuceneClauses {
  readonly kind: 'clauses'
  readonly of: readonly LuceneClause[]
  readonly span: Span
}

/** A condition or group and how it counts. */
export interface LuceneClause {
  readonly occur: 'required' | 'optional' | 'prohibited'
  /** What stands between it and the clause before. */
  readonly joinedBy: 'and' | 'or' | undefined
  readonly of: LuceneNode
}

/** A field name, escapes resolved; a `*` in it (written `\*`) makes it a pattern. */
export interface LuceneField {
  readonly text: string
  readonly span: Span
}

/** What a field is compared with. */
export type LuceneValue =
  /** One unquoted word, or several in a row, which are one value. */
  | { readonly kind: 'words'; readonly text: string; readonly count: number; readonly span: Span }
  | { readonly kind: 'phrase'; readonly text: string; readonly span: Span }
  | { readonly kind: 'glob'; readonly glob: readonly GlobPart[]; readonly span: Span }
  | { readonly kind: 'regexp'; readonly pattern: string; readonly span: Span }
  /** Open where a bound is undefined. */
  | {
      readonly kind: 'range'
      readonly low: PlanBound | undefined
      readonly high: PlanBound | undefined
      readonly span: Span
    }

/** A text that parses, and what of it is doubtful whatever the fields are. */
export interface ParsedLucene {
  /** Undefined for blank text: all documents. */
  readonly node: LuceneNode | undefined
  readonly doubts: readonly Diagnostic[]
}

/** Whether a value is a single `*`. */
export function isStar(value: LuceneValue): boolean {
  return value.kind === 'glob' && value.glob.length === 1 && value.glob[0]?.kind === 'any-run'
}
