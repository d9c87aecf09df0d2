import { visibleText, type Diagnostic, type Span } from '#base'

/** What to tell of a text that does not parse. */
export function slip(
  problem: string,
  message: string,
  span: Span,
  more: { readonly help?: string; readonly patch?: string } = {},
): Diagnostic {
  return { code: `lucene.${problem}`, severity: 'error', message, span, ...more }
}

/** What to tell of a text that parses, but perhaps not as it was meant. */
export function doubt(
  problem: string,
  message: string,
  span: Span,
  more: { readonly help?: string; readonly patch?: string } = {},
): Diagnostic {
  return { code: `lucene.${problem}`, severity: 'warning', message, span, ...more }
}

/** A piece of text in quotes, safe to show. */
export function shown(text: string): string {
  return `"${visibleText(text)}"`
}
