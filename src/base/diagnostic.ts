/** Half-open range of UTF-16 code units in the text that a diagnostic speaks of. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** How much a diagnostic matters: an error stops the text from being used, a warning does not. */
export type Severity = 'error' | 'warning'

/** One thing that is wrong, or doubtful, in a text that a user wrote (a query, a rule, a policy). */
export interface Diagnostic {
  /** Stable, readable, `room.what`: `kuery.unclosed-quote`. */
  readonly code: string
  readonly severity: Severity
  /** Stands alone: what was found and what would be right. */
  readonly message: string
  readonly span: Span
  /** What to do about it, where we know. */
  readonly help?: string
  /** The text that would mend it, in place of `span`, where we know. */
  readonly patch?: string
  /** File, rule or field that `span` counts in, where it is not the whole text at hand. */
  readonly origin?: string
}

/** At most this many diagnostics are reported for one text. */
export const maxDiagnostics = 100

/** Sorted by position and cut to {@link maxDiagnostics}. */
export function orderedDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.toSorted((a, b) => a.span.start - b.span.start).slice(0, maxDiagnostics)
}

/** Whether any of them stops the text from being used. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((d) => d.severity === 'error')
}

/** Line and column, both from 1, of an offset in a text; columns count UTF-16 code units. */
export function positionOf(
  text: string,
  offset: number,
): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset)
  const lastBreak = before.lastIndexOf('\n')
  return { line: before.split('\n').length, column: offset - lastBreak }
}
