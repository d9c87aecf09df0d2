import { err, ok, type Diagnostic, type Result } from '#base'
import { shown, slip } from './slips.ts'

/** A text between quotes, and the offset after it. */
export interface TextLiteral {
  readonly value: string
  readonly end: number
}

/** The text whose opening quote stands at `at`: `"…"` with escapes, or `"""…"""` as it stands. */
export function textLiteralAt(text: string, at: number): Result<TextLiteral, Diagnostic> {
  return text.startsWith('"""', at) ? rawText(text, at) : escapedText(text, at)
}

function rawText(text: string, at: number): Result<TextLiteral, Diagnostic> {
  let end = text.indexOf('"""', at + 3)
  if (end < 0 || /[\r\n]/.test(text.slice(at, end))) return err(unclosed(text, at, '"""'))
  // Up to two quotes more are the last characters of the text.
  if (text[end + 3] === '"') end += text[end + 4] === '"' ? 2 : 1
  return ok({ value: text.slice(at + 3, end), end: end + 3 })
}

function escapedText(text: string, at: number): Result<TextLiteral, Diagnostic> {
  let value = ''
  let end = at + 1
  for (;;) {
    const from = end
    while (end < text.length && !'"\\\r\n'.includes(text[end] ?? '')) end++
    value += text.slice(from, end)
    if (text[end] === '"') return ok({ value, end: end + 1 })
    if (text[end] !== '\\') return err(unclosed(text, at, '"'))
    const step = escapeAt(text, end)
    if (!step.ok) return step
    value += step.value.value
    end = step.value.end
  }
}

const escapes: { readonly [letter: string]: string | undefined } = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  '"': '"',
  "'": "'",
  '\\': '\\',
}

function escapeAt(text: string, at: number): Result<TextLiteral, Diagnostic> {
  const letter = text[at + 1] ?? ''
  const plain = escapes[letter]
  if (plain !== undefined) return ok({ value: plain, end: at + 2 })
  if (letter === 'u') return codePointAt(text, at)
  const isEnd = /^[\r\n]?$/.test(letter)
  return err(
    slip(
      'bad-escape',
      `a backslash cannot stand before ${isEnd ? 'the end of the line' : shown(letter)}`,
      { start: at, end: Math.min(at + 2, text.length) },
      { help: 'write \\\\ for a backslash, or """…""" around the text', patch: `\\\\${letter}` },
    ),
  )
}

function codePointAt(text: string, at: number): Result<TextLiteral, Diagnostic> {
  const written = /^\\u(?:\{[0-9a-fA-F]{2,8}\}|[0-9a-fA-F]{4})/.exec(text.slice(at, at + 12))?.[0]
  const span = { start: at, end: Math.min(at + (written?.length ?? 2), text.length) }
  if (written === undefined) {
    const help = 'write four hexadecimal digits, or two to eight of them in braces: \\u{1f4a9}'
    return err(slip('bad-escape', '\\u must be followed by a code point', span, { help }))
  }
  const code = Number.parseInt(written.slice(2).replace(/[{}]/g, ''), 16)
  const isSurrogate = code >= 0xd800 && code <= 0xdfff
  if (code > 0 && code <= 0x10ffff && !isSurrogate) {
    return ok({ value: String.fromCodePoint(code), end: span.end })
  }
  return err(slip('bad-escape', `${written} is no character that a text can hold`, span))
}

function unclosed(text: string, at: number, quote: string): Diagnostic {
  const end = endOfLine(text, at)
  const help =
    quote === '"'
      ? 'close the quote on the same line, or write \\" for a quote character'
      : 'close it with """ on the same line'
  const patch = `${text.slice(at, end).trimEnd()}${quote}`
  const message = 'a text is opened here and not closed on its line'
  // After a backslash a quote would be one more character of the text.
  const isOpen = quote === '"' && patch.endsWith('\\"')
  return slip('unclosed-quote', message, { start: at, end }, isOpen ? { help } : { help, patch })
}

function endOfLine(text: string, at: number): number {
  const length = text.slice(at).search(/[\r\n]/)
  return length < 0 ? text.length : at + length
}
