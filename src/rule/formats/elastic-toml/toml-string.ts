/** The offset in a TOML string's raw text, quotes included, of an offset in its value. */
export function tomlRawOffset(raw: string, offset: number): number {
  const quote = raw[0] ?? ''
  const isLong = raw.startsWith(quote.repeat(3)) && raw.length >= 6
  let at = isLong ? 3 : 1
  if (isLong && raw[at] === '\r') at += 1
  if (isLong && raw[at] === '\n') at += 1
  const end = raw.length - (isLong ? 3 : 1)
  if (quote === "'") return Math.min(at + offset, end)
  let decoded = 0
  for (;;) {
    const joined = /^\\[ \t]*\r?\n\s*/.exec(raw.slice(at, end))
    if (joined !== null) {
      at += joined[0].length
      continue
    }
    if (decoded >= offset || at >= end) return Math.min(at, end)
    const { raw: rawLength, decoded: decodedLength } = characterAt(raw, at)
    at += rawLength
    decoded += decodedLength
  }
}

const escapeLengths: { readonly [letter: string]: number } = { x: 4, u: 6, U: 10 }

function characterAt(raw: string, at: number): { readonly raw: number; readonly decoded: number } {
  if (raw[at] !== '\\') return { raw: 1, decoded: 1 }
  const length = escapeLengths[raw[at + 1] ?? ''] ?? 2
  const code = length === 10 ? Number.parseInt(raw.slice(at + 2, at + 10), 16) : 0
  return { raw: length, decoded: code > 0xffff ? 2 : 1 }
}

/**
 * A text as a TOML string: over several lines where it has several, else on one; literal (`'…'`) where
 * that saves escapes, which queries and patterns are easier to read without.
 */
export function tomlString(text: string): string {
  const isLong = text.includes('\n')
  const needsEscapes = isLong ? text.includes('\\') : /["\\]/.test(text)
  if (needsEscapes && canBeLiteral(text)) return isLong ? `'''\n${text}'''` : `'${text}'`
  if (!isLong) return `"${text.replace(/["\\]/g, '\\$&').replace(controls, escapeOf)}"`
  const body = text
    .replaceAll('\\', '\\\\')
    .replace(/"{3,}|"$/g, (quotes) => quotes.replaceAll('"', '\\"'))
    .replace(controls, escapeOf)
  return `"""\n${body}"""`
}

// eslint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000b-\u001f\u007f]/g

function canBeLiteral(text: string): boolean {
  return !text.includes("'") && text.search(controls) < 0
}

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
