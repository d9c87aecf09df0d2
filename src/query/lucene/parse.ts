import { err, ok, type Diagnostic, type Result } from '#base'
import {
  isStar,
  type LuceneClause,
  type LuceneField,
  type LuceneNode,
  type LuceneValue,
  type ParsedLucene,
} from './ast.ts'
import { checkRegexp } from '../regexp/compile.ts'
import { doubt, shown, slip } from './slips.ts'
import { tokensOf, type Token } from './token.ts'

/** Groups may stand in groups so many times; Elasticsearch itself stops at 30 levels of `bool`. */
export const maxLuceneDepth = 200

/**
 * The tree of a Lucene text (the `query_string` syntax of Elasticsearch), or what is wrong with it. Clauses
 * become required, optional or prohibited from left to right, as the classic parser does it: AND and OR have
 * no precedence over one another. Linear in the text.
 */
export function parseLucene(text: string): Result<ParsedLucene, readonly Diagnostic[]> {
  const tokens = tokensOf(text)
  if (!tokens.ok) return err([tokens.error])
  if (tokens.value.length === 0) return ok({ node: undefined, doubts: [] })
  const found = tokens.value.flatMap((token) => tokenProblems(token, text))
  const reader: Reader = { text, tokens: tokens.value, at: 0, open: [], doubts: [] }
  const node = parseAll(reader)
  const wrong = [
    ...found.filter(({ severity }) => severity === 'error'),
    ...(node.ok ? [] : [node.error]),
  ]
  if (!node.ok || wrong.length > 0) return err(wrong)
  return ok({ node: node.value, doubts: [...found, ...reader.doubts] })
}

/** What is wrong with a regular expression, and operators in lower case, which are none. */
function tokenProblems(token: Token, text: string): readonly Diagnostic[] {
  const { span } = token
  if (token.kind === 'regexp') {
    return checkRegexp(token.pattern).map((problem) => ({
      ...problem,
      span: {
        start: span.start + 1 + problem.span.start,
        end: span.start + 1 + problem.span.end,
      },
    }))
  }
  if (token.kind !== 'word' || token.text.length > 3 || !/^(?:and|or|not)$/i.test(token.text)) {
    return []
  }
  const isEscaped = text.slice(span.start, span.end) !== token.text
  if (isEscaped) return []
  const message = `${shown(token.text)} is a word to search for; operators are in upper case`
  const operator = token.text.toUpperCase()
  return [
    doubt('lower-case-operator', message, span, { help: `write ${operator}`, patch: operator }),
  ]
}

function parseAll(reader: Reader): Parsed {
  const node = parseClauses(reader, undefined)
  const left = reader.tokens[reader.at]
  if (!node.ok || left === undefined) return node
  return err(
    slip('unopened-parenthesis', '")" closes a group that was never opened', left.span, {
      help: 'remove it, or write \\) where it is part of a value',
      patch: '\\)',
    }),
  )
}

interface Reader {
  readonly text: string
  readonly tokens: readonly Token[]
  at: number
  /** Offsets of the parentheses that are open here, outermost first. */
  readonly open: number[]
  readonly doubts: Diagnostic[]
}

type Parsed = Result<LuceneNode, Diagnostic>

function parseClauses(reader: Reader, field: LuceneField | undefined): Parsed {
  const of: LuceneClause[] = []
  const start = reader.tokens[reader.at]?.span.start ?? reader.text.length
  for (let next = reader.tokens[reader.at]; next !== undefined; next = reader.tokens[reader.at]) {
    if (next.kind === ')') break
    const joinedBy = next.kind === 'and' || next.kind === 'or' ? next.kind : undefined
    if (joinedBy !== undefined) {
      if (of.length === 0) return err(missingCondition(reader, reader.at + 1))
      reader.at++
    }
    const modifier = takeModifier(reader)
    const isBare = joinedBy === undefined && modifier === undefined
    const clause = (isBare ? takeWords(reader, field) : undefined) ?? parseClause(reader, field)
    if (!clause.ok) return clause
    if (joinedBy === 'and') requireLast(of)
    of.push({ occur: occurOf(joinedBy, modifier), joinedBy, of: clause.value })
  }
  const [first] = of
  if (first === undefined) return err(missingCondition(reader, reader.at))
  if (of.length === 1 && first.occur !== 'prohibited') return ok(first.of)
  const end = reader.tokens[reader.at - 1]?.span.end ?? start
  return ok({ kind: 'clauses', of, span: { start, end } })
}

/** AND makes the clause before it required too, unless that is prohibited. */
function requireLast(clauses: LuceneClause[]): void {
  const last = clauses.at(-1)
  if (last?.occur === 'optional') clauses[clauses.length - 1] = { ...last, occur: 'required' }
}

type Modifier = 'not' | '+' | '-'

function occurOf(
  joinedBy: 'and' | 'or' | undefined,
  modifier: Modifier | undefined,
): LuceneClause['occur'] {
  if (modifier === 'not' || modifier === '-') return 'prohibited'
  return modifier === '+' || joinedBy === 'and' ? 'required' : 'optional'
}

function takeModifier(reader: Reader): Modifier | undefined {
  const kind = reader.tokens[reader.at]?.kind
  if (kind !== 'not' && kind !== '+' && kind !== '-') return undefined
  reader.at++
  return kind
}

/**
 * Several plain words in a row: they go to the field's analyser together, so that a keyword field is asked
 * for one value. A word before an operator, a suffix or a colon stands for itself.
 */
function takeWords(reader: Reader, field: LuceneField | undefined): Parsed | undefined {
  const texts: string[] = []
  const first = reader.tokens[reader.at]
  let end = first?.span.end ?? 0
  for (let i = reader.at; ; i++) {
    const word = reader.tokens[i]
    if (word?.kind !== 'word' || isApartFrom(reader.tokens[i + 1])) break
    texts.push(word.text)
    end = word.span.end
  }
  if (first === undefined || texts.length < 2) return undefined
  reader.at += texts.length
  const span = { start: first.span.start, end }
  if (field !== undefined && texts.some((text) => /^[<>]/.test(text))) {
    const message = 'a comparison stands beside other words without an operator'
    return err(slip('comparison-in-words', message, span, { help: 'write AND or OR between them' }))
  }
  const value: LuceneValue = { kind: 'words', text: texts.join(' '), count: texts.length, span }
  return ok({ kind: 'leaf', field, value, span })
}

/** Whether a word stands for itself because of what follows it. */
function isApartFrom(after: Token | undefined): boolean {
  if (after?.kind === 'glob') return isStar(after)
  return ['and', 'or', ':', 'fuzzy', 'boost'].includes(after?.kind ?? '')
}

function parseClause(reader: Reader, outer: LuceneField | undefined): Parsed {
  const named = takeField(reader)
  if (!named.ok) return named
  const field = named.value ?? outer
  const next = reader.tokens[reader.at]
  if (next?.kind === '(') {
    const group = parseGroup(reader, field)
    if (group.ok) takeSuffixes(reader)
    return group
  }
  const value = takeValue(reader, field)
  if (!value.ok) return value
  takeSuffixes(reader)
  const { span } = value.value
  const start = named.value?.span.start ?? span.start
  return ok({ kind: 'leaf', field, value: value.value, span: { start, end: span.end } })
}

function parseGroup(reader: Reader, field: LuceneField | undefined): Parsed {
  const start = reader.tokens[reader.at]?.span.start ?? 0
  if (reader.open.length >= maxLuceneDepth) {
    const message = `parentheses are nested deeper than ${maxLuceneDepth} levels`
    const help = 'remove parentheses that group nothing, or split the query'
    return err(slip('too-deep', message, { start, end: start + 1 }, { help }))
  }
  reader.at++
  reader.open.push(start)
  const inner = parseClauses(reader, field)
  if (!inner.ok) return inner
  reader.open.pop()
  if (reader.tokens[reader.at]?.kind === ')') {
    reader.at++
    return inner
  }
  const end = reader.text.length
  return err(
    slip(
      'unclosed-parenthesis',
      `the "(" at offset ${start} is never closed`,
      { start: end, end },
      { help: 'add ")"', patch: ')' },
    ),
  )
}

function takeField(reader: Reader): Result<LuceneField | undefined, Diagnostic> {
  const word = reader.tokens[reader.at]
  const colon = reader.tokens[reader.at + 1]
  if (word === undefined || colon?.kind !== ':') return ok(undefined)
  if (word.kind === 'glob') {
    const written = reader.text.slice(word.span.start, word.span.end)
    if (written !== '*') {
      return err(
        slip('wildcard-field', 'a wildcard in a field name must be escaped', word.span, {
          help: 'write \\* in the name',
          patch: written.replace(/(?<!\\)[*?]/g, '\\$&'),
        }),
      )
    }
    reader.at += 2
    return ok({ text: '*', span: word.span })
  }
  if (word.kind !== 'word') return ok(undefined)
  reader.at += 2
  return ok({ text: word.text, span: word.span })
}

function takeValue(
  reader: Reader,
  field: LuceneField | undefined,
): Result<LuceneValue, Diagnostic> {
  const token = reader.tokens[reader.at]
  switch (token?.kind) {
    case 'word':
      reader.at++
      return field === undefined ? ok(oneWord(token)) : comparison(token)
    case 'glob':
    case 'phrase':
    case 'regexp':
    case 'range':
      reader.at++
      return ok(token)
    default:
      return err(token?.kind === ':' ? unescapedColon(reader) : missingCondition(reader, reader.at))
  }
}

type Word = Extract<Token, { readonly kind: 'word' }>

function oneWord({ text, span }: Word): LuceneValue {
  return { kind: 'words', text, count: 1, span }
}

/** A word that begins with `>` or `<`, escaped or not, after a field: a range with one bound. */
function comparison(word: Word): Result<LuceneValue, Diagnostic> {
  const [written, operator = '', orEqual] = /^([<>])(=?)/.exec(word.text) ?? []
  if (written === undefined) return ok(oneWord(word))
  const value = word.text.slice(written.length)
  if (value === '') {
    return err(
      slip('missing-value', `a value must follow ${written} directly`, word.span, {
        help: `write it without a space: field:${written}5`,
      }),
    )
  }
  const bound = { value, inclusive: orEqual === '=' }
  const [low, high] = operator === '>' ? [bound, undefined] : [undefined, bound]
  return ok({ kind: 'range', low, high, span: word.span })
}

/** `~2` and `^1.5` after a condition: neither changes what we match, so each is told. */
function takeSuffixes(reader: Reader): void {
  for (let next = reader.tokens[reader.at]; ; next = reader.tokens[++reader.at]) {
    if (next?.kind === 'boost') {
      const message = 'a boost changes only the order of search results: it is ignored'
      reader.doubts.push(doubt('boost', message, next.span, { help: 'remove it', patch: '' }))
    } else if (next?.kind === 'fuzzy') {
      const message = 'fuzzy and proximity searches are read as exact ones'
      const help = 'write out the spellings that are meant'
      reader.doubts.push(doubt('fuzzy', message, next.span, { help }))
    } else return
  }
}

function unescapedColon({ text, tokens, at }: Reader): Diagnostic {
  const colon = tokens[at]?.span ?? { start: text.length, end: text.length }
  const before = tokens[at - 1]
  const message = '":" separates a field from a value; this one has no field before it'
  const help = 'put a value with ":" in quotes, or write \\:'
  const isValue = before?.kind === 'word' && tokens[at - 2]?.kind === ':'
  const start = isValue ? before.span.start : colon.start
  const end = colon.end + (/^[^\s()"]*/.exec(text.slice(colon.end))?.[0].length ?? 0)
  const value = text.slice(start, end)
  const isPlain = isValue && !value.includes('\\')
  const patch = isPlain ? `"${value}"` : '\\:'
  return slip('unescaped-colon', message, isPlain ? { start, end } : colon, { help, patch })
}

/** What to tell where a condition should stand but does not. */
function missingCondition({ text, tokens, open }: Reader, at: number): Diagnostic {
  const found = tokens[at]
  const before = tokens[at - 1]
  const start = found?.span.start ?? text.length
  const span = { start, end: found?.span.end ?? start }
  if (found?.kind === ')' && before?.kind === '(') {
    const group = { start: before.span.start, end: found.span.end }
    return slip('empty-group', 'the parentheses are empty', group, {
      help: 'put a condition or a value between them, or remove them',
    })
  }
  if (found?.kind === ')' && open.length === 0) {
    return slip('unopened-parenthesis', '")" closes a group that was never opened', span, {
      help: 'remove it, or write \\) where it is part of a value',
      patch: '\\)',
    })
  }
  const there =
    found === undefined ? 'the text ends' : `there is ${shown(text.slice(span.start, span.end))}`
  const after = before === undefined ? 'at the beginning' : `after ${shown(sliceOf(text, before))}`
  return slip('missing-condition', `${after} a condition must follow, but ${there}`, span, {
    help: 'write a condition such as field:value; to search for an operator, put it in quotes',
  })
}

function sliceOf(text: string, { span }: Token): string {
  return text.slice(span.start, span.end).slice(0, 40)
}
