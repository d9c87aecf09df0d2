import type { BinaryOperator, EsqlExpression, EsqlText } from './ast.ts'
import { slip, type EsqlReader } from './reader.ts'
import { isTimeUnit } from './time-span.ts'

/** Reads an expression; whoever calls sees what follows it. Throws an {@link EsqlSlip}. */
export function takeExpression(reader: EsqlReader): EsqlExpression {
  return reader.deeper(() =>
    chain(reader, () => takeAnd(reader), [['or', () => reader.takeWord('or')]]),
  )
}

function takeAnd(reader: EsqlReader): EsqlExpression {
  return chain(reader, () => takeNot(reader), [['and', () => reader.takeWord('and')]])
}

function takeNot(reader: EsqlReader): EsqlExpression {
  const { start } = reader
  if (!reader.takeWord('not')) return takeCondition(reader)
  const of = reader.deeper(() => takeNot(reader))
  return { kind: 'not', of, span: reader.spanFrom(start) }
}

const comparisons = ['==', '!=', '<=', '>=', '<', '>'] as const

/** A value, and what is asked of it. */
function takeCondition(reader: EsqlReader): EsqlExpression {
  const { start } = reader
  const of = takeSum(reader)
  const comparison = comparisons.find((operator) => reader.take(operator))
  if (comparison !== undefined) {
    const right = takeSum(reader)
    return { kind: 'binary', operator: comparison, left: of, right, span: reader.spanFrom(start) }
  }
  if (reader.take(':')) {
    return { kind: 'search', of, value: takePrimary(reader), span: reader.spanFrom(start) }
  }
  if (reader.takeWord('is')) {
    const negated = reader.takeWord('not')
    if (!reader.takeWord('null')) throw reader.unexpected('NULL')
    return negatedIf(negated, { kind: 'is-null', of, span: reader.spanFrom(start) })
  }
  const negated = reader.takeWord('not')
  if (reader.takeWord('in')) {
    const values = takeList(reader)
    return negatedIf(negated, { kind: 'in', of, values, span: reader.spanFrom(start) })
  }
  for (const kind of ['like', 'rlike'] as const) {
    if (!reader.takeWord(kind)) continue
    const patterns = takePatterns(reader)
    return negatedIf(negated, { kind, of, patterns, span: reader.spanFrom(start) })
  }
  if (negated) throw reader.unexpected('IN, LIKE or RLIKE')
  return of
}

function negatedIf(negated: boolean, of: EsqlExpression): EsqlExpression {
  return negated ? { kind: 'not', of, span: of.span } : of
}

function takeList(reader: EsqlReader): readonly EsqlExpression[] {
  reader.expect('(')
  const values = [takeExpression(reader)]
  while (reader.take(',')) values.push(takeExpression(reader))
  reader.expect(')', '"," or ")"')
  return values
}

/** One pattern, or several in parentheses. */
function takePatterns(reader: EsqlReader): readonly EsqlText[] {
  if (!reader.take('(')) return [takeQuoted(reader, 'a pattern in quotes')]
  const patterns = [takeQuoted(reader, 'a pattern in quotes')]
  while (reader.take(',')) patterns.push(takeQuoted(reader, 'a pattern in quotes'))
  reader.expect(')', '"," or ")"')
  return patterns
}

/** A text in quotes, which `what` says. */
export function takeQuoted(reader: EsqlReader, what: string): EsqlText {
  const { start } = reader
  const text = reader.takeText()
  if (text === undefined) throw reader.unexpected(what)
  return { text, span: reader.spanFrom(start) }
}

function takeSum(reader: EsqlReader): EsqlExpression {
  return chain(reader, () => takeProduct(reader), [
    ['+', () => reader.take('+')],
    ['-', () => reader.take('-')],
  ])
}

function takeProduct(reader: EsqlReader): EsqlExpression {
  return chain(reader, () => takeSigned(reader), [
    ['*', () => reader.take('*')],
    ['/', () => reader.take('/')],
    ['%', () => reader.take('%')],
  ])
}

/** What stands between operators of one strength, from left to right. */
function chain(
  reader: EsqlReader,
  operand: () => EsqlExpression,
  operators: readonly (readonly [BinaryOperator, () => boolean])[],
): EsqlExpression {
  const { start } = reader
  let left = operand()
  for (;;) {
    const found = operators.find(([, take]) => take())
    if (found === undefined) return left
    const right = operand()
    left = { kind: 'binary', operator: found[0], left, right, span: reader.spanFrom(start) }
  }
}

function takeSigned(reader: EsqlReader): EsqlExpression {
  const { start } = reader
  if (reader.take('+')) return takeSigned(reader)
  if (!reader.take('-')) return takeCast(reader)
  const of = reader.deeper(() => takeSigned(reader))
  const span = reader.spanFrom(start)
  if (of.kind === 'integer' || of.kind === 'long' || of.kind === 'double') {
    return { kind: of.kind, value: -of.value, span }
  }
  return { kind: 'negate', of, span }
}

function takeCast(reader: EsqlReader): EsqlExpression {
  const { start } = reader
  let of = takePrimary(reader)
  while (reader.take('::')) {
    const type = reader.takeNamePart(false)
    if (type === undefined) throw reader.unexpected('the name of a type')
    of = { kind: 'cast', of, type: type.toLowerCase(), span: reader.spanFrom(start) }
  }
  return of
}

function takePrimary(reader: EsqlReader): EsqlExpression {
  const { start } = reader
  const text = reader.takeText()
  if (text !== undefined) return { kind: 'text', value: text, span: reader.spanFrom(start) }
  if (reader.take('(')) {
    const inner = takeExpression(reader)
    reader.expect(')')
    return inner
  }
  if (reader.take('[')) {
    const of = [takeExpression(reader)]
    while (reader.take(',')) of.push(takeExpression(reader))
    reader.expect(']', '"," or "]"')
    return { kind: 'list', of, span: reader.spanFrom(start) }
  }
  const number = reader.takeNumber()
  if (number !== undefined) return numberOrSpan(reader, number, start)
  if (reader.takeWord('null')) return { kind: 'null', span: reader.spanFrom(start) }
  for (const value of [true, false]) {
    if (reader.takeWord(String(value)))
      return { kind: 'boolean', value, span: reader.spanFrom(start) }
  }
  if (reader.sees('?')) {
    const span = { start, end: start + 1 }
    throw slip('parameter', 'a rule has no parameters to put here', span, 'write the value itself')
  }
  return takeNamed(reader)
}

function numberOrSpan(reader: EsqlReader, written: string, start: number): EsqlExpression {
  const unit = reader.word()?.toLowerCase()
  const value = Number(written)
  if (unit !== undefined && isTimeUnit(unit) && /^\d+$/.test(written)) {
    reader.takeWord(unit)
    return { kind: 'time-span', amount: value, unit, span: reader.spanFrom(start) }
  }
  const span = reader.spanFrom(start)
  if (!/^\d+$/.test(written)) return { kind: 'double', value, span }
  if (value > 2 ** 63) return { kind: 'double', value, span }
  return { kind: value > 2_147_483_647 ? 'long' : 'integer', value, span }
}

/** A column, or a function with what it is given. */
function takeNamed(reader: EsqlReader): EsqlExpression {
  const { start } = reader
  const name = takeName(reader, false)
  if (!reader.sees('(')) return { kind: 'column', name, span: reader.spanFrom(start) }
  reader.take('(')
  const of: EsqlExpression[] = []
  if (reader.take('*')) reader.expect(')')
  else if (!reader.take(')')) {
    do of.push(reader.sees('{') ? takeOptions(reader) : takeExpression(reader))
    while (reader.take(','))
    reader.expect(')', '"," or ")"')
  }
  return { kind: 'call', name: name.toLowerCase(), of, span: reader.spanFrom(start) }
}

/** Options are for the engine that scores; what they say changes no answer of ours but must be known to do so. */
function takeOptions(reader: EsqlReader): EsqlExpression {
  const { start } = reader
  throw slip(
    'options',
    'options of functions are not known',
    { start, end: start + 1 },
    'leave the braces and what is in them out',
  )
}

/** A dotted name, parts in back-quotes as they stand; with `*` where `pattern` says so. */
export function takeName(reader: EsqlReader, pattern: boolean): string {
  const parts: string[] = []
  do {
    if (parts.length > 0 && !reader.isJoined) throw reader.unexpected('the rest of a name')
    const part = reader.takeNamePart(pattern)
    if (part === undefined || (parts.length === 0 && !pattern && /^\d/.test(part))) {
      throw reader.unexpected(parts.length === 0 ? 'a value or a name' : 'the rest of a name')
    }
    parts.push(part)
  } while (reader.isJoined && reader.take('.'))
  return parts.join('.')
}
