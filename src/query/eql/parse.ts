import { err, nearestWord, ok, orderedDiagnostics, type Diagnostic, type Result } from '#base'
import type { EqlExpression, EqlPipe, EqlQuery, EqlStatement } from './ast.ts'
import { structureProblems } from './check-structure.ts'
import { takeExpression } from './parse-expression.ts'
import { takeFilter } from './parse-filter.ts'
import { fail, nextToken, spanFrom, written, type Reader } from './parse-reader.ts'
import { takeSample, takeSequence } from './parse-series.ts'
import { shown, slip } from './slips.ts'
import { misplacedInExpression } from './slips-expression.ts'
import { tokensOf } from './token.ts'

/** The tree of an EQL text, or what is wrong with it whatever the fields are. Linear in the text. */
export function parseEql(text: string): Result<EqlStatement, readonly Diagnostic[]> {
  const tokens = tokensOf(text)
  if (!tokens.ok) return err([tokens.error])
  const reader: Reader = { text, tokens: tokens.value, at: 0, depth: 0, operators: 0, problems: [] }
  const statement = takeStatement(reader)
  if (statement === undefined) return err(reader.problems)
  const problems = structureProblems(statement)
  return problems.length === 0 ? ok(statement) : err(orderedDiagnostics(problems))
}

function takeStatement(reader: Reader): EqlStatement | undefined {
  const { start } = nextToken(reader).span
  const query = takeQuery(reader)
  if (query === undefined) return undefined
  const pipes: EqlPipe[] = []
  while (nextToken(reader).kind === '|') {
    const pipe = takePipe(reader)
    if (pipe === undefined) return undefined
    pipes.push(pipe)
  }
  if (nextToken(reader).kind !== 'end') {
    return misplacedInExpression(
      reader,
      query.kind === 'events' ? '"and", "or", "|" or the end' : '"[", "|" or the end',
    )
  }
  return { query, pipes, span: spanFrom(reader, start) }
}

function takeQuery(reader: Reader): EqlQuery | undefined {
  const first = nextToken(reader)
  switch (first.kind) {
    case 'sequence':
      return takeSequence(reader)
    case 'sample':
      return takeSample(reader)
    case 'join': {
      const help = 'write a sequence where the order matters, or a sample where it does not'
      return fail(reader, slip('no-join', 'there is no "join"', first.span, { help }))
    }
    case 'end': {
      const help = 'write category where condition: process where process.name == "sh"'
      return fail(reader, slip('empty', 'the query is empty', first.span, { help }))
    }
    default: {
      const filter = takeFilter(reader)
      return filter && { kind: 'events', filter }
    }
  }
}

function takePipe(reader: Reader): EqlPipe | undefined {
  const { start } = nextToken(reader).span
  reader.at++
  const name = nextToken(reader)
  const word = written(reader, name)
  if (word !== 'head' && word !== 'tail') return unknownPipe(reader)
  reader.at++
  const argument = nextToken(reader)
  if (argument.kind === 'end' || argument.kind === '|') {
    const help = `write ${word} 10`
    return fail(reader, slip('pipe-argument', `${word} needs a number`, name.span, { help }))
  }
  const expression = takeExpression(reader)
  if (expression === undefined) return undefined
  const count = foldedInteger(expression)
  if (count !== undefined && count > 0n && count <= maxCount) {
    return { kind: word, count: Number(count), span: spanFrom(reader, start) }
  }
  const message = `${word} takes a whole number from 1 to ${maxCount}`
  return fail(reader, slip('pipe-argument', message, expression.span))
}

const maxCount = 2n ** 31n - 1n

function unknownPipe(reader: Reader): undefined {
  const { span } = nextToken(reader)
  const word = written(reader, nextToken(reader))
  const nearest = nearestWord(word, ['head', 'tail'])
  const message = `there is no pipe ${shown(word)}`
  const advice =
    nearest === undefined
      ? { help: 'the pipes are head and tail' }
      : { help: `did you mean ${nearest}?`, patch: nearest }
  return fail(reader, slip('unknown-pipe', message, span, advice))
}

/** The whole number that constants and arithmetic come to; undefined where something else is written. */
function foldedInteger(expression: EqlExpression): bigint | undefined {
  if (expression.kind === 'integer') return expression.value
  if (expression.kind === 'negative') {
    const value = foldedInteger(expression.of)
    return value === undefined ? undefined : -value
  }
  if (expression.kind !== 'arithmetic') return undefined
  const [left, right] = [foldedInteger(expression.left), foldedInteger(expression.right)]
  if (left === undefined || right === undefined) return undefined
  switch (expression.op) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return right === 0n ? undefined : left / right
    case '%':
      return right === 0n ? undefined : left % right
  }
}
