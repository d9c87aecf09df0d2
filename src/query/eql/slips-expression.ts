import { expected, fail, nextToken, written, type Reader } from './parse-reader.ts'
import { shown, slip } from './slips.ts'

/** Words of other languages, or in upper case, and how EQL writes them. */
const words: ReadonlyMap<string, string> = new Map([
  ...['and', 'or', 'not', 'in', 'like', 'regex', 'where', 'true', 'false', 'null'].map(
    (word) => [word.toUpperCase(), word] as const,
  ),
  ['is', '=='],
  ['IS', '=='],
  ['contains', ': "*…*"'],
  ['matches', 'regex'],
])

/** What to tell of the next token where something else must stand. */
export function misplacedInExpression(reader: Reader, what: string): undefined {
  const token = nextToken(reader)
  const word = written(reader, token)
  if (token.kind === '=') {
    const message = '"=" does not compare'
    const advice = { help: 'write ==, or : to ignore case', patch: '==' }
    return fail(reader, slip('single-equals', message, token.span, advice))
  }
  if (token.kind === 'of' || (token.kind === '[' && reader.tokens[reader.at - 1]?.kind === 'of')) {
    const message = 'conditions about the parents and children of an event do not exist'
    const help =
      'name the fields of the parent (process.parent.…), or write a sequence by process.entity_id'
    return fail(reader, slip('process-relation', message, token.span, { help }))
  }
  if (token.kind === '[') {
    const message = 'brackets stand only around the stages of a sequence or sample'
    return fail(reader, slip('unexpected-bracket', message, token.span, { help: 'write (…)' }))
  }
  const meant = words.get(word)
  if (meant !== undefined) {
    const advice = { help: `write ${meant}`, ...(meant.includes('…') ? {} : { patch: meant }) }
    return fail(
      reader,
      slip('foreign-word', `${shown(word)} is no word of EQL`, token.span, advice),
    )
  }
  return expected(reader, what)
}
