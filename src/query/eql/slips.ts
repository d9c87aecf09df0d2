import { visibleText, type Diagnostic, type Span } from '#base'

/** What there is to say beyond what is wrong. */
export interface Advice {
  readonly help?: string
  readonly patch?: string
}

/** What to tell of a text that is refused. */
export function slip(
  problem: string,
  message: string,
  span: Span,
  advice: Advice = {},
): Diagnostic {
  return { code: `eql.${problem}`, severity: 'error', message, span, ...advice }
}

/** A piece of text in quotes, safe to show and not long. */
export function shown(text: string): string {
  return `"${visibleText(text.length > 40 ? `${text.slice(0, 40)}…` : text)}"`
}
