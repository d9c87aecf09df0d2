import type { GlobPart } from '../plan/filter-plan.ts'
import type { KueryValue } from './ast.ts'

/** Whether a character separates words: blank, tab, line breaks, no-break space. */
export function isSpace(character: string | undefined): boolean {
  return (
    character === ' ' ||
    character === '\n' ||
    character === '\t' ||
    character === '\r' ||
    character === '\u00a0'
  )
}

/** The first offset from `at` on that is no space. */
export function skipSpace(text: string, at: number): number {
  let end = at
  while (isSpace(text[end])) end++
  return end
}

/** Whether `word` (given in lower case) and a space after it stand at an offset, in any case. */
export function isKeywordAt(text: string, at: number, word: 'and' | 'or' | 'not'): boolean {
  const end = at + word.length
  return isSpace(text[end]) && text.slice(at, end).toLowerCase() === word
}

const special = new Set('\\():<>"*{}')

const spaceEscapes: { readonly [letter: string]: string } = { t: '\t', r: '\r', n: '\n' }

/** The quoted word at an offset; undefined where none begins, or none ends. */
export function quotedWordAt(text: string, at: number): KueryValue | undefined {
  if (text[at] !== '"') return undefined
  let value = ''
  let from = at + 1
  let end = from
  for (; end < text.length && text[end] !== '"'; end++) {
    if (text[end] !== '\\') continue
    const escape = quotedEscapeAt(text, end)
    if (escape === undefined) continue
    value += text.slice(from, end) + escape.value
    from = end + escape.length
    end = from - 1
  }
  if (end >= text.length) return undefined
  value += text.slice(from, end)
  return { kind: 'literal', value, quoted: true, span: { start: at, end: end + 1 } }
}

/** In quotes, a backslash before anything else is a backslash. */
function quotedEscapeAt(text: string, at: number): Escape | undefined {
  const next = text[at + 1] ?? ''
  const space = spaceEscapes[next]
  if (space !== undefined) return { value: space, length: 2 }
  return (
    unicodeEscapeAt(text, at) ??
    (next === '\\' || next === '"' ? { value: next, length: 2 } : undefined)
  )
}

interface Escape {
  readonly value: string
  readonly length: number
}

function unicodeEscapeAt(text: string, at: number): Escape | undefined {
  const digits = text.slice(at + 2, at + 6)
  if (text[at + 1] !== 'u' || !/^[0-9a-fA-F]{4}$/.test(digits)) return undefined
  return { value: String.fromCharCode(Number.parseInt(digits, 16)), length: 6 }
}

/**
 * The unquoted word at an offset; undefined where none begins. It runs over spaces until ` and ` or ` or `,
 * until the letters `not` before a space (inside a word too: the grammar says so), or until a special
 * character. Its outer spaces belong to its span but not to its value. Linear in its length.
 */
export function unquotedWordAt(text: string, at: number): KueryValue | undefined {
  const parts: GlobPart[] = []
  let piece = ''
  let end = at
  for (;;) {
    const step = unquotedStepAt(text, end)
    if (step === undefined) break
    if (step.value === undefined) {
      if (piece !== '') parts.push({ kind: 'literal', text: piece })
      parts.push({ kind: 'any-run' })
      piece = ''
    } else {
      piece += step.value
    }
    end += step.length
  }
  if (end === at) return undefined
  const span = { start: at, end }
  if (parts.length === 0) return { kind: 'literal', value: literalOf(piece), quoted: false, span }
  if (piece !== '') parts.push({ kind: 'literal', text: piece })
  return { kind: 'wildcard', glob: trimmedGlob(parts), span }
}

function literalOf(text: string): string | boolean | null {
  const trimmed = text.trim()
  if (trimmed === 'null') return null
  if (trimmed === 'true') return true
  return trimmed === 'false' ? false : trimmed
}

function trimmedGlob(parts: readonly GlobPart[]): readonly GlobPart[] {
  const last = parts.length - 1
  return parts
    .map((part, position) => {
      if (part.kind !== 'literal') return part
      const start = position === 0 ? part.text.trimStart() : part.text
      return { ...part, text: position === last ? start.trimEnd() : start }
    })
    .filter((part) => part.kind !== 'literal' || part.text !== '')
}

/** The next piece of an unquoted word; its value is undefined for the wildcard `*`. */
function unquotedStepAt(
  text: string,
  at: number,
): { readonly value: string | undefined; readonly length: number } | undefined {
  const character = text[at]
  if (character === undefined) return undefined
  if (character === '*') return { value: undefined, length: 1 }
  if (character === '\\') return unquotedEscapeAt(text, at)
  if (special.has(character)) return undefined
  if (isSpace(character)) {
    // The whole run at once: looking ahead from each of its spaces would take the square of its length.
    const end = skipSpace(text, at)
    if (isKeywordAt(text, end, 'or') || isKeywordAt(text, end, 'and')) return undefined
    return { value: text.slice(at, end), length: end - at }
  }
  if ((character === 'n' || character === 'N') && isKeywordAt(text, at, 'not')) return undefined
  return { value: character, length: 1 }
}

function unquotedEscapeAt(text: string, at: number): Escape | undefined {
  const next = text[at + 1] ?? ''
  // `\n` comes before `\not`, so `\not` is a line break and `ot`: a quirk of the published grammar.
  const space = spaceEscapes[next]
  if (space !== undefined) return { value: space, length: 2 }
  if (special.has(next)) return { value: next, length: 2 }
  const unicode = unicodeEscapeAt(text, at)
  if (unicode !== undefined) return unicode
  const keyword = /^(?:or|and|not)/i.exec(text.slice(at + 1, at + 4))?.[0]
  return keyword === undefined ? undefined : { value: keyword, length: 1 + keyword.length }
}
