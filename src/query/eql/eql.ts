import type { Diagnostic, Result } from '#base'
import type { FieldCatalogue } from '#event'
import type { EventQueryPlan } from '../plan/event-query-plan.ts'
import type { EqlStatement } from './ast.ts'
import { checkEql, type EqlCheckOptions } from './check.ts'
import { formatEql } from './format.ts'
import { lowerEql, type EqlLowerOptions } from './lower.ts'
import { parseEql } from './parse.ts'

/** The language whose texts ask for events in their order: what {@link eql} can do. */
export interface EventQueryLanguage {
  readonly id: 'eql'
  readonly title: string
  /** The tree of a text, or everything that is wrong with it whatever the fields are. An empty text is an error. */
  parse(text: string): Result<EqlStatement, readonly Diagnostic[]>
  /** What is wrong or doubtful about a statement for these fields, by position. */
  check(
    statement: EqlStatement,
    fields: FieldCatalogue,
    options: EqlCheckOptions,
  ): readonly Diagnostic[]
  /** The plan of a statement for these fields; best of one that the check has no errors for. */
  lower(statement: EqlStatement, options: EqlLowerOptions): EventQueryPlan
  /** A text that parses to the same statement, but for the places. */
  format(statement: EqlStatement): string
}

/** The Event Query Language: `process where process.name : "curl*" and not user.id == "0"`. */
export const eql: EventQueryLanguage = {
  id: 'eql',
  title: 'Event Query Language (EQL)',
  parse: parseEql,
  check: checkEql,
  lower: lowerEql,
  format: formatEql,
}
