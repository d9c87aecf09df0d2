import type { Diagnostic, Result } from '#base'
import type { FieldCatalogue } from '#event'
import type { EqlCheckOptions, EqlStatement, EventQueryPlan } from '#query'

/** What vectors are run against: a text, what is wrong with it, and the plan that it stands for. */
export interface EqlLanguage {
  parse(text: string): Result<EqlStatement, readonly Diagnostic[]>
  check(
    statement: EqlStatement,
    fields: FieldCatalogue,
    options: EqlCheckOptions,
  ): readonly Diagnostic[]
  lower(
    statement: EqlStatement,
    context: { readonly fields: FieldCatalogue; readonly categoryField: string },
  ): EventQueryPlan
}
