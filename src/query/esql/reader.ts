import { visibleText, type Diagnostic, type Span } from '#base'

/** Thrown by the parser where a text goes wrong, and caught where it began. */
export class EsqlSlip extends Error {
  readonly diagnostic: Diagnostic

  constructor(diagnostic: Diagnostic) {
    super(diagnostic.message)
    this.diagnostic = diagnostic
  }
}

/** A slip to be thrown: `code` is `esql.` and this. */
export function slip(code: string, message: string, span: Span, help?: string): EsqlSlip {
  return new EsqlSlip(problem(code, message, span, help))
}

/** What is wrong with an ES|QL text. */
export function problem(code: string, message: string, span: Span, help?: string): Diagnostic {
  return {
    code: `esql.${code}`,
    severity: 'error',
    message,
    span,
    ...(help === undefined ? {} : { help }),
  }
}

const wordPattern = /[A-Za-z_@][A-Za-z0-9_]*/y
const namePattern = /(?:`(?:[^`]|``)*`|[A-Za-z0-9_@*-]+|)/y
const numberPattern = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y

const signs = [
  '::',
  '==',
  '=~',
  '!=',
  '<=',
  '>=',
  '=',
  '<',
  '>',
  ':',
  '+',
  '-',
  '*',
  '/',
  '%',
  '(',
  ')',
  '[',
  ']',
  ',',
  '.',
  '|',
  '?',
  '{',
  '}',
] as const

/** Operators, brackets and other signs. */
export type Sign = (typeof signs)[number]

/**
 * A place in an ES|QL text, moved on as pieces are taken. What a piece is depends on where it stands (index
 * patterns are not names, names are not words), so each is read when it is due.
 */
export class EsqlReader {
  readonly text: string
  /** Where the piece that was taken last ends. */
  end = 0
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.text = text
    this.#skipBlank()
  }

  /** Where the next piece begins. */
  get start(): number {
    return this.#at
  }

  get isAtEnd(): boolean {
    return this.#at >= this.text.length
  }

  /** From a place to the end of what was taken last. */
  spanFrom(start: number): Span {
    return { start, end: Math.max(start, this.end) }
  }

  /** Whether a word comes next, in any case, and no longer one. */
  seesWord(word: string): boolean {
    return this.word()?.toLowerCase() === word
  }

  /** The word that comes next, without taking it. */
  word(): string | undefined {
    return this.#match(wordPattern)
  }

  takeWord(word: string): boolean {
    if (!this.seesWord(word)) return false
    this.#take(word.length)
    return true
  }

  /** Takes words that follow each other, all or none: `inline`, `stats`. */
  takeWords(...words: readonly string[]): boolean {
    const { end } = this
    const at = this.#at
    for (const word of words) {
      if (this.takeWord(word)) continue
      this.#at = at
      this.end = end
      return false
    }
    return true
  }

  sees(sign: Sign): boolean {
    return signs.find((each) => this.text.startsWith(each, this.#at)) === sign
  }

  take(sign: Sign): boolean {
    if (!this.sees(sign)) return false
    this.#take(sign.length)
    return true
  }

  expect(sign: Sign, what = `"${sign}"`): void {
    if (!this.take(sign)) throw this.unexpected(what)
  }

  /** What else should stand where the next piece stands. */
  unexpected(what: string, help?: string): EsqlSlip {
    const start = this.#at
    if (this.isAtEnd) {
      return slip(
        'unexpected',
        `${what} must stand here, but the text ends`,
        { start, end: start },
        help,
      )
    }
    const found = this.#match(/\S{1,40}/y) ?? ''
    const span = { start, end: start + found.length }
    return slip(
      'unexpected',
      `${what} must stand here, but there is ${visibleText(found)}`,
      span,
      help,
    )
  }

  /** A text in quotes, plain or tripled; undefined where none comes next. */
  takeText(): string | undefined {
    const start = this.#at
    if (this.text.startsWith('"""', start)) {
      let close = this.text.indexOf('"""', start + 3)
      if (close < 0) throw this.#unclosed(start, 3)
      while (this.text[close + 3] === '"') close++
      const inside = this.text.slice(start + 3, close)
      this.#take(close + 3 - start)
      return inside
    }
    if (this.text[start] !== '"') return undefined
    const found = /"(?:[^"\\\r\n]|\\[^\r\n])*"/y
    const quoted = this.#match(found)
    if (quoted === undefined) throw this.#unclosed(start, 1)
    this.#take(quoted.length)
    return unescaped(quoted.slice(1, -1), start + 1)
  }

  #unclosed(start: number, length: number): EsqlSlip {
    const help = 'close it with the quotes that it began with'
    return slip('unclosed-text', 'this text is never closed', { start, end: start + length }, help)
  }

  /** A number as written; undefined where none comes next. */
  takeNumber(): string | undefined {
    const found = this.#match(numberPattern)
    if (found !== undefined) this.#take(found.length)
    return found
  }

  /** One part of a dotted name, with `*` and without back-quotes around; undefined where none comes next. */
  takeNamePart(pattern: boolean): string | undefined {
    const found = this.#match(namePattern)
    if (found === undefined) return undefined
    if (found.startsWith('`')) {
      this.#take(found.length)
      return found.slice(1, -1).replaceAll('``', '`')
    }
    const plain = pattern ? found : (/^[A-Za-z0-9_@]+/.exec(found)?.[0] ?? '')
    if (plain === '') return undefined
    this.#take(plain.length)
    return plain
  }

  /** Whether the next piece follows the last one directly. */
  get isJoined(): boolean {
    return this.#at === this.end
  }

  /** What matches a sticky expression at this place; taken. */
  takeMatch(expression: RegExp): string | undefined {
    const found = this.#match(expression)
    if (found !== undefined) this.#take(found.length)
    return found
  }

  /** Runs `inner` one level deeper; refuses more than 200 levels. */
  deeper<T>(inner: () => T): T {
    const start = this.#at
    if (++this.#depth > 200) {
      const span = { start, end: start + 1 }
      throw slip('too-deep', 'expressions may lie in one another 200 deep', span)
    }
    const result = inner()
    this.#depth--
    return result
  }

  #match(expression: RegExp): string | undefined {
    expression.lastIndex = this.#at
    const [found = ''] = expression.exec(this.text) ?? []
    return found === '' ? undefined : found
  }

  #take(length: number): void {
    this.#at += length
    this.end = this.#at
    this.#skipBlank()
  }

  #skipBlank(): void {
    const blank = /(?:[ \t\r\n]+|\/\/[^\r\n]*|\/\*(?:[^*]|\*(?!\/))*\*\/)+/y
    blank.lastIndex = this.#at
    this.#at += blank.exec(this.text)?.[0].length ?? 0
  }
}

const escapes: { readonly [letter: string]: string } = {
  t: '\t',
  n: '\n',
  r: '\r',
  '"': '"',
  '\\': '\\',
}

function unescaped(inside: string, at: number): string {
  return inside.replace(/\\(.)/g, (_, letter: string, offset: number) => {
    const plain = escapes[letter]
    if (plain !== undefined) return plain
    const span = { start: at + offset, end: at + offset + 2 }
    const help = `write \\\\${letter} for a backslash, or put the text in three quotes`
    throw slip('unknown-escape', `\\${letter} means nothing in a text`, span, help)
  })
}
