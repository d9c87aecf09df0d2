import { positionOf, visibleText, type Diagnostic } from '#base'
import type { Terminal } from './terminal.ts'

/**
 * A diagnostic as a compiler would show it: what, where, the line with the place marked, what to do.
 * `text` is what the span counts in; without it the line is left out.
 */
export function diagnosticText(
  diagnostic: Diagnostic,
  terminal: Pick<Terminal, 'tint'>,
  text?: string,
): string {
  const { severity, code, message, help, origin = '' } = diagnostic
  const tone = severity === 'error' ? 'bad' : 'warning'
  const head = `${terminal.tint(tone, `${severity}[${code}]`)}: ${visibleText(message)}`
  const lines = [head]
  if (text === undefined) {
    if (origin !== '') lines.push(`  --> ${visibleText(origin)}`)
  } else lines.push(...windowOf(diagnostic, { text, terminal, tone }))
  if (help !== undefined) lines.push(`${terminal.tint('strong', 'help')}: ${visibleText(help)}`)
  return `${lines.join('\n')}\n`
}

const maxShown = 160

function windowOf(
  { span, origin = '' }: Diagnostic,
  {
    text,
    terminal,
    tone,
  }: {
    readonly text: string
    readonly terminal: Pick<Terminal, 'tint'>
    readonly tone: 'bad' | 'warning'
  },
): readonly string[] {
  const { line, column } = positionOf(text, span.start)
  const whole = text.split('\n')[line - 1]?.replace(/\r$/, '') ?? ''
  // A long line is shown from a little before the place.
  const from = column > maxShown / 2 ? column - 1 - Math.floor(maxShown / 4) : 0
  const before = visibleText(whole.slice(from, column - 1))
  const length = Math.max(1, Math.min(span.end - span.start, whole.length - (column - 1)))
  const marked = visibleText(whole.slice(column - 1, column - 1 + length)) || ' '
  const after = visibleText(whole.slice(column - 1 + length, from + maxShown))
  const margin = ' '.repeat(String(line).length)
  const place = `${visibleText(origin)}:${line}:${column}`
  const lead = from > 0 ? '…' : ''
  return [
    `${margin}--> ${place}`,
    `${margin} |`,
    `${line} | ${lead}${before}${marked}${after}`,
    `${margin} | ${' '.repeat(lead.length + before.length)}${terminal.tint(tone, '^'.repeat(Math.min(marked.length, maxShown)))}`,
  ]
}
