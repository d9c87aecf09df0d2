import type { CodePoints } from './code-points.ts'

/** A Lucene regular expression as a tree. The empty text is a `concat` of nothing. */
export type RegexpNode =
  /** One character: any of the set, or with `negated` any other. */
  | { readonly kind: 'character'; readonly set: CodePoints; readonly negated: boolean }
  | { readonly kind: 'concat' | 'union' | 'intersection'; readonly of: readonly RegexpNode[] }
  | {
      readonly kind: 'repeat'
      readonly of: RegexpNode
      readonly min: number
      /** Undefined: without end. */
      readonly max: number | undefined
    }
  /** Every text that `of` does not match. */
  | { readonly kind: 'complement'; readonly of: RegexpNode }
  /** No text at all, written `#`. */
  | { readonly kind: 'nothing' }
