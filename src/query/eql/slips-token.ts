import type { Diagnostic } from '#base'
import { shown, slip } from './slips.ts'

/** What to tell of an operator or a quote of another language; undefined where none stands at `at`. */
export function foreignSign(text: string, at: number): Diagnostic | undefined {
  if (text[at] === '?' && /["']/.test(text[at + 1] ?? '')) return oldRawText(text, at)
  const found = foreign.find(([written]) => text.startsWith(written, at))
  return found && foreignSymbol(found, at)
}

/** Signs of other languages, and what is meant by them. */
const foreign: readonly (readonly [written: string, meant: string])[] = [
  ['&&', 'and'],
  ['||', 'or'],
  ['===', '=='],
  ['!==', '!='],
  ['=~', 'regex~'],
  ['!~', 'not … regex~ …'],
  ['<>', '!='],
  ['&', 'and'],
]

function foreignSymbol([written, meant]: (typeof foreign)[number], at: number): Diagnostic {
  const span = { start: at, end: at + written.length }
  const help = `write ${meant}`
  const message = `EQL has no operator ${written}`
  return slip(
    'unknown-operator',
    message,
    span,
    meant.includes('…') ? { help } : { help, patch: meant },
  )
}

function oldRawText(text: string, at: number): Diagnostic {
  const quote = text[at + 1] ?? ''
  const close = text.slice(at + 2).search(new RegExp(`[${quote}\r\n]`))
  const isClosed = close >= 0 && text[at + 2 + close] === quote
  const end = isClosed ? at + close + 3 : at + 2
  const message = `texts are not written ?${quote}…${quote}`
  const help = 'write """…""" around a text without escapes'
  const patch = `"""${text.slice(at + 2, end - 1)}"""`
  return slip('old-raw-text', message, { start: at, end }, isClosed ? { help, patch } : { help })
}

/** What to tell of a character that begins no token. */
export function unknownCharacter(text: string, at: number): Diagnostic {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
  const span = { start: at, end: at + character.length }
  if (character === "'") return singleQuotes(text, at)
  if (character === '!') {
    return slip('unknown-operator', 'EQL has no operator !', span, {
      help: 'write not',
      patch: 'not ',
    })
  }
  const straight = /[“”„‟«»]/.test(character) ? '"' : undefined
  if (straight !== undefined) {
    const help = 'texts stand in straight double quotes'
    return slip('curly-quotes', `${shown(character)} is no quote`, span, { help, patch: straight })
  }
  const help = 'put a text in double quotes, and a field of that name in back-quotes'
  return slip('unknown-character', `${shown(character)} is no part of EQL`, span, { help })
}

function singleQuotes(text: string, at: number): Diagnostic {
  const written = /^'[^'\r\n]*'/.exec(text.slice(at, at + 1_000))?.[0]
  const span = { start: at, end: at + (written?.length ?? 1) }
  const message = 'texts do not stand in single quotes'
  const help = 'write double quotes'
  if (written === undefined) return slip('single-quotes', message, span, { help })
  const patch = `"${written.slice(1, -1).replace(/(?<!\\)"/g, '\\"')}"`
  return slip('single-quotes', message, span, { help, patch })
}
