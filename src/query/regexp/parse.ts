import { err, ok, visibleText, type Diagnostic, type Result } from '#base'
import { anyCodePoint, codePointsOf, othersOf, rangesOf, type CodePoints } from './code-points.ts'
import { intervalNode } from './interval.ts'
import type { RegexpNode } from './regexp-node.ts'

/** A regular expression that parses, and what is doubtful about it. */
export interface ParsedRegexp {
  readonly node: RegexpNode
  readonly doubts: readonly Diagnostic[]
}

/** Groups, complements and repetitions may lie in one another so deep. */
export const maxRegexpDepth = 200

/** The largest count of a repetition `{n,m}`. */
export const maxRepetitions = 1_000

/**
 * The tree of a Lucene regular expression with all its operators, or what is wrong with it. It is anchored:
 * it matches whole texts. `^`, `$` and a backslash before most letters are ordinary characters; that, where
 * another dialect would mean something else, is told as a doubt. Linear in the text.
 */
export function parseRegexp(text: string): Result<ParsedRegexp, Diagnostic> {
  const reader: Reader = { text, at: 0, depth: 0, doubts: [] }
  if (text === '') return ok({ node: emptyText, doubts: [] })
  const node = parseUnion(reader)
  if (!node.ok) return node
  if (reader.at < text.length) {
    return err(
      slip('unopened-group', 'this ) closes a group that was never opened', reader.at, 1, {
        help: 'remove it, or write \\) for the character',
        patch: '\\)',
      }),
    )
  }
  return ok({ node: node.value, doubts: reader.doubts })
}

const emptyText: RegexpNode = { kind: 'concat', of: [] }
const anyCharacter: RegexpNode = { kind: 'character', set: anyCodePoint, negated: false }

interface Reader {
  readonly text: string
  at: number
  depth: number
  readonly doubts: Diagnostic[]
}

type Parsed = Result<RegexpNode, Diagnostic>

function parseUnion(reader: Reader): Parsed {
  return parseChain(reader, 'union', '|', (r) => parseChain(r, 'intersection', '&', parseConcat))
}

function parseChain(
  reader: Reader,
  kind: 'union' | 'intersection',
  operator: string,
  operand: (reader: Reader) => Parsed,
): Parsed {
  const of: RegexpNode[] = []
  do {
    const part = operand(reader)
    if (!part.ok) return part
    of.push(part.value)
  } while (takes(reader, operator))
  const [first] = of
  return ok(first !== undefined && of.length === 1 ? first : { kind, of })
}

function parseConcat(reader: Reader): Parsed {
  const of: RegexpNode[] = []
  do {
    const part = parseRepeated(reader)
    if (!part.ok) return part
    of.push(part.value)
  } while (reader.at < reader.text.length && !isAt(reader, '|&)'))
  const [first] = of
  return ok(first !== undefined && of.length === 1 ? first : { kind: 'concat', of })
}

function parseRepeated(reader: Reader): Parsed {
  const { depth } = reader
  let node = parseComplement(reader)
  while (node.ok && isAt(reader, '?*+{')) {
    if (++reader.depth > maxRegexpDepth) return err(tooDeep(reader))
    const count = takeCount(reader)
    if (!count.ok) return count
    node = ok({ kind: 'repeat', of: node.value, ...count.value })
  }
  reader.depth = depth
  return node
}

interface Count {
  readonly min: number
  readonly max: number | undefined
}

function takeCount(reader: Reader): Result<Count, Diagnostic> {
  const start = reader.at++
  const operator = reader.text[start]
  if (operator === '?') return ok({ min: 0, max: 1 })
  if (operator === '*') return ok({ min: 0, max: undefined })
  if (operator === '+') return ok({ min: 1, max: undefined })
  const [all, least, comma, most] =
    /^\{(\d{1,9})(,?)(\d{0,9})\}/.exec(reader.text.slice(start, start + 24)) ?? []
  if (all === undefined) {
    return err(
      slip('bad-count', 'a { must be followed by {n}, {n,} or {n,m}', start, 1, {
        help: 'write \\{ for the character',
        patch: '\\{',
      }),
    )
  }
  reader.at = start + all.length
  const min = Number(least)
  const max = comma === '' ? min : most === '' ? undefined : Number(most)
  if (comma === '' && most !== '') {
    return err(slip('bad-count', 'a count is written {n}, {n,} or {n,m}', start, all.length))
  }
  if (max !== undefined && max < min) {
    return err(slip('bad-count', `{${min},${max}} counts downwards`, start, all.length))
  }
  if (Math.max(min, max ?? 0) > maxRepetitions) {
    const message = `a repetition may count to ${maxRepetitions}, not to ${Math.max(min, max ?? 0)}`
    return err(slip('count-too-large', message, start, all.length))
  }
  return ok({ min, max })
}

function parseComplement(reader: Reader): Parsed {
  const { depth } = reader
  let tildes = 0
  while (takes(reader, '~')) {
    tildes++
    if (++reader.depth > maxRegexpDepth) return err(tooDeep(reader))
  }
  const inner = parseSimple(reader)
  reader.depth = depth
  if (!inner.ok) return inner
  // Two complements are none.
  return tildes % 2 === 1 ? ok({ kind: 'complement', of: inner.value }) : inner
}

function parseSimple(reader: Reader): Parsed {
  const { text, at } = reader
  const found = text[at]
  switch (found) {
    case undefined:
      return err(slip('missing-operand', 'the expression ends where a character is due', at, 0))
    case '[':
      return parseClass(reader)
    case '(':
      return parseGroup(reader)
    case '"':
      return parseQuoted(reader)
    case '<':
      return parseInterval(reader)
    case '.':
      reader.at++
      return ok(anyCharacter)
    case '#':
      reader.at++
      return ok({ kind: 'nothing' })
    case '@':
      reader.at++
      return ok({ kind: 'repeat', of: anyCharacter, min: 0, max: undefined })
    default:
      return parseCharacter(reader)
  }
}

function parseGroup(reader: Reader): Parsed {
  const start = reader.at++
  if (takes(reader, ')')) return ok(emptyText)
  if (++reader.depth > maxRegexpDepth) return err(tooDeep(reader))
  const inner = parseUnion(reader)
  const isCutOff = !inner.ok && inner.error.code === 'regexp.missing-operand'
  if (!inner.ok && !isCutOff) return inner
  reader.depth--
  if (inner.ok && takes(reader, ')')) return inner
  return err(
    slip('unclosed-group', 'this ( is never closed', start, 1, {
      help: 'close it, or write \\( for the character',
      patch: '\\(',
    }),
  )
}

function parseQuoted(reader: Reader): Parsed {
  const start = reader.at
  const end = reader.text.indexOf('"', start + 1)
  if (end < 0) {
    return err(
      slip('unclosed-quote', 'a quote begins a literal text and is never closed', start, 1, {
        help: 'close it, or write \\" for the character',
        patch: '\\"',
      }),
    )
  }
  reader.at = end + 1
  const of = Array.from(reader.text.slice(start + 1, end), (character) =>
    characterNode(character.codePointAt(0) ?? 0),
  )
  return ok({ kind: 'concat', of })
}

function parseInterval(reader: Reader): Parsed {
  const start = reader.at
  const end = reader.text.indexOf('>', start)
  const found = /^<(\d{1,10})-(\d{1,10})>$/.exec(reader.text.slice(start, Math.max(0, end) + 1))
  const [, low = '', high = ''] = found ?? []
  if (found === null || Number(low) > maxInterval || Number(high) > maxInterval) {
    const message = `a < begins a range of numbers such as <1-100>, up to ${maxInterval}`
    const help = 'write \\< for the character'
    return err(slip('bad-interval', message, start, 1, { help, patch: '\\<' }))
  }
  reader.at = end + 1
  return ok(intervalNode(low, high))
}

const maxInterval = 2_147_483_647

function parseCharacter(reader: Reader): Parsed {
  const { text, at } = reader
  const shorthand = takeShorthand(reader)
  if (shorthand !== undefined) return ok({ kind: 'character', ...shorthand })
  const found = text[at] ?? ''
  if (found === '\\') doubtEscape(reader)
  else if ('*+?|&){'.includes(found)) {
    doubt(reader, `${found} has nothing before it, so it is the character itself`, at, 1)
  } else if (found === '^' && at === 0) {
    doubt(reader, 'expressions always match whole values; ^ is the character itself', at, 1)
  } else if (found === '$' && at === text.length - 1) {
    doubt(reader, 'expressions always match whole values; $ is the character itself', at, 1)
  }
  const character = takeCharacter(reader)
  return character.ok ? ok(characterNode(character.value)) : character
}

function characterNode(codePoint: number): RegexpNode {
  return { kind: 'character', set: [codePoint, codePoint], negated: false }
}

/** The character here, with or without a backslash. */
function takeCharacter(reader: Reader): Result<number, Diagnostic> {
  if (takes(reader, '\\') && reader.at === reader.text.length) {
    const at = reader.at - 1
    return err(
      slip('bad-escape', 'a backslash must stand before a character', at, 1, { patch: '\\\\' }),
    )
  }
  const codePoint = reader.text.codePointAt(reader.at)
  if (codePoint === undefined) {
    return err(slip('missing-operand', 'the expression ends too early', reader.at, 0))
  }
  reader.at += codePoint > 0xffff ? 2 : 1
  return ok(codePoint)
}

const digits: CodePoints = codePointsOf([[0x30, 0x39]])
const space: CodePoints = codePointsOf([
  [0x20, 0x20],
  [0x09, 0x0a],
  [0x0d, 0x0d],
])
const wordCharacters: CodePoints = codePointsOf([
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
])
const shorthands: { readonly [letter: string]: CodePoints | undefined } = {
  d: digits,
  s: space,
  w: wordCharacters,
}

/** `\d`, `\s`, `\w`, and in upper case all others. */
function takeShorthand(
  reader: Reader,
): { readonly set: CodePoints; readonly negated: boolean } | undefined {
  const letter = reader.text[reader.at + 1] ?? ''
  if (!isAt(reader, '\\') || !/[dswDSW]/.test(letter)) return undefined
  reader.at += 2
  const set = shorthands[letter.toLowerCase()] ?? []
  return { set, negated: letter < 'a' }
}

function doubtEscape(reader: Reader): void {
  const letter = reader.text[reader.at + 1] ?? ''
  if (!/[a-zA-Z0-9]/.test(letter)) return
  doubt(reader, `\\${letter} is the character ${letter} itself here`, reader.at, 2)
}

function parseClass(reader: Reader): Parsed {
  const start = reader.at++
  const negated = takes(reader, '^')
  const ranges: (readonly [number, number])[] = []
  do {
    const more = takeClassPart(reader)
    if (!more.ok) return isEnd(reader) ? err(unclosedClass(start)) : more
    ranges.push(...more.value)
  } while (!isEnd(reader) && !isAt(reader, ']'))
  if (!takes(reader, ']')) return err(unclosedClass(start))
  return ok({ kind: 'character', set: codePointsOf(ranges), negated })
}

function takeClassPart(reader: Reader): Result<readonly (readonly [number, number])[], Diagnostic> {
  const start = reader.at
  const shorthand = takeShorthand(reader)
  if (shorthand !== undefined) {
    return ok(rangesOf(shorthand.negated ? othersOf(shorthand.set) : shorthand.set))
  }
  if (isAt(reader, '\\')) doubtEscape(reader)
  const first = takeCharacter(reader)
  if (!first.ok) return first
  // A hyphen before the closing bracket is itself.
  if (!isAt(reader, '-') || reader.text[reader.at + 1] === ']') {
    return ok([[first.value, first.value]])
  }
  reader.at++
  const last = takeCharacter(reader)
  if (!last.ok) return last
  if (last.value < first.value) {
    const shown = visibleText(reader.text.slice(start, reader.at))
    return err(slip('bad-range', `the range ${shown} runs backwards`, start, reader.at - start))
  }
  return ok([[first.value, last.value]])
}

function unclosedClass(start: number): Diagnostic {
  return slip('unclosed-class', 'this [ is never closed', start, 1, {
    help: 'close it, or write \\[ for the character',
    patch: '\\[',
  })
}

function tooDeep(reader: Reader): Diagnostic {
  const message = `operators are nested deeper than ${maxRegexpDepth} levels`
  return slip('too-deep', message, Math.max(0, reader.at - 1), 1)
}

function isAt(reader: Reader, characters: string): boolean {
  return reader.at < reader.text.length && characters.includes(reader.text[reader.at] ?? '')
}

function isEnd(reader: Reader): boolean {
  return reader.at >= reader.text.length
}

function takes(reader: Reader, character: string): boolean {
  if (!isAt(reader, character)) return false
  reader.at++
  return true
}

function doubt(reader: Reader, message: string, at: number, length: number): void {
  // A long expression of doubts should not cost a long list.
  if (reader.doubts.length >= 20) return
  const span = { start: at, end: at + length }
  reader.doubts.push({ code: 'regexp.ordinary-character', severity: 'warning', message, span })
}

function slip(
  problem: string,
  message: string,
  at: number,
  length: number,
  more: { readonly help?: string; readonly patch?: string } = {},
): Diagnostic {
  const span = { start: at, end: at + length }
  return { code: `regexp.${problem}`, severity: 'error', message, span, ...more }
}
