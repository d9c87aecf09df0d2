import type { Span } from '#base'
import type { GlobPart, RangeOp } from '../plan/filter-plan.ts'

/** A KQL text as it was written, before fields are resolved: the five functions of the grammar. */
export type KueryNode =
  | {
      readonly kind: 'is'
      /** Undefined: no field was written, every field is searched. */
      readonly field: KueryValue | undefined
      readonly value: KueryValue
      readonly span: Span
    }
  | {
      readonly kind: 'range'
      readonly field: KueryValue
      readonly op: RangeOp
      readonly value: KueryValue
      readonly span: Span
    }
  | { readonly kind: 'and' | 'or'; readonly of: readonly KueryNode[]; readonly span: Span }
  | { readonly kind: 'not'; readonly of: KueryNode; readonly span: Span }
  | {
      readonly kind: 'nested'
      readonly path: KueryValue
      readonly of: KueryNode
      readonly span: Span
    }

/** One condition. */
export type KueryLeaf = Extract<KueryNode, { readonly kind: 'is' | 'range' }>

/** A word of a KQL text: a field name or a value. */
export type KueryValue =
  | {
      readonly kind: 'literal'
      readonly value: string | boolean | null
      readonly quoted: boolean
      readonly span: Span
    }
  | { readonly kind: 'wildcard'; readonly glob: readonly GlobPart[]; readonly span: Span }

/** The text that a word stands for; `*` of a wildcard is written as it is. */
export function textOf(value: KueryValue): string {
  return value.kind === 'literal' ? String(value.value) : globText(value.glob)
}

function globText(glob: readonly GlobPart[]): string {
  return glob.map((part) => (part.kind === 'literal' ? part.text : '*')).join('')
}

/** Whether a word is a single `*`. */
export function isStar(value: KueryValue): boolean {
  return value.kind === 'wildcard' && value.glob.length === 1
}
