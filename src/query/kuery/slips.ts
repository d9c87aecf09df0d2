import { visibleText, type Diagnostic, type Span } from '#base'
import type { KueryValue } from './ast.ts'
import { isKeywordAt, isSpace, quotedWordAt } from './word.ts'

/** What was read just before a value became due. */
export type Expecting = 'start' | 'operator' | 'not' | 'colon' | 'comparison' | 'bracket'

/** Where the parser gave up. */
export interface Stop {
  readonly text: string
  readonly at: number
  readonly open: readonly number[]
  readonly expecting: Expecting
  readonly last: KueryValue | undefined
}

type Slip = Omit<Diagnostic, 'severity' | 'code'> & { readonly code: string }

/** What to tell where a value, a group or a field should stand but does not. */
export function expectedValue(stop: Stop): Diagnostic {
  const { text, at, expecting } = stop
  const found = text[at]
  if (found === '"') return unclosedQuote(stop)
  if (found === '\\') return badEscape(stop)
  if (isKeywordAt(text, at, 'not')) return misplacedNot(stop)
  if (found === '(' && expecting === 'comparison') {
    return slip({
      code: 'kuery.list-in-comparison',
      message: 'a comparison takes one value, not a list',
      span: { start: at, end: at + 1 },
      help: 'write one comparison for each value, joined by "and" or "or"',
    })
  }
  if (found === ')' && expecting === 'bracket') {
    const start = stop.open.at(-1) ?? at
    return slip({
      code: 'kuery.empty-group',
      message: 'the parentheses are empty',
      span: { start, end: at + 1 },
      help: 'put a condition or a value between them, or remove them',
    })
  }
  const what = found === undefined ? 'the text ends' : `there is ${shown(found)}`
  return slip({
    code: 'kuery.missing-value',
    message: `${afterWhat[expecting]} a value must follow, but ${what}`,
    span: { start: at, end: Math.min(at + 1, text.length) },
    help:
      expecting === 'colon'
        ? 'write a value, a list such as (a or b), or * for any value'
        : 'write a condition such as field: value',
  })
}

const afterWhat: { readonly [before in Expecting]: string } = {
  start: 'at the beginning',
  operator: 'after "and" or "or"',
  not: 'after "not"',
  colon: 'after ":"',
  comparison: 'after a comparison',
  bracket: 'after an opening bracket',
}

function misplacedNot({ text, at, expecting }: Stop): Diagnostic {
  const span = { start: at, end: at + 3 }
  if (expecting === 'not') {
    return slip({
      code: 'kuery.misplaced-not',
      message: '"not" cannot follow "not"',
      span,
      help: 'remove both, or write not (not …)',
    })
  }
  return slip({
    code: 'kuery.misplaced-not',
    message: '"not" cannot stand directly before a value here',
    span,
    help: 'write not field: value, or field: (not value)',
    ...patchAround(text, at),
  })
}

/** `not value` in parentheses, where the value is one plain word. */
function patchAround(text: string, at: number): { span?: Span; patch?: string } {
  const word = /^not\s+[\w.*/@-]+(?=\s*$|\s*\)|\s+(?:and|or)\s)/i.exec(
    text.slice(at, at + 300),
  )?.[0]
  if (word === undefined) return {}
  return { span: { start: at, end: at + word.length }, patch: `(${word})` }
}

/** What to tell where "and", "or", a closing bracket or the end should stand but does not. */
export function expectedMore(stop: Stop): Diagnostic {
  const { text, at } = stop
  const found = text[at]
  if (found === undefined) return unclosedBracket(stop)
  if (found === ')' || found === '}') return unopenedBracket(stop)
  if (found === '\\') return badEscape(stop)
  if (found === '"' && quotedWordAt(text, at) === undefined) return unclosedQuote(stop)
  return (
    missingSpace(stop) ?? notInsideValue(stop) ?? unescapedCharacter(stop) ?? missingOperator(stop)
  )
}

function unclosedQuote({ text, at }: Stop): Diagnostic {
  return slip({
    code: 'kuery.unclosed-quote',
    message: 'a quote is opened here and never closed',
    span: { start: at, end: text.length },
    help: 'close the quote, or write \\" for a quote character',
    patch: `${text.slice(at).trimEnd()}"`,
  })
}

function unclosedBracket({ text, open }: Stop): Diagnostic {
  const start = open.at(-1) ?? 0
  const [kind, close] = text[start] === '{' ? ['brace', '}'] : ['parenthesis', ')']
  return slip({
    code: `kuery.unclosed-${kind}`,
    message: `the ${shown(text[start] ?? '')} at offset ${start} is never closed`,
    span: { start: text.length, end: text.length },
    help: `add ${shown(close)}`,
    patch: close,
  })
}

function unopenedBracket({ text, at, open }: Stop): Diagnostic {
  const found = text[at] ?? ''
  const kind = found === '}' ? 'brace' : 'parenthesis'
  const innermost = open.at(-1)
  if (innermost !== undefined) {
    const wanted = text[innermost] === '{' ? '}' : ')'
    return slip({
      code: 'kuery.crossed-brackets',
      message: `${shown(found)} closes what ${shown(text[innermost] ?? '')} at offset ${innermost} opened`,
      span: { start: at, end: at + 1 },
      help: `${shown(wanted)} would be right here`,
      patch: wanted,
    })
  }
  return slip({
    code: `kuery.unopened-${kind}`,
    message: `${shown(found)} closes a bracket that was never opened`,
    span: { start: at, end: at + 1 },
    help: `remove it, or write \\${found} where it is part of a value`,
    patch: '',
  })
}

function badEscape({ text, at }: Stop): Diagnostic {
  const next = text[at + 1] ?? ''
  return slip({
    code: 'kuery.bad-escape',
    message: `a backslash cannot stand before ${next === '' ? 'the end' : shown(next)} outside quotes`,
    span: { start: at, end: Math.min(at + 2, text.length) },
    help: 'write \\\\ for a backslash, or put the value in quotes',
    patch: `\\\\${next}`,
  })
}

function missingSpace({ text, at }: Stop): Diagnostic | undefined {
  const message = 'and, or and not need a space on both sides'
  const code = 'kuery.missing-whitespace'
  const word = /^(?:and|or)(?![\w.])/i.exec(text.slice(at, at + 4))?.[0]
  if (word !== undefined) {
    const before = isSpace(text[at - 1]) ? '' : ' '
    const after = isSpace(text[at + word.length]) ? '' : ' '
    const patch = `${before}${word}${after}`
    return slip({ code, message, span: { start: at, end: at + word.length }, patch })
  }
  if (text[at] !== '(' && text[at] !== '"') return undefined
  const ended = /(?:^|[\s()"])(?:and|or|not)$/i.exec(text.slice(Math.max(0, at - 4), at))
  if (ended === null) return undefined
  return slip({ code, message, span: { start: at, end: at }, patch: ' ' })
}

function notInsideValue({ text, at, last }: Stop): Diagnostic | undefined {
  if (!isKeywordAt(text, at, 'not')) return undefined
  return slip({
    code: 'kuery.not-inside-value',
    message: 'the letters "not" before a space end an unquoted value, even inside a word',
    span: { start: at, end: at + 3 },
    help: 'put the value in quotes, or write "and not" where a condition was meant',
    ...quotedInstead(text, at, last),
  })
}

function unescapedCharacter({ text, at, last }: Stop): Diagnostic | undefined {
  const found = text[at] ?? ''
  if (!':<>{'.includes(found) || last === undefined) return undefined
  const field = text[at] === '{' ? null : /\s([\w.@]+)\s*$/.exec(text.slice(last.span.start, at))
  if (field !== null) {
    const start = at - field[0].length + 1
    return slip({
      code: 'kuery.missing-operator',
      message: `"and" or "or" must stand before ${shown((field[1] ?? '').slice(0, 40))}`,
      span: { start, end: start + (field[1] ?? '').length },
      help: `join conditions with "and" or "or"; where ${shown(found)} belongs to the value, put the value in quotes`,
    })
  }
  return slip({
    code: 'kuery.unescaped-character',
    message: `${shown(found)} is part of the grammar and cannot stand in an unquoted value`,
    span: { start: at, end: at + 1 },
    help: `put the value in quotes, or write \\${found}`,
    ...quotedInstead(text, at, last),
  })
}

/** Puts the word that was being read, and what follows up to the next space or bracket, in quotes. */
function quotedInstead(
  text: string,
  at: number,
  last: KueryValue | undefined,
): { span?: Span; patch?: string } {
  if (last === undefined || last.kind !== 'literal' || last.quoted) return {}
  const start = last.span.start
  const rest = /^(?:not\s+)?[^\s()"{}]*/i.exec(text.slice(at))?.[0] ?? ''
  const value = text.slice(start, at + rest.length)
  if (value.includes('\\')) return {}
  return { span: { start, end: at + rest.length }, patch: `"${value}"` }
}

function missingOperator({ text, at }: Stop): Diagnostic {
  const end = Math.max(at + 1, wordEnd(text, at))
  return slip({
    code: 'kuery.missing-operator',
    message: `"and" or "or" must stand before ${shown(text.slice(at, Math.min(end, at + 40)))}`,
    span: { start: at, end },
    help: 'join conditions with "and" or "or", with spaces around',
  })
}

function wordEnd(text: string, at: number): number {
  let end = at
  while (end < text.length && !isSpace(text[end]) && !'()"{}:'.includes(text[end] ?? '')) end++
  return end
}

/** What to tell where brackets are nested too deeply. */
export function tooDeep({ at }: { readonly at: number }, limit: number): Diagnostic {
  return slip({
    code: 'kuery.too-deep',
    message: `brackets are nested deeper than ${limit} levels`,
    span: { start: at, end: at + 1 },
    help: 'remove brackets that group nothing, or split the query',
  })
}

function slip(found: Slip): Diagnostic {
  return { severity: 'error', ...found }
}

function shown(text: string): string {
  return `"${visibleText(text)}"`
}
