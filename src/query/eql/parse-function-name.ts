import { nearestWord } from '#base'
import { eqlFunctionNames, type EqlFunctionName } from './ast.ts'
import { expected, fail, nextToken, written, type Reader } from './parse-reader.ts'
import { shown, slip } from './slips.ts'
import type { Token } from './token.ts'

/** A function as it is called. */
export interface FunctionCalled {
  readonly name: EqlFunctionName
  readonly isCaseless: boolean
}

/** Takes the name of a function, in whatever case it is written, with `~` where it may have one. */
export function takeFunctionName(reader: Reader): FunctionCalled | undefined {
  const token = nextToken(reader)
  if (token.kind !== 'name' && token.kind !== 'caseless-name') return expected(reader, 'a function')
  const name = functions.get(token.text.toLowerCase())
  if (name === undefined) return unknownFunction(reader, token)
  const isCaseless = token.kind === 'caseless-name'
  if (isCaseless && !caselessFunctions.has(name)) {
    const message = `${name} has no variant that ignores case`
    const advice = { help: `write ${name}`, patch: written(reader, token).slice(0, -1) }
    return fail(reader, slip('no-caseless-function', message, token.span, advice))
  }
  reader.at++
  return { name, isCaseless }
}

const functions: ReadonlyMap<string, EqlFunctionName> = new Map(
  eqlFunctionNames.map((name) => [name.toLowerCase(), name]),
)

const caselessFunctions: ReadonlySet<EqlFunctionName> = new Set([
  'between',
  'endsWith',
  'indexOf',
  'startsWith',
  'stringContains',
])

type Named = Extract<Token, { readonly kind: 'name' | 'caseless-name' }>

/** Functions of other languages and older dialects, and what does their work. */
const foreignFunctions: ReadonlyMap<string, string> = new Map([
  [
    'arraycontains',
    'compare the field itself, any element counts: field == "a"; for a part of a text: stringContains',
  ],
  ['arraysearch', 'compare the field itself, any element counts: field == "a"'],
  ['arraycount', 'compare the field itself, any element counts'],
  ['match', 'write field regex "pattern"'],
  ['matchlite', 'write field regex "pattern"'],
  ['wildcard', 'write field : "pat*ern", or field like "pat*ern" where case matters'],
  ['safe', 'leave it out: a missing field makes a condition false'],
])

function unknownFunction(reader: Reader, token: Named): undefined {
  const lower = token.text.toLowerCase()
  const nearest = functions.get(nearestWord(lower, functions.keys()) ?? '')
  const other = foreignFunctions.get(lower)
  const message = `there is no function ${shown(token.text)}`
  const { span } = token
  if (other !== undefined)
    return fail(reader, slip('unknown-function', message, span, { help: other }))
  if (nearest === undefined) {
    const help = `the functions are ${eqlFunctionNames.join(', ')}`
    return fail(reader, slip('unknown-function', message, span, { help }))
  }
  const tilde = token.kind === 'caseless-name' && caselessFunctions.has(nearest) ? '~' : ''
  const advice = { help: `did you mean ${nearest}${tilde}?`, patch: nearest + tilde }
  return fail(reader, slip('unknown-function', message, span, advice))
}
