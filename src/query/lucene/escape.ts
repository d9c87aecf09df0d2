import { err, ok, type Diagnostic, type Result } from '#base'
import { slip } from './slips.ts'

/** Whether a character separates words. */
export function isSpace(character: string | undefined): boolean {
  return (
    character === ' ' ||
    character === '\t' ||
    character === '\n' ||
    character === '\r' ||
    character === '\u3000'
  )
}

/** The character at an offset, its escape resolved, and where it ends. */
export function unescapedAt(
  text: string,
  at: number,
): Result<{ readonly text: string; readonly end: number }, Diagnostic> {
  if (text[at] !== '\\') return ok({ text: text[at] ?? '', end: at + 1 })
  const next = text[at + 1]
  if (next === undefined) {
    const span = { start: at, end: at + 1 }
    return err(
      slip('bad-escape', 'a backslash must stand before a character', span, {
        help: 'write \\\\ for a backslash',
        patch: '\\\\',
      }),
    )
  }
  if (next !== 'u') return ok({ text: next, end: at + 2 })
  const digits = text.slice(at + 2, at + 6)
  if (/^[0-9a-fA-F]{4}$/.test(digits)) {
    return ok({ text: String.fromCharCode(Number.parseInt(digits, 16)), end: at + 6 })
  }
  return err(
    slip(
      'bad-escape',
      '\\u must be followed by four hexadecimal digits',
      { start: at, end: at + 2 },
      { help: 'write \\\\u for a backslash and the letter', patch: '\\\\u' },
    ),
  )
}
