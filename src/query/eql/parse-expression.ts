import type { Diagnostic } from '#base'
import { checkRegexp } from '../regexp/compile.ts'
import type {
  EqlArithmeticOp,
  EqlComparisonOp,
  EqlExpression,
  EqlLiteral,
  EqlPatternOp,
} from './ast.ts'
import { takeFunctionName } from './parse-function-name.ts'
import {
  expected,
  fail,
  kindAhead,
  nextToken,
  spanFrom,
  take,
  takeFieldName,
  type Reader,
} from './parse-reader.ts'
import { slip } from './slips.ts'
import { misplacedInExpression } from './slips-expression.ts'
import type { Token } from './token.ts'

/** Parentheses, operators and calls may stand in one another so many times. */
export const maxEqlDepth = 200

/** A text may have so many arithmetic operators: each takes all before it as its left side, so the tree grows deep. */
export const maxEqlOperators = 1_000

type Parsed = EqlExpression | undefined

/** Takes a condition: or < and < not < comparison < + - < * / % < sign < `in`, `:`, `like`, `regex`. */
export function takeExpression(reader: Reader): Parsed {
  return takeChain(reader, 'or', () => takeChain(reader, 'and', () => takeNot(reader)))
}

function takeChain(reader: Reader, kind: 'and' | 'or', operand: () => Parsed): Parsed {
  const { start } = nextToken(reader).span
  const first = operand()
  if (first === undefined) return undefined
  const of = [first]
  while (take(reader, kind)) {
    const next = operand()
    if (next === undefined) return undefined
    of.push(next)
  }
  return of.length === 1 ? first : { kind, of, span: spanFrom(reader, start) }
}

function takeNot(reader: Reader): Parsed {
  const { start } = nextToken(reader).span
  if (!take(reader, 'not')) return takeComparison(reader)
  const of = deeper(reader, () => takeNot(reader))
  return of && { kind: 'not', of, span: spanFrom(reader, start) }
}

const comparisons: ReadonlyMap<string, EqlComparisonOp> = new Map(
  (['==', '!=', '<', '<=', '>', '>='] as const).map((op) => [op, op]),
)

function takeComparison(reader: Reader): Parsed {
  const { start } = nextToken(reader).span
  const left = takeSum(reader)
  if (left === undefined) return undefined
  const op = comparisons.get(nextToken(reader).kind)
  if (op === undefined) return left
  reader.at++
  const right = takeSum(reader)
  if (right === undefined) return undefined
  const next = nextToken(reader)
  if (comparisons.has(next.kind)) {
    const help = 'join two comparisons with "and"'
    return fail(reader, slip('chained-comparison', 'comparisons do not chain', next.span, { help }))
  }
  return { kind: 'comparison', op, left, right, span: spanFrom(reader, start) }
}

const sums: ReadonlyMap<string, EqlArithmeticOp> = new Map([
  ['+', '+'],
  ['-', '-'],
])
const products: ReadonlyMap<string, EqlArithmeticOp> = new Map([
  ['*', '*'],
  ['/', '/'],
  ['%', '%'],
])

function takeSum(reader: Reader): Parsed {
  return takeArithmetic(reader, sums, () =>
    takeArithmetic(reader, products, () => takeSigned(reader)),
  )
}

function takeArithmetic(
  reader: Reader,
  ops: ReadonlyMap<string, EqlArithmeticOp>,
  operand: () => Parsed,
): Parsed {
  const { start } = nextToken(reader).span
  let left = operand()
  for (;;) {
    const op = ops.get(nextToken(reader).kind)
    if (left === undefined || op === undefined) return left
    if (++reader.operators > maxEqlOperators) return tooDeep(reader, tooManyOperators)
    reader.at++
    const right = operand()
    left = right && { kind: 'arithmetic', op, left, right, span: spanFrom(reader, start) }
  }
}

function takeSigned(reader: Reader): Parsed {
  const { start } = nextToken(reader).span
  if (take(reader, '+')) return deeper(reader, () => takeSigned(reader))
  if (!take(reader, '-')) return takePredicate(reader)
  const of = deeper(reader, () => takeSigned(reader))
  return of && { kind: 'negative', of, span: spanFrom(reader, start) }
}

/** One level more of the tree, unless there are too many. */
function deeper<T>(reader: Reader, parse: () => T | undefined): T | undefined {
  if (reader.depth >= maxEqlDepth) {
    return tooDeep(reader, `conditions are nested deeper than ${maxEqlDepth} levels`)
  }
  reader.depth++
  const parsed = parse()
  reader.depth--
  return parsed
}

const tooManyOperators = `there are more than ${maxEqlOperators} arithmetic operators`

function tooDeep(reader: Reader, message: string): undefined {
  const help = 'remove what groups nothing, or split the query'
  return fail(reader, slip('too-deep', message, nextToken(reader).span, { help }))
}

const patternOps: ReadonlyMap<string, EqlPatternOp> = new Map(
  ([':', 'like', 'like~', 'regex', 'regex~'] as const).map((op) => [op, op]),
)

function takePredicate(reader: Reader): Parsed {
  const { start } = nextToken(reader).span
  const of = takePrimary(reader)
  if (of === undefined) return undefined
  const op = patternOps.get(nextToken(reader).kind)
  if (op !== undefined) {
    reader.at++
    const patterns = takePatterns(reader, op)
    return patterns && { kind: 'pattern', op, of, patterns, span: spanFrom(reader, start) }
  }
  const isNegated = nextToken(reader).kind === 'not'
  const word = kindAhead(reader, isNegated ? 1 : 0)
  if (word !== 'in' && word !== 'in~') return isNegated ? misplacedNot(reader) : of
  reader.at += isNegated ? 2 : 1
  const values = takeList(reader, `"${word}"`)
  if (values === undefined) return undefined
  const span = spanFrom(reader, start)
  const isCaseless = word === 'in~'
  const membership: EqlExpression = { kind: 'membership', of, values, isCaseless, span }
  return isNegated ? { kind: 'not', of: membership, span } : membership
}

function misplacedNot(reader: Reader): undefined {
  const op = kindAhead(reader, 1)
  const { span } = nextToken(reader)
  const help = patternOps.has(op)
    ? `write not before the field: not field ${op} …`
    : 'join conditions with "and" or "or"'
  return fail(reader, slip('misplaced-not', '"not" cannot stand here', span, { help }))
}

/** One constant, or several in parentheses. */
function takePatterns(reader: Reader, op: EqlPatternOp): readonly EqlLiteral[] | undefined {
  if (!take(reader, '(')) {
    const only = takePattern(reader, op)
    return only && [only]
  }
  const patterns: EqlLiteral[] = []
  do {
    const pattern = takePattern(reader, op)
    if (pattern === undefined) return undefined
    patterns.push(pattern)
  } while (take(reader, ','))
  return take(reader, ')') ? patterns : expected(reader, '"," or ")"')
}

function takePattern(reader: Reader, op: EqlPatternOp): EqlLiteral | undefined {
  const pattern = takeLiteral(reader)
  if (pattern === undefined) {
    return misplacedInExpression(reader, `after "${op}" a text, or a list of texts in parentheses,`)
  }
  if (pattern.kind !== 'string' || (op !== 'regex' && op !== 'regex~')) return pattern
  const wrong = checkRegexp(pattern.value).find(({ severity }) => severity === 'error')
  return wrong === undefined ? pattern : fail(reader, inLiteral(wrong, pattern))
}

/** A diagnostic of a text's value, at its place in the query; of the whole text where escapes shift it. */
function inLiteral(
  { code, severity, message, help, span: inner }: Diagnostic,
  { value, span: outer }: Extract<EqlLiteral, { readonly kind: 'string' }>,
): Diagnostic {
  const quotes = outer.end - outer.start - value.length
  const start = outer.start + quotes / 2
  const isPlain = quotes === 2 || quotes === 6
  const span = isPlain ? { start: start + inner.start, end: start + inner.end } : outer
  return { code, severity, message, span, ...(help === undefined ? {} : { help }) }
}

function takeList(reader: Reader, after: string): readonly EqlExpression[] | undefined {
  if (!take(reader, '(')) {
    const help = 'write (value, value)'
    return expected(reader, `after ${after} a list in parentheses`, { help })
  }
  const of: EqlExpression[] = []
  do {
    const one = deeper(reader, () => takeExpression(reader))
    if (one === undefined) return undefined
    of.push(one)
  } while (take(reader, ','))
  return take(reader, ')') ? of : misplacedInExpression(reader, '"," or ")"')
}

/** Takes a constant, if one is due. */
export function takeLiteral(reader: Reader): EqlLiteral | undefined {
  const literal = literalOf(nextToken(reader))
  if (literal !== undefined) reader.at++
  return literal
}

function literalOf(token: Token): EqlLiteral | undefined {
  const { span } = token
  switch (token.kind) {
    case 'string':
      return { kind: 'string', value: token.value, span }
    case 'integer':
      return { kind: 'integer', value: token.value, span }
    case 'decimal':
      return { kind: 'decimal', value: token.value, span }
    case 'true':
    case 'false':
      return { kind: 'boolean', value: token.kind === 'true', span }
    case 'null':
      return { kind: 'null', span }
    default:
      return undefined
  }
}

function takePrimary(reader: Reader): Parsed {
  const token = nextToken(reader)
  const literal = takeLiteral(reader)
  if (literal !== undefined) return literal
  if (token.kind === '(') return takeGroup(reader)
  if (token.kind === 'caseless-name') return takeCall(reader)
  if (token.kind === 'name' && kindAhead(reader, 1) === '(') return takeCall(reader)
  if (token.kind !== 'name' && token.kind !== 'quoted-name' && token.kind !== '?') {
    return misplacedInExpression(reader, 'a field, a value or a condition')
  }
  const name = takeFieldName(reader)
  return name && { kind: 'field', ...name }
}

function takeGroup(reader: Reader): Parsed {
  reader.at++
  const inner = deeper(reader, () => takeExpression(reader))
  if (inner === undefined) return undefined
  return take(reader, ')') ? inner : misplacedInExpression(reader, '")"')
}

function takeCall(reader: Reader): Parsed {
  const { start } = nextToken(reader).span
  const named = takeFunctionName(reader)
  const of = named && takeArguments(reader, named.name)
  return of && { kind: 'call', ...named, of, span: spanFrom(reader, start) }
}

function takeArguments(reader: Reader, name: string): readonly EqlExpression[] | undefined {
  if (nextToken(reader).kind === '(' && kindAhead(reader, 1) === ')') {
    reader.at += 2
    return []
  }
  return takeList(reader, name)
}
