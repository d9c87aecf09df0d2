import { err, ok, type Diagnostic, type Result, type Span } from '#base'
import type { GlobPart } from '../plan/filter-plan.ts'
import { rangeTokenAt, type RangeToken } from './range-token.ts'
import { slip, shown } from './slips.ts'
import { isSpace, unescapedAt } from './escape.ts'

/** A piece of a Lucene text. */
export type Token =
  | { readonly kind: 'word'; readonly text: string; readonly span: Span }
  | { readonly kind: 'glob'; readonly glob: readonly GlobPart[]; readonly span: Span }
  | { readonly kind: 'phrase'; readonly text: string; readonly span: Span }
  | { readonly kind: 'regexp'; readonly pattern: string; readonly span: Span }
  | RangeToken
  | { readonly kind: 'and' | 'or' | 'not' | '+' | '-'; readonly span: Span }
  | { readonly kind: ':' | '(' | ')'; readonly span: Span }
  /** `~2` or `^1.5`. */
  | { readonly kind: 'fuzzy' | 'boost'; readonly span: Span }

/** The pieces of a text in order, or the first that cannot be read. Linear in the text. */
export function tokensOf(text: string): Result<readonly Token[], Diagnostic> {
  const tokens: Token[] = []
  for (let at = skipSpace(text, 0); at < text.length; at = skipSpace(text, at)) {
    const token = tokenAt(text, at)
    if (!token.ok) return token
    tokens.push(token.value)
    at = token.value.span.end
  }
  return ok(tokens)
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (isSpace(text[at])) at++
  return at
}

function tokenAt(text: string, at: number): Result<Token, Diagnostic> {
  const span = { start: at, end: at + 1 }
  const found = text[at] ?? ''
  switch (found) {
    case ':':
    case '(':
    case ')':
      return ok({ kind: found, span })
    case '+':
    case '-':
    case '!':
      if (isSpace(text[at + 1])) return err(detached(text, at))
      return ok({ kind: found === '!' ? 'not' : found, span })
    case '"':
      return phraseAt(text, at)
    case '/':
      return regexpAt(text, at)
    case '[':
    case '{':
      return rangeTokenAt(text, at)
    case '~':
    case '^':
      return suffixAt(text, at)
    case ']':
    case '}':
      return err(
        slip('unopened-range', `${shown(found)} ends a range that was never begun`, span, {
          help: `write \\${found} where it is part of a value`,
          patch: `\\${found}`,
        }),
      )
    default:
      return wordAt(text, at)
  }
}

function detached(text: string, at: number): Diagnostic {
  const found = text[at] ?? ''
  return slip(
    'detached-operator',
    `${shown(found)} stands alone; it must stand directly before its condition`,
    { start: at, end: skipSpace(text, at + 1) },
    { help: `remove the space, or write \\${found} for the character`, patch: found },
  )
}

function phraseAt(text: string, at: number): Result<Token, Diagnostic> {
  let value = ''
  let end = at + 1
  while (end < text.length && text[end] !== '"') {
    const step = unescapedAt(text, end)
    if (!step.ok) return step
    value += step.value.text
    end = step.value.end
  }
  if (end < text.length)
    return ok({ kind: 'phrase', text: value, span: { start: at, end: end + 1 } })
  return err(
    slip(
      'unclosed-quote',
      'a quote is opened here and never closed',
      { start: at, end: text.length },
      {
        help: 'close the quote, or write \\" for a quote character',
        patch: `${text.slice(at).trimEnd()}"`,
      },
    ),
  )
}

function regexpAt(text: string, at: number): Result<Token, Diagnostic> {
  let end = at + 1
  // Inside, a backslash belongs to the expression; before a slash it keeps the expression open too.
  while (end < text.length && text[end] !== '/') end += text[end] === '\\' ? 2 : 1
  if (end < text.length) {
    return ok({
      kind: 'regexp',
      pattern: text.slice(at + 1, end),
      span: { start: at, end: end + 1 },
    })
  }
  return err(
    slip(
      'unclosed-regexp',
      'a slash begins a regular expression, and this one is never closed',
      { start: at, end: at + 1 },
      { help: 'put a path in quotes, or write \\/ for each slash', patch: '\\/' },
    ),
  )
}

function suffixAt(text: string, at: number): Result<Token, Diagnostic> {
  const isBoost = text[at] === '^'
  const number = /^\d+(?:\.\d+)?/.exec(text.slice(at + 1, at + 40))?.[0] ?? ''
  const span = { start: at, end: at + 1 + number.length }
  if (!isBoost || number !== '') return ok({ kind: isBoost ? 'boost' : 'fuzzy', span })
  return err(
    slip('bad-boost', '^ must be followed by a number', span, {
      help: 'write \\^ for the character',
      patch: '\\^',
    }),
  )
}

/** Characters that end a word, unless escaped. `+` and `-` may stand inside one, not at its beginning. */
const endsWord = new Set('!():^[]"{}~\\/')

const operators: { readonly [written: string]: 'and' | 'or' | 'not' | undefined } = {
  AND: 'and',
  '&&': 'and',
  OR: 'or',
  '||': 'or',
  NOT: 'not',
}

function wordAt(text: string, at: number): Result<Token, Diagnostic> {
  const parts: GlobPart[] = []
  let piece = ''
  let end = at
  while (end < text.length) {
    const character = text[end] ?? ''
    if (character === '*' || character === '?') {
      if (piece !== '') parts.push({ kind: 'literal', text: piece })
      piece = ''
      parts.push({ kind: character === '*' ? 'any-run' : 'any-one' })
      end++
    } else if (character === '\\') {
      const step = unescapedAt(text, end)
      if (!step.ok) return step
      piece += step.value.text
      end = step.value.end
    } else {
      if (isSpace(character) || endsWord.has(character)) break
      piece += character
      end++
    }
  }
  const span = { start: at, end }
  const operator = operators[text.slice(at, Math.min(end, at + 4))]
  if (operator !== undefined) return ok({ kind: operator, span })
  if (parts.length === 0) return ok({ kind: 'word', text: piece, span })
  if (piece !== '') parts.push({ kind: 'literal', text: piece })
  return ok({ kind: 'glob', glob: parts, span })
}
