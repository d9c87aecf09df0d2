import { err, ok, type Diagnostic, type Result, type Span } from '#base'
import { slip } from './slips.ts'
import { foreignSign, unknownCharacter } from './slips-token.ts'
import { textLiteralAt } from './text-literal.ts'

/** A piece of an EQL text. */
export type Token =
  /** A bare word that is no keyword: a category, a part of a field's name, a function, a unit. */
  | { readonly kind: 'name'; readonly text: string; readonly span: Span }
  /** A name in back-quotes. */
  | { readonly kind: 'quoted-name'; readonly text: string; readonly span: Span }
  /** The name of a function with `~` directly after it; `text` is without. */
  | { readonly kind: 'caseless-name'; readonly text: string; readonly span: Span }
  | { readonly kind: 'string'; readonly value: string; readonly span: Span }
  | { readonly kind: 'integer'; readonly value: bigint; readonly span: Span }
  | { readonly kind: 'decimal'; readonly value: number; readonly span: Span }
  | { readonly kind: Keyword | Sign; readonly span: Span }
  | { readonly kind: 'end'; readonly span: Span }

const keywords = [
  'and',
  'any',
  'by',
  'false',
  'in',
  'in~',
  'join',
  'like',
  'like~',
  'maxspan',
  'not',
  'null',
  'of',
  'or',
  'regex',
  'regex~',
  'sample',
  'sequence',
  'true',
  'until',
  'where',
  'with',
] as const

/** A word that means itself, in lower case only. */
export type Keyword = (typeof keywords)[number]

const keywordOf: ReadonlyMap<string, Keyword> = new Map(keywords.map((word) => [word, word]))

/** Whether a word is a keyword, so that a field of that name needs back-quotes. */
export function isKeyword(word: string): boolean {
  return keywordOf.has(word)
}

/** Longer ones first, so that the longest that fits is taken. */
const signs = [
  '==',
  '!=',
  '<=',
  '>=',
  '![',
  '=',
  '<',
  '>',
  ':',
  '+',
  '-',
  '*',
  '/',
  '%',
  '(',
  ')',
  '[',
  ']',
  ',',
  '.',
  '|',
  '?',
] as const

/** An operator, a bracket or another sign. */
export type Sign = (typeof signs)[number]

const wordPattern = /[A-Za-z_@][A-Za-z0-9_]*~?/y
const numberPattern = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y
const backQuotePattern = /`[^`]*(?:``[^`]*)*`(?!`)/y

/** The pieces of a text in order, closed by one of kind `end`; or the first that cannot be read. Linear in the text. */
export function tokensOf(text: string): Result<readonly Token[], Diagnostic> {
  const tokens: Token[] = []
  for (let at = 0; ;) {
    const skipped = skipBlank(text, at)
    if (!skipped.ok) return skipped
    at = skipped.value
    if (at >= text.length) break
    const token = tokenAt(text, at)
    if (!token.ok) return token
    tokens.push(token.value)
    at = token.value.span.end
  }
  tokens.push({ kind: 'end', span: { start: text.length, end: text.length } })
  return ok(tokens)
}

function skipBlank(text: string, from: number): Result<number, Diagnostic> {
  let at = from
  for (;;) {
    if (' \t\r\n'.includes(text[at] ?? 'x')) at++
    else if (text.startsWith('//', at)) at = endOfLine(text, at)
    else if (text.startsWith('/*', at)) {
      const end = endOfComment(text, at)
      if (end === undefined) return err(unclosedComment(text, at))
      at = end
    } else return ok(at)
  }
}

function endOfLine(text: string, at: number): number {
  const length = text.slice(at).search(/[\r\n]/)
  return length < 0 ? text.length : at + length
}

/** Comments nest; one that opens more often than it closes ends with the last close there is. */
function endOfComment(text: string, start: number): number | undefined {
  let depth = 0
  let last: number | undefined
  const edges = /\/\*|\*\//g
  edges.lastIndex = start
  for (let edge = edges.exec(text); edge !== null; edge = edges.exec(text)) {
    depth += edge[0] === '/*' ? 1 : -1
    if (edge[0] === '*/') last = edges.lastIndex
    if (depth === 0) return last
  }
  return last
}

function unclosedComment(text: string, at: number): Diagnostic {
  const message = 'a comment is opened here and never closed'
  return slip('unclosed-comment', message, { start: at, end: text.length }, { help: 'add */' })
}

function tokenAt(text: string, at: number): Result<Token, Diagnostic> {
  const found = text[at] ?? ''
  if (found === '"') {
    const literal = textLiteralAt(text, at)
    if (!literal.ok) return literal
    const { value, end } = literal.value
    return ok({ kind: 'string', value, span: { start: at, end } })
  }
  if (found === '`') return quotedNameAt(text, at)
  const word = matchAt(wordPattern, text, at)
  if (word !== undefined) return ok(wordToken(word, at))
  const number = matchAt(numberPattern, text, at)
  if (number !== undefined) return numberToken(number, at)
  const foreign = foreignSign(text, at)
  if (foreign !== undefined) return err(foreign)
  const symbol = signs.find((known) => text.startsWith(known, at))
  if (symbol === undefined) return err(unknownCharacter(text, at))
  return ok({ kind: symbol, span: { start: at, end: at + symbol.length } })
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

function wordToken(written: string, start: number): Token {
  const isTilded = written.endsWith('~')
  const span = { start, end: start + written.length }
  const keyword = keywordOf.get(written)
  if (keyword !== undefined) return { kind: keyword, span }
  const text = isTilded ? written.slice(0, -1) : written
  return { kind: isTilded ? 'caseless-name' : 'name', text, span }
}

const maxInteger = 2n ** 64n

function numberToken(written: string, start: number): Result<Token, Diagnostic> {
  const span = { start, end: start + written.length }
  const isInteger = /^\d{1,20}$/.test(written)
  const integer = isInteger ? BigInt(written) : maxInteger
  if (integer < maxInteger) return ok({ kind: 'integer', value: integer, span })
  const value = Number(written)
  if (Number.isFinite(value)) return ok({ kind: 'decimal', value, span })
  return err(slip('number-too-large', 'this number is larger than any that can be compared', span))
}

function quotedNameAt(text: string, at: number): Result<Token, Diagnostic> {
  const written = matchAt(backQuotePattern, text, at)
  if (written === undefined || written === '``') {
    const span = { start: at, end: Math.min(at + 1, text.length) }
    const help = 'close it with `; a back-quote in the name is written twice'
    return err(
      slip('bad-back-quote', 'a name in back-quotes is not closed, or empty', span, { help }),
    )
  }
  const name = written.slice(1, -1).replaceAll('``', '`')
  return ok({ kind: 'quoted-name', text: name, span: { start: at, end: at + written.length } })
}
