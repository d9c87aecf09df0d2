import type { Diagnostic, Span } from '#base'
import { present } from './present.ts'

/** The way to a member from a rule's wire form: `['threat', 0, 'tactic', 'id']`. */
export type MemberPath = readonly (string | number)[]

/** A path as people write it: `threat[0].tactic.id`. */
export function pathText(path: MemberPath): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else text += text === '' ? step : `.${step}`
  }
  return text
}

/** Where the members of one rule stand in the text that it was read from. */
export interface RuleLocator {
  /** Name of the text: a file's path. */
  readonly origin: string
  /** The member's name; where the member is not written, the nearest object around it. */
  keySpan(path: MemberPath): Span
  /** The member's value; where the member is not written, the nearest object around it. */
  valueSpan(path: MemberPath): Span
  /** The offset in the text of an offset in a string member's value, escapes and indents considered. */
  insideText(path: MemberPath, offset: number): number
  /** Line and column, from 1, of an offset in the text. */
  position(offset: number): { readonly line: number; readonly column: number }
}

/** A diagnostic about a file: `origin` is its path, `span` counts in its text. */
export interface FileDiagnostic extends Diagnostic {
  readonly origin: string
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 code units. */
  readonly column: number
}

/** Something wrong with one member of a wire form, before it is known where that stands. */
export interface WireProblem {
  readonly code: string
  readonly severity: 'error' | 'warning'
  readonly path: MemberPath
  /** Whether the member's name or its value is at fault. */
  readonly at: 'key' | 'value'
  readonly message: string
  readonly help?: string
  readonly patch?: string
  /** Part of a text value: offsets in it. */
  readonly within?: Span
}

/**
 * The diagnostic of a problem: placed in the file where a locator is given; otherwise `origin` is the
 * member's path and the span counts in the member's text.
 */
export function placed(problem: WireProblem, locate: RuleLocator): FileDiagnostic
export function placed(problem: WireProblem, locate: RuleLocator | undefined): Diagnostic
export function placed(problem: WireProblem, locate: RuleLocator | undefined): Diagnostic {
  const { code, severity, message, help, patch } = problem
  const said = { code, severity, message, ...present({ help, patch }) }
  if (locate === undefined) {
    return { ...said, origin: pathText(problem.path), span: problem.within ?? { start: 0, end: 0 } }
  }
  const span = spanOf(problem, locate)
  return { ...said, origin: locate.origin, span, ...locate.position(span.start) }
}

function spanOf({ path, at, within }: WireProblem, locate: RuleLocator): Span {
  if (within === undefined) return at === 'key' ? locate.keySpan(path) : locate.valueSpan(path)
  const start = locate.insideText(path, within.start)
  return { start, end: Math.max(start, locate.insideText(path, within.end)) }
}
