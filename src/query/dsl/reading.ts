import type { Diagnostic } from '#base'
import type { FieldCatalogue } from '#event'

/** Where a query is being read, and what was found wrong so far. */
export interface Reading {
  readonly diagnostics: Diagnostic[]
  /** Path of keys from the top: `filters[0].query.bool`. */
  readonly at: string
  readonly depth: number
  /** The types of fields, for the few clauses whose meaning hangs on them; without it these are refused. */
  readonly fields?: FieldCatalogue
}

/** The reading of something below. */
export function below(reading: Reading, step: string): Reading {
  return { ...reading, at: `${reading.at}${step}`, depth: reading.depth + 1 }
}

/** Notes a clause that does not have the form it must have. */
export function malformed(reading: Reading, message: string): undefined {
  note(reading, 'dsl.malformed', message)
}

/** Notes a clause that means something we cannot do. */
export function unsupported(reading: Reading, message: string): undefined {
  note(reading, 'dsl.unsupported', message)
}

function note({ diagnostics, at }: Reading, code: string, message: string): undefined {
  // A clause is no text of its own: the origin says where, so the span is empty.
  const span = { start: 0, end: 0 }
  diagnostics.push({ code, severity: 'error', message: `${at}: ${message}`, span, origin: at })
}
