import type { EqlFilter } from './ast.ts'
import { takeExpression } from './parse-expression.ts'
import { expected, fail, nextToken, spanFrom, take, written, type Reader } from './parse-reader.ts'
import { slip } from './slips.ts'
import { misplacedInExpression } from './slips-expression.ts'

/** Takes `category where condition`. */
export function takeFilter(reader: Reader): EqlFilter | undefined {
  const { start } = nextToken(reader).span
  const category = takeCategory(reader)
  if (category === undefined) return undefined
  if (!take(reader, 'where')) return misplacedInExpression(reader, '"where"')
  const condition = takeExpression(reader)
  return condition && { category: category.value, condition, span: spanFrom(reader, start) }
}

function takeCategory(reader: Reader): { readonly value: EqlFilter['category'] } | undefined {
  const token = nextToken(reader)
  const { span } = token
  const next = reader.tokens[reader.at + 1]
  const isFollowed = next !== undefined && written(reader, next).toLowerCase() === 'where'
  if (token.kind === 'any') {
    reader.at++
    return { value: undefined }
  }
  if (isFollowed && token.kind === 'name') {
    reader.at++
    return { value: { value: token.text, span } }
  }
  if (token.kind === 'string') {
    reader.at++
    return { value: { value: token.value, span } }
  }
  if (token.kind === 'quoted-name') {
    const message = 'a category does not stand in back-quotes'
    const advice = { help: 'write double quotes', patch: JSON.stringify(token.text) }
    return fail(reader, slip('quoted-category', message, span, advice))
  }
  if (token.kind === 'name' || token.kind === '?') return noCategory(reader)
  return expected(reader, 'a category of events, or "any",', { help: 'write any where condition' })
}

function noCategory(reader: Reader): undefined {
  const { start, end } = nextToken(reader).span
  const message = 'a condition must begin with the category of its events'
  const help = 'write any where …, or a category such as process where …'
  const isOptional = nextToken(reader).kind === '?'
  const advice = isOptional
    ? { help: 'a category is never optional; write any where … for every category' }
    : { help, patch: 'any where ' }
  const span = isOptional ? { start, end } : { start, end: start }
  return fail(reader, slip('no-category', message, span, advice))
}
