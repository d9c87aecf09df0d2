import { type Diagnostic, type Span } from '#base'
import type { FieldName } from '#event'
import { shown, slip, type Advice } from './slips.ts'
import type { Keyword, Sign, Token } from './token.ts'

/**
 * Where the parser stands. What it takes is undefined where the text is wrong; what is wrong with it is
 * then among `problems`.
 */
export interface Reader {
  readonly text: string
  readonly tokens: readonly Token[]
  at: number
  /** How many parentheses, lists, `not` and signs this place stands in. */
  depth: number
  /** Arithmetic operators so far. */
  operators: number
  readonly problems: Diagnostic[]
}

/** The token that is due; the last one is of kind `end`. */
export function nextToken({ tokens, at, text }: Reader): Token {
  return tokens[at] ?? { kind: 'end', span: { start: text.length, end: text.length } }
}

/** The kind of the token so many places on. */
export function kindAhead({ tokens, at }: Reader, places: number): Token['kind'] {
  return tokens[at + places]?.kind ?? 'end'
}

/** Takes the next token if it is of that kind. */
export function take(reader: Reader, kind: Keyword | Sign): boolean {
  if (nextToken(reader).kind !== kind) return false
  reader.at++
  return true
}

/** From `start` to the end of the token taken last. */
export function spanFrom({ tokens, at }: Reader, start: number): Span {
  return { start, end: tokens[at - 1]?.span.end ?? start }
}

/** The text of a token as it was written. */
export function written({ text }: Reader, { span }: Token): string {
  return text.slice(span.start, span.end)
}

/** Notes what is wrong; to be returned. */
export function fail(reader: Reader, problem: Diagnostic): undefined {
  reader.problems.push(problem)
  return undefined
}

/** Notes that something else must stand where the next token stands. */
export function expected(reader: Reader, what: string, advice: Advice = {}): undefined {
  const found = nextToken(reader)
  const there = found.kind === 'end' ? 'the text ends' : `there is ${shown(written(reader, found))}`
  return fail(
    reader,
    slip('unexpected', `${what} must stand here, but ${there}`, found.span, advice),
  )
}

/** A field's name: words joined by points, those in back-quotes as they stand. */
export interface NameTaken {
  readonly name: FieldName
  readonly isOptional: boolean
  readonly span: Span
}

/** Takes `?`, if there, and a dotted name. */
export function takeFieldName(reader: Reader): NameTaken | undefined {
  const { start } = nextToken(reader).span
  const isOptional = take(reader, '?')
  const parts: string[] = []
  do {
    const token = nextToken(reader)
    if (token.kind !== 'name' && token.kind !== 'quoted-name') return noName(reader, token)
    parts.push(token.text)
    reader.at++
  } while (take(reader, '.'))
  if (nextToken(reader).kind === '[' && kindAhead(reader, 1) === 'integer') return noIndex(reader)
  return { name: parts.join('.'), isOptional, span: spanFrom(reader, start) }
}

function noName(reader: Reader, token: Token): undefined {
  const word = written(reader, token)
  if (!/^[a-z]+$/.test(word)) return expected(reader, 'the name of a field')
  const message = `${word} is a word of EQL; in the name of a field it must stand in back-quotes`
  const advice = { help: `write \`${word}\``, patch: `\`${word}\`` }
  return fail(reader, slip('keyword-as-name', message, token.span, advice))
}

function noIndex(reader: Reader): undefined {
  const { span } = nextToken(reader)
  const help = 'leave the index out: a condition holds if any element fulfils it'
  return fail(reader, slip('array-index', 'elements of arrays cannot be picked', span, { help }))
}
