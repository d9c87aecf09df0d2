import type { JsonValue } from '#base'

/** What became of one case. */
export type CaseResult =
  | { readonly kind: 'passed'; readonly id: string }
  | { readonly kind: 'skipped'; readonly id: string; readonly reason: string }
  | { readonly kind: 'failed'; readonly id: string; readonly differences: readonly Difference[] }

/** One thing that a case expected and did not find. */
export interface Difference {
  /** What was looked at: a query, a key of `expect`, and the store where it matters. */
  readonly what: string
  readonly expected: JsonValue
  readonly found: JsonValue
}

/** Passed without differences, else failed with them. */
export function resultOf(id: string, differences: readonly Difference[]): CaseResult {
  return differences.length === 0 ? { kind: 'passed', id } : { kind: 'failed', id, differences }
}
