import type { FilterPlan } from '#query'

/** What is looked for: plain data, so that threads can be told. */
export interface SiftPlan {
  /** Those of the rules, by their places. */
  readonly filters: readonly FilterPlan[]
  readonly nowMs: number
  /** Events outside of these times, epoch milliseconds, both included, are not asked for. */
  readonly within: { readonly fromMs: number; readonly toMs: number } | undefined
  /** Texts, of which a line must hold one to have a chance; undefined: all lines are read. */
  readonly texts: readonly string[] | undefined
}
