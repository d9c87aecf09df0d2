import { onCells, onEach, onSingles, type ScalarFunction } from './scalar-function.ts'
import { isMany, singlesOf, type Cell } from '../cell.ts'
import { compileSearch, type Search } from '../../regexp/search/search.ts'

/** The longest text that a function makes, in UTF-16 units: as Elasticsearch, one mebibyte. */
const maxLength = 1_048_576

const text = ['text'] as const

/** Functions of texts. Lengths and places are counted in code points. */
export const textFunctions: readonly ScalarFunction[] = [
  onEach({ names: ['to_lower'], wants: text, type: 'keyword', of: (t) => String(t).toLowerCase() }),
  onEach({ names: ['to_upper'], wants: text, type: 'keyword', of: (t) => String(t).toUpperCase() }),
  onSingles({ names: ['trim'], wants: text, type: 'keyword', of: (t) => String(t).trim() }),
  onSingles({ names: ['ltrim'], wants: text, type: 'keyword', of: (t) => String(t).trimStart() }),
  onSingles({ names: ['rtrim'], wants: text, type: 'keyword', of: (t) => String(t).trimEnd() }),
  onSingles({ names: ['length'], wants: text, type: 'integer', of: (t) => lengthOf(String(t)) }),
  onSingles({
    names: ['byte_length'],
    wants: text,
    type: 'integer',
    of: (t) => bytesOf(String(t)),
  }),
  onSingles({
    names: ['bit_length'],
    wants: text,
    type: 'integer',
    of: (t) => bytesOf(String(t)) * 8,
  }),
  onSingles({ names: ['reverse'], wants: text, type: 'keyword', of: (t) => reversed(String(t)) }),
  onSingles({
    names: ['concat'],
    wants: ['text', 'text'],
    rest: 'text',
    type: 'keyword',
    of: (...parts) => bounded(parts.join('')),
  }),
  onSingles({
    names: ['starts_with'],
    wants: ['text', 'text'],
    type: 'boolean',
    of: (t, start) => String(t).startsWith(String(start)),
  }),
  onSingles({
    names: ['ends_with'],
    wants: ['text', 'text'],
    type: 'boolean',
    of: (t, end) => String(t).endsWith(String(end)),
  }),
  onSingles({
    names: ['contains'],
    wants: ['text', 'text'],
    type: 'boolean',
    of: (t, part) => String(t).includes(String(part)),
  }),
  onSingles({
    names: ['substring'],
    wants: ['text', 'integer', 'integer'],
    optional: 1,
    type: 'keyword',
    of: (t, start, length) =>
      substring(String(t), Number(start), length === undefined ? undefined : Number(length)),
  }),
  onSingles({
    names: ['left'],
    wants: ['text', 'integer'],
    type: 'keyword',
    of: (t, length) => [...String(t)].slice(0, Math.max(0, Number(length))).join(''),
  }),
  onSingles({
    names: ['right'],
    wants: ['text', 'integer'],
    type: 'keyword',
    of: (t, length) => (Number(length) <= 0 ? '' : [...String(t)].slice(-Number(length)).join('')),
  }),
  onSingles({
    names: ['repeat'],
    wants: ['text', 'integer'],
    type: 'keyword',
    of: (t, times) => repeated(String(t), Number(times)),
  }),
  onSingles({
    names: ['space'],
    wants: ['integer'],
    type: 'keyword',
    of: (times) => repeated(' ', Number(times)),
  }),
  onSingles({
    names: ['locate'],
    wants: ['text', 'text', 'integer'],
    optional: 1,
    type: 'integer',
    of: (t, part, start) => locate(String(t), String(part), Number(start ?? 1)),
  }),
  onSingles({
    names: ['split'],
    wants: ['text', 'text'],
    type: 'keyword',
    of: (t, delimiter) => splitBy(String(t), String(delimiter)),
  }),
  replaceFunction(),
  onSingles({
    names: ['to_base64'],
    wants: text,
    type: 'keyword',
    of: (t) => btoa(String.fromCharCode(...new TextEncoder().encode(String(t)))),
  }),
  onSingles({
    names: ['from_base64'],
    wants: text,
    type: 'keyword',
    of: (t) => decoded(String(t)),
  }),
  onSingles({
    names: ['url_encode'],
    wants: text,
    type: 'keyword',
    of: (t) => urlEncoded(String(t)).replaceAll('%20', '+'),
  }),
  onSingles({
    names: ['url_encode_component'],
    wants: text,
    type: 'keyword',
    of: (t) => urlEncoded(String(t)),
  }),
  onSingles({
    names: ['url_decode'],
    wants: text,
    type: 'keyword',
    of: (t) => urlDecoded(String(t)),
  }),
  onSingles({
    names: ['json_extract'],
    wants: ['text', 'text'],
    type: 'keyword',
    of: (t, path) => jsonAt(String(t), String(path)),
  }),
  onCells({
    names: ['mv_concat'],
    wants: ['text', 'text'],
    type: 'keyword',
    of: ([values = null, separator = null]) => joined(values, separator),
  }),
]

function lengthOf(t: string): number {
  let length = 0
  for (const _ of t) length++
  return length
}

function bytesOf(t: string): number {
  return new TextEncoder().encode(t).length
}

/** A text, or nothing where it would be too long. */
function bounded(t: string): string | undefined {
  return t.length > maxLength ? undefined : t
}

function reversed(t: string): string {
  const segments = new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(t)
  return [...segments]
    .toReversed()
    .map(({ segment }) => segment)
    .join('')
}

function repeated(t: string, times: number): string | undefined {
  return times < 0 || t.length * times > maxLength ? undefined : t.repeat(times)
}

/** From a place counted from 1, or from the end where it is negative; 0 is read as 1. */
function substring(t: string, start: number, length?: number): string | undefined {
  if (length !== undefined && length < 0) return undefined
  const characters = [...t]
  const from = start < 0 ? Math.max(0, characters.length + start) : Math.max(0, start - 1)
  const to = length === undefined ? characters.length : from + length
  return characters.slice(from, to).join('')
}

/** Where a part begins, counted from 1; 0 where it does not occur. */
function locate(t: string, part: string, start: number): number {
  const characters = [...t]
  const from = start > 0 ? start - 1 : 0
  const at = characters.slice(from).join('').indexOf(part)
  if (at < 0) return 0
  return from + lengthOf(characters.slice(from).join('').slice(0, at)) + 1
}

function splitBy(t: string, delimiter: string): Cell {
  if (t === '') return ''
  const parts = delimiter === '' ? [...t] : t.split(delimiter)
  return parts.length === 1 ? (parts[0] ?? '') : parts
}

/** `REPLACE(text, expression, replacement)`; an expression that every row shares is compiled once. */
function replaceFunction(): ScalarFunction {
  const compiled = new Map<string, Search | undefined>()
  const searchFor = (pattern: string): Search | undefined => {
    if (compiled.has(pattern)) return compiled.get(pattern)
    const search = compileSearch(pattern)
    if (compiled.size > 100) compiled.clear()
    compiled.set(pattern, search.ok ? search.value : undefined)
    return search.ok ? search.value : undefined
  }
  const plain = onSingles({
    names: ['replace'],
    wants: ['text', 'text', 'text'],
    type: 'keyword',
    of: (t, pattern, by) => {
      const made = searchFor(String(pattern))?.replace(String(t), String(by))
      return made === undefined ? undefined : bounded(made)
    },
  })
  return {
    ...plain,
    bind(given, context) {
      const pattern = given[1]?.constant?.cell
      const search = typeof pattern === 'string' ? compileSearch(pattern) : undefined
      if (search?.ok === false) return `argument 2: ${search.error.message}`
      return plain.bind(given, context)
    },
  }
}

function decoded(t: string): string | undefined {
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(t)) return undefined
  try {
    const bytes = atob(t.replaceAll('-', '+').replaceAll('_', '/'))
    return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)))
  } catch {
    return undefined
  }
}

function urlEncoded(t: string): string {
  return encodeURIComponent(t.toWellFormed()).replace(
    /[!'()~]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function urlDecoded(t: string): string | undefined {
  try {
    return decodeURIComponent(t.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

/** The value at a path of names, `[2]` and a leading `$`, in a text of JSON; objects and arrays as JSON. */
function jsonAt(t: string, path: string): string | undefined {
  let value: unknown
  try {
    value = JSON.parse(t)
  } catch {
    return undefined
  }
  for (const [, name, quoted, index] of path.matchAll(
    /(?:^|\.)?(?:\$|([^.[\]'"$]+)|\[['"]([^'"]*)['"]\]|\[(\d+)\])/g,
  )) {
    const key = name ?? quoted ?? index
    if (key === undefined) continue
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = Reflect.get(value, key)
  }
  if (value === null || value === undefined) return undefined
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function joined(values: Cell, separator: Cell): Cell {
  if (values === null || separator === null || isMany(separator)) return null
  return bounded(singlesOf(values).join(String(separator))) ?? null
}
