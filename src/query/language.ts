import type { Diagnostic, Result } from '#base'
import type { FieldCatalogue } from '#event'
import type { FilterPlan } from './plan/filter-plan.ts'

/** The wire names of query languages whose texts lower to a filter. */
export type QueryLanguageId = 'kuery' | 'lucene'

/** One way of writing down which documents are meant. */
export interface QueryLanguage {
  readonly id: QueryLanguageId
  readonly title: string
  /** The plan of a text, or everything that is wrong with it. An empty text means all documents. */
  parse(text: string): Result<FilterPlan, readonly Diagnostic[]>
  /** What is doubtful about a text that parses: unknown fields, values that a type cannot hold. */
  check(text: string, fields: FieldCatalogue): readonly Diagnostic[]
  /** A text that parses to the same plan. */
  format(plan: FilterPlan): string
}
