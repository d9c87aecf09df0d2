import { err, ok, type Result } from '#base'

/** One comparison of a pattern: `ipv4-addr:value = '203.0.113.7'`. */
export interface StixComparison {
  /** `file:hashes.SHA-256`, without quotes. */
  readonly path: string
  readonly value: string
}

/** Ways in which a pattern can be met, each a list of comparisons that hold together. */
export type StixAlternatives = readonly (readonly StixComparison[])[]

/** More combinations of values than this nobody means. */
const maxAlternatives = 1_000

/** Deeper parentheses than this nobody writes. */
const maxDepth = 50

/**
 * The values that a STIX pattern asks for. An error in words where it cannot be read, or asks for more than
 * that one thing equals some values.
 */
export function parseStixPattern(pattern: string): Result<StixAlternatives, string> {
  const tokens = tokensOf(pattern)
  if (typeof tokens === 'string') return err(tokens)
  const parser = { tokens, at: 0, depth: 0 }
  const found = observations(parser)
  if (typeof found === 'string') return err(found)
  return parser.at < tokens.length ? err(unsupported(parser)) : ok(found)
}

interface Parser {
  readonly tokens: readonly string[]
  at: number
  depth: number
}

/** What was read, or why it could not be. */
type Read = StixAlternatives | string

const tokenForm =
  /\s*('(?:[^'\\]|\\.)*'|[[\](),]|[!<>]=|[=<>]|[^\s[\]()=<>!,']+(?:'[^']*'[^\s[\]()=<>!,']*)*)/y

function tokensOf(pattern: string): readonly string[] | string {
  const tokens: string[] = []
  const text = pattern.trimEnd()
  for (let at = 0; at < text.length; at = tokenForm.lastIndex) {
    tokenForm.lastIndex = at
    const found = tokenForm.exec(text)?.[1]
    if (found === undefined) return `the pattern cannot be read from ${shown(text.slice(at))} on`
    tokens.push(found)
  }
  return tokens
}

function unsupported({ tokens, at }: Parser): string {
  const token = tokens[at]
  if (token === undefined) return 'the pattern ends too early'
  return `${shown(token)} in the pattern is not supported`
}

function take(parser: Parser, token: string): boolean {
  if (parser.tokens[parser.at]?.toUpperCase() !== token) return false
  parser.at++
  return true
}

/** Alternatives of whole observations; that one follows another cannot be said of an indicator. */
function observations(parser: Parser): Read {
  return joined(parser, 'OR', () => {
    if (take(parser, '(')) return closed(parser, ')', observations)
    if (take(parser, '[')) return closed(parser, ']', anyOf)
    return unsupported(parser)
  })
}

function anyOf(parser: Parser): Read {
  return joined(parser, 'OR', () => joined(parser, 'AND', () => comparison(parser)))
}

function closed(parser: Parser, end: ')' | ']', inner: (parser: Parser) => Read): Read {
  if (++parser.depth > maxDepth) return 'the pattern is nested too deeply'
  const found = inner(parser)
  parser.depth--
  if (typeof found === 'string') return found
  return take(parser, end) ? found : unsupported(parser)
}

/** Parts with a word between them. */
function joined(parser: Parser, word: 'AND' | 'OR', part: () => Read): Read {
  let found = part()
  while (typeof found !== 'string' && take(parser, word)) {
    const next = part()
    if (typeof next === 'string') return next
    const count = word === 'OR' ? found.length + next.length : found.length * next.length
    if (count > maxAlternatives) return 'the pattern has too many combinations of values'
    found =
      word === 'OR' ? [...found, ...next] : found.flatMap((a) => next.map((b) => [...a, ...b]))
  }
  return found
}

function comparison(parser: Parser): Read {
  if (take(parser, '(')) return closed(parser, ')', anyOf)
  const path = parser.tokens[parser.at] ?? ''
  if (!/^[a-z0-9-]+:\S/i.test(path)) return unsupported(parser)
  parser.at++
  const plain = path.replaceAll("'", '')
  if (take(parser, '=') || take(parser, 'ISSUBSET')) {
    const value = literal(parser)
    return value === undefined ? unsupported(parser) : [[{ path: plain, value }]]
  }
  if (!take(parser, 'IN') || !take(parser, '(')) return unsupported(parser)
  const found: StixComparison[][] = []
  do {
    const value = literal(parser)
    if (value === undefined) return unsupported(parser)
    found.push([{ path: plain, value }])
  } while (take(parser, ','))
  if (found.length > maxAlternatives) return 'the pattern has too many combinations of values'
  return take(parser, ')') ? found : unsupported(parser)
}

function literal(parser: Parser): string | undefined {
  const token = parser.tokens[parser.at] ?? ''
  if (/^-?\d+(\.\d+)?$/.test(token)) {
    parser.at++
    return token
  }
  if (!token.startsWith("'")) return undefined
  parser.at++
  return token.slice(1, -1).replaceAll(/\\(.)/g, '$1')
}

function shown(text: string): string {
  return JSON.stringify(text.length <= 40 ? text : `${text.slice(0, 39)}…`)
}
