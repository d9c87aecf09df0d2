import { err, ok, type Result } from '#base'

/** A regular expression as other engines of the field write it: what a search for it needs. */
export type SearchNode =
  | { readonly kind: 'empty' }
  /** One code point that lies in a set. */
  | { readonly kind: 'one'; readonly of: CodePointSet }
  | { readonly kind: 'concat' | 'either'; readonly of: readonly SearchNode[] }
  | {
      readonly kind: 'repeat'
      readonly of: SearchNode
      readonly least: number
      /** Undefined: without end. */
      readonly most: number | undefined
      /** As much as possible first. */
      readonly greedy: boolean
    }
  | { readonly kind: 'group'; readonly of: SearchNode; readonly number: number }
  | { readonly kind: 'assert'; readonly what: 'start' | 'end' | 'word-edge' | 'no-word-edge' }

/** Whether a code point is meant. */
export type CodePointSet = (codePoint: number) => boolean

/** What a text of an expression says. */
export interface SearchSyntax {
  readonly node: SearchNode
  /** Of each group, in the order of its opening parenthesis: its name, where it has one. The first is the whole. */
  readonly groups: readonly (string | undefined)[]
}

/** What is wrong with an expression, and where. */
export interface SearchProblem {
  readonly message: string
  readonly at: number
}

/** Groups lie in one another at most so deep. */
const maxDepth = 100
/** The largest count in braces. */
const maxCount = 1_000

/**
 * Reads an expression of the dialect that Java, Oniguruma and RE2 share: characters, classes, `\d \w \s \b`,
 * groups with and without names, alternatives, greedy and lazy repetitions, `^` and `$`, `(?i)`.
 * References back to a group and assertions that look ahead or behind need more than linear time: refused.
 */
export function parseSearch(text: string): Result<SearchSyntax, SearchProblem> {
  const reader = new SearchReader(text)
  try {
    return ok(reader.whole())
  } catch (thrown) {
    if (thrown instanceof Wrong) return err({ message: thrown.message, at: thrown.at })
    throw thrown
  }
}

class Wrong extends Error {
  readonly at: number
  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}

const isDigit: CodePointSet = (c) => c >= 48 && c <= 57
const isWord: CodePointSet = (c) =>
  isDigit(c) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95
const isSpace: CodePointSet = (c) => c === 32 || (c >= 9 && c <= 13)
const isLineEnd: CodePointSet = (c) => c === 10 || c === 13 || c === 0x85 || (c | 1) === 0x2029
const not =
  (set: CodePointSet): CodePointSet =>
  (c) =>
    !set(c)

/** Whether a code point belongs to a word, for `\b` and `\w`. */
export const isWordCharacter = isWord

const classes: { readonly [letter: string]: CodePointSet } = {
  d: isDigit,
  D: not(isDigit),
  w: isWord,
  W: not(isWord),
  s: isSpace,
  S: not(isSpace),
}

const controls: { readonly [letter: string]: number } = { n: 10, r: 13, t: 9, f: 12, e: 27, a: 7 }

const namedClasses: { readonly [name: string]: CodePointSet } = {
  alpha: (c) => isWord(c) && !isDigit(c) && c !== 95,
  digit: isDigit,
  alnum: (c) => isWord(c) && c !== 95,
  upper: (c) => c >= 65 && c <= 90,
  lower: (c) => c >= 97 && c <= 122,
  space: isSpace,
  punct: (c) => c > 32 && c < 127 && !(isWord(c) && c !== 95),
  xdigit: (c) => isDigit(c) || (c >= 65 && c <= 70) || (c >= 97 && c <= 102),
}

class SearchReader {
  readonly #text: string
  #at = 0
  #depth = 0
  #caseless = false
  readonly #groups: (string | undefined)[] = [undefined]

  constructor(text: string) {
    this.#text = text
  }

  whole(): SearchSyntax {
    const node = this.#either()
    if (this.#at < this.#text.length) throw new Wrong('this ) was never opened', this.#at)
    return { node, groups: this.#groups }
  }

  #either(): SearchNode {
    const of = [this.#concat()]
    while (this.#take('|')) of.push(this.#concat())
    const [only] = of
    return of.length === 1 && only !== undefined ? only : { kind: 'either', of }
  }

  #concat(): SearchNode {
    const of: SearchNode[] = []
    while (this.#at < this.#text.length && !this.#sees('|') && !this.#sees(')')) {
      of.push(this.#repeated())
    }
    return { kind: 'concat', of }
  }

  #repeated(): SearchNode {
    let node = this.#atom()
    for (;;) {
      const count = this.#count()
      if (count === undefined) return node
      if (this.#sees('+')) throw new Wrong('possessive repetitions are not known', this.#at)
      node = { kind: 'repeat', of: node, ...count, greedy: !this.#take('?') }
    }
  }

  #count(): { readonly least: number; readonly most: number | undefined } | undefined {
    if (this.#take('*')) return { least: 0, most: undefined }
    if (this.#take('+')) return { least: 1, most: undefined }
    if (this.#take('?')) return { least: 0, most: 1 }
    const found = /^\{(\d{1,9})(?:(,)(\d{0,9}))?\}/.exec(this.#text.slice(this.#at, this.#at + 24))
    if (found === null) return undefined
    const [all, low = '', comma, high = ''] = found
    const least = Number(low)
    const most = comma === undefined ? least : high === '' ? undefined : Number(high)
    if (Math.max(least, most ?? 0) > maxCount) {
      throw new Wrong(`a count may be at most ${maxCount}`, this.#at)
    }
    if (most !== undefined && most < least) throw new Wrong('the counts are reversed', this.#at)
    this.#at += all.length
    return { least, most }
  }

  #atom(): SearchNode {
    const at = this.#at
    if (this.#take('(')) return this.#group(at)
    if (this.#take('[')) return { kind: 'one', of: this.#set(at) }
    if (this.#take('.')) return { kind: 'one', of: not(isLineEnd) }
    if (this.#take('^')) return { kind: 'assert', what: 'start' }
    if (this.#take('$')) return { kind: 'assert', what: 'end' }
    if (this.#take('\\')) return this.#escape(at)
    if ('*+?'.includes(this.#text[at] ?? ' ')) throw new Wrong('there is nothing to repeat', at)
    return { kind: 'one', of: this.#exactly(this.#codePoint()) }
  }

  #group(at: number): SearchNode {
    if (++this.#depth > maxDepth) throw new Wrong(`more than ${maxDepth} groups in one another`, at)
    const caseless = this.#caseless
    const number = this.#opening(at)
    if (number === 'flags') return { kind: 'empty' }
    const of = this.#either()
    if (!this.#take(')')) throw new Wrong('this ( is never closed', at)
    this.#caseless = caseless
    this.#depth--
    return number === undefined ? of : { kind: 'group', of, number }
  }

  /** What follows `(`: the number of the group, undefined of one that is not kept, or flags for what comes. */
  #opening(at: number): number | 'flags' | undefined {
    if (!this.#take('?')) return this.#groups.push(undefined) - 1
    const found = /^(?:P?<([A-Za-z_][A-Za-z0-9_.:@-]*)>|([ims-]*)([:)]))/.exec(
      this.#text.slice(this.#at, this.#at + 256),
    )
    if (found === null) {
      throw new Wrong('groups that look ahead or behind, or are atomic, are not known', at)
    }
    const [all, name, flags = '', end] = found
    this.#at += all.length
    if (name !== undefined) return this.#groups.push(name) - 1
    if (flags.includes('i')) this.#caseless = !/-.*i/.test(flags)
    if (end === ':') return undefined
    this.#depth--
    return 'flags'
  }

  #escape(at: number): SearchNode {
    if (this.#take('b')) return { kind: 'assert', what: 'word-edge' }
    if (this.#take('B')) return { kind: 'assert', what: 'no-word-edge' }
    if (this.#take('A')) return { kind: 'assert', what: 'start' }
    if (this.#take('Z') || this.#take('z')) return { kind: 'assert', what: 'end' }
    if (/^[1-9k]/.test(this.#text.slice(this.#at))) {
      throw new Wrong('references back to a group are not known', at)
    }
    const found = this.#escaped(at)
    return { kind: 'one', of: typeof found === 'number' ? this.#exactly(found) : found }
  }

  /** What a backslash before the next character means: a class, or one code point. */
  #escaped(at: number): CodePointSet | number {
    const letter = this.#text[this.#at]
    if (letter === undefined) throw new Wrong('nothing follows the backslash', at)
    const set = classes[letter]
    const control = controls[letter]
    if (set !== undefined || control !== undefined) {
      this.#at++
      return set ?? control ?? 0
    }
    const hex = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/.exec(
      this.#text.slice(this.#at, this.#at + 5),
    )
    if (hex !== null) {
      this.#at += hex[0].length
      return Number.parseInt(hex[1] ?? hex[2] ?? '', 16)
    }
    if (/[A-Za-z0-9]/.test(letter)) throw new Wrong(`\\${letter} is not known`, at)
    return this.#codePoint()
  }

  /** The set of a class in brackets, whose `[` is taken. */
  #set(at: number): CodePointSet {
    const negated = this.#take('^')
    const parts: CodePointSet[] = []
    for (let first = true; first || !this.#sees(']'); first = false) {
      if (this.#at >= this.#text.length) throw new Wrong('this [ is never closed', at)
      parts.push(this.#setPart())
    }
    this.#at++
    const some: CodePointSet = (c) => parts.some((part) => part(c))
    return negated ? not(some) : some
  }

  #setPart(): CodePointSet {
    const at = this.#at
    const named = /^\[:(\w+):\]/.exec(this.#text.slice(at, at + 16))
    if (named !== null) {
      const set = namedClasses[named[1] ?? '']
      if (set === undefined) throw new Wrong(`the class ${named[0]} is not known`, at)
      this.#at += named[0].length
      return set
    }
    if (this.#take('[')) return this.#set(at)
    const low = this.#take('\\') ? this.#escaped(at) : this.#codePoint()
    if (typeof low !== 'number') return low
    if (!this.#sees('-') || this.#text[this.#at + 1] === ']') return this.#exactly(low)
    this.#at++
    const high = this.#take('\\') ? this.#escaped(at) : this.#codePoint()
    if (typeof high !== 'number' || high < low) throw new Wrong('this range is no range', at)
    const inRange: CodePointSet = (c) => c >= low && c <= high
    if (!this.#caseless) return inRange
    return (c) => inRange(c) || inRange(otherCase(c))
  }

  #exactly(codePoint: number): CodePointSet {
    const other = this.#caseless ? otherCase(codePoint) : codePoint
    return (c) => c === codePoint || c === other
  }

  #codePoint(): number {
    const codePoint = this.#text.codePointAt(this.#at)
    if (codePoint === undefined) throw new Wrong('the expression ends too early', this.#at)
    this.#at += codePoint > 0xffff ? 2 : 1
    return codePoint
  }

  #sees(sign: string): boolean {
    return this.#text.startsWith(sign, this.#at)
  }

  #take(sign: string): boolean {
    if (!this.#sees(sign)) return false
    this.#at += sign.length
    return true
  }
}

/** The ASCII letter of the other case; other code points themselves. */
function otherCase(codePoint: number): number {
  const letter = codePoint | 32
  return letter >= 97 && letter <= 122 ? codePoint ^ 32 : codePoint
}
