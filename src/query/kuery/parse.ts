import { err, ok, type Diagnostic, type Result } from '#base'
import type { RangeOp } from '../plan/filter-plan.ts'
import type { KueryNode, KueryValue } from './ast.ts'
import { expectedMore, expectedValue, tooDeep, type Expecting } from './slips.ts'
import { isKeywordAt, isSpace, quotedWordAt, skipSpace, unquotedWordAt } from './word.ts'

/** Brackets may stand in brackets so many times; Elasticsearch itself stops at 30 levels of `bool`. */
export const maxKueryDepth = 200

/**
 * The tree of a KQL text, or what is wrong with it. Blank text means all documents.
 * Linear in the text: the grammar's ordered choices never have to be taken back.
 */
export function parseKuery(text: string): Result<KueryNode, Diagnostic> {
  const reader: Reader = {
    text,
    at: skipSpace(text, 0),
    open: [],
    expecting: 'start',
    last: undefined,
  }
  if (reader.at === text.length) return ok(allDocuments(text))
  const query = parseOr(reader, parseSubQuery)
  if (!query.ok) return query
  reader.at = skipSpace(text, reader.at)
  return reader.at === text.length ? query : err(expectedMore(reader))
}

/** Where the parser stands. */
interface Reader {
  readonly text: string
  at: number
  /** Offsets of the brackets that are open here, outermost first. */
  readonly open: number[]
  /** What has just been read, so that a value is due. */
  expecting: Expecting
  /** The word read last. */
  last: KueryValue | undefined
}

type Parsed = Result<KueryNode, Diagnostic>
type Parser = (reader: Reader) => Parsed

function allDocuments(text: string): KueryNode {
  const span = { start: 0, end: text.length }
  const star: KueryValue = { kind: 'wildcard', glob: [{ kind: 'any-run' }], span }
  return { kind: 'is', field: star, value: star, span }
}

function parseOr(reader: Reader, term: Parser): Parsed {
  return parseChain(reader, 'or', (r) => parseChain(r, 'and', (s) => parseNot(s, term)))
}

function parseChain(reader: Reader, word: 'and' | 'or', operand: Parser): Parsed {
  const start = reader.at
  const first = operand(reader)
  if (!first.ok) return first
  const of = [first.value]
  while (takeOperator(reader, word)) {
    const next = operand(reader)
    if (!next.ok) return next
    of.push(next.value)
  }
  return of.length === 1 ? first : ok({ kind: word, of, span: { start, end: reader.at } })
}

function takeOperator(reader: Reader, word: 'and' | 'or'): boolean {
  const { text, at } = reader
  const wordAt = skipSpace(text, at)
  if (wordAt === at || !isKeywordAt(text, wordAt, word)) return false
  reader.at = skipSpace(text, wordAt + word.length)
  reader.expecting = 'operator'
  return true
}

function parseNot(reader: Reader, term: Parser): Parsed {
  const start = reader.at
  if (!isKeywordAt(reader.text, start, 'not')) return term(reader)
  reader.at = skipSpace(reader.text, start + 3)
  reader.expecting = 'not'
  const inner = term(reader)
  if (!inner.ok) return inner
  return ok({ kind: 'not', of: inner.value, span: { start, end: reader.at } })
}

function parseSubQuery(reader: Reader): Parsed {
  if (reader.text[reader.at] === '(') {
    return parseBracketed(reader, ')', (r) => parseOr(r, parseSubQuery))
  }
  const word = takeWord(reader)
  if (word === undefined) return err(expectedValue(reader))
  const after = skipSpace(reader.text, reader.at)
  const op = comparisonAt(reader.text, after)
  if (op !== undefined) return parseRange(reader, word, op, after)
  if (reader.text[after] === ':') return parseFieldValue(reader, word, after)
  return ok({ kind: 'is', field: undefined, value: word, span: word.span })
}

function comparisonAt(text: string, at: number): RangeOp | undefined {
  const orEqual = text[at + 1] === '='
  if (text[at] === '<') return orEqual ? 'lte' : 'lt'
  if (text[at] === '>') return orEqual ? 'gte' : 'gt'
  return undefined
}

function parseRange(reader: Reader, field: KueryValue, op: RangeOp, at: number): Parsed {
  reader.at = skipSpace(reader.text, at + (op.endsWith('e') ? 2 : 1))
  reader.expecting = 'comparison'
  const value = takeWord(reader)
  if (value === undefined) return err(expectedValue(reader))
  const span = { start: field.span.start, end: reader.at }
  return ok({ kind: 'range', field, op, value, span })
}

function parseFieldValue(reader: Reader, field: KueryValue, colonAt: number): Parsed {
  reader.at = skipSpace(reader.text, colonAt + 1)
  reader.expecting = 'colon'
  if (reader.text[reader.at] !== '{') return parseValues(reader, field)
  const inner = parseBracketed(reader, '}', (r) => parseOr(r, parseSubQuery))
  if (!inner.ok) return inner
  const span = { start: field.span.start, end: reader.at }
  return ok({ kind: 'nested', path: field, of: inner.value, span })
}

function parseValues(reader: Reader, field: KueryValue): Parsed {
  const parseOne: Parser = (r) => parseValues(r, field)
  if (reader.text[reader.at] === '(') {
    return parseBracketed(reader, ')', (r) => parseOr(r, parseOne))
  }
  const value = takeWord(reader)
  if (value === undefined) return err(expectedValue(reader))
  return ok({ kind: 'is', field, value, span: { start: field.span.start, end: reader.at } })
}

function parseBracketed(reader: Reader, close: ')' | '}', inside: Parser): Parsed {
  if (reader.open.length >= maxKueryDepth) return err(tooDeep(reader, maxKueryDepth))
  reader.open.push(reader.at)
  reader.at = skipSpace(reader.text, reader.at + 1)
  reader.expecting = 'bracket'
  const inner = inside(reader)
  if (!inner.ok) return inner
  reader.at = skipSpace(reader.text, reader.at)
  if (reader.text[reader.at] !== close) return err(expectedMore(reader))
  reader.at++
  reader.open.pop()
  reader.last = undefined
  return inner
}

function takeWord(reader: Reader): KueryValue | undefined {
  const { text, at } = reader
  const word = text[at] === '"' ? quotedWordAt(text, at) : unquotedWordAt(text, at)
  if (word === undefined) return undefined
  reader.at = word.span.end
  reader.last = trimmedSpan(text, word)
  return reader.last
}

/** An unquoted word swallows the spaces after it; whoever points at it should not. */
function trimmedSpan(text: string, word: KueryValue): KueryValue {
  const { start } = word.span
  let { end } = word.span
  while (end > start + 1 && isSpace(text[end - 1])) end--
  return { ...word, span: { start, end } }
}
