import type { ValueFunction } from '../../plan/filter-plan.ts'
import { compareByCodePoint } from '../compare-text.ts'
import { compareNumbers, parseNumber } from '../number.ts'
import { isInBlock, parseIp, parseIpBlock } from '../ip.ts'
import {
  foldedText,
  maxNumberLength,
  maxTextLength,
  valueText,
  type ComputedValue,
} from './computed-value.ts'

/** What a function gives of arguments of which those it needs are not null. */
export type ValueOperation = (of: readonly ComputedValue[], caseless: boolean) => ComputedValue

/** Functions that are worked out from their arguments alone. Of arguments of another sort they give null. */
export const valueOperations: {
  readonly [
    name in Exclude<ValueFunction, 'and' | 'isNull' | 'like' | 'or' | 'regex'>
  ]: ValueOperation
} = {
  add: ([a, b]) => arithmetic(a, b, { integers: (x, y) => x + y, decimals: (x, y) => x + y }),
  subtract: ([a, b]) => arithmetic(a, b, { integers: (x, y) => x - y, decimals: (x, y) => x - y }),
  multiply: ([a, b]) => arithmetic(a, b, { integers: (x, y) => x * y, decimals: (x, y) => x * y }),
  divide: ([a, b]) =>
    isZero(b) ? null : arithmetic(a, b, { integers: (x, y) => x / y, decimals: (x, y) => x / y }),
  modulo: ([a, b]) =>
    isZero(b) ? null : arithmetic(a, b, { integers: (x, y) => x % y, decimals: (x, y) => x % y }),
  negate: ([a]) => arithmetic(0n, a, { integers: (x, y) => x - y, decimals: (_, y) => -y }),
  not: ([a]) => (typeof a === 'boolean' ? !a : null),
  equal: ([a, b], caseless) => isEqual(a, b, caseless),
  less: ([a, b]) => ordered(a, b, (order) => order < 0),
  lessOrEqual: ([a, b]) => ordered(a, b, (order) => order <= 0),
  between: ([source, left, right, greedy], caseless) =>
    ofTexts([source, left, right], caseless, ([text = '', from = '', to = ''], whole) => {
      const at = text.indexOf(from)
      if (at < 0) return null
      const start = at + from.length
      const end = greedy === true ? text.lastIndexOf(to) : text.indexOf(to, start)
      return end < start ? null : whole.slice(start, end)
    }),
  cidrMatch: ([address, ...blocks]) => {
    const found = typeof address === 'string' ? parseIp(address) : undefined
    if (found === undefined) return null
    return blocks.some((block) => {
      const parsed = typeof block === 'string' ? parseIpBlock(block) : undefined
      return parsed !== undefined && isInBlock(found, parsed)
    })
  },
  concat: (of) => {
    let text = ''
    for (const part of of) {
      text += part === null ? '' : valueText(part)
      if (text.length > maxTextLength) return null
    }
    return text
  },
  startsWith: ([source, start], caseless) =>
    ofTexts([source, start], caseless, ([text = '', part = '']) => text.startsWith(part)),
  endsWith: ([source, end], caseless) =>
    ofTexts([source, end], caseless, ([text = '', part = '']) => text.endsWith(part)),
  stringContains: ([source, sought], caseless) =>
    ofTexts([source, sought], caseless, ([text = '', part = '']) => text.includes(part)),
  indexOf: ([source, sought, from = null], caseless) =>
    ofTexts([source, sought], caseless, ([text = '', part = '']) => {
      const start = from === null ? 0 : placeOf(from)
      const at = start === undefined ? -1 : text.indexOf(part, start)
      return at < 0 ? null : BigInt(at)
    }),
  length: ([source]) => (typeof source === 'string' ? BigInt(source.length) : null),
  number: ([source, base = null]) => (typeof source === 'string' ? readNumber(source, base) : null),
  string: ([source = null]) => (source === null ? null : valueText(source)),
  substring: ([source, from = null, to = null]) => {
    const start = from === null ? 0 : placeOf(from)
    const end = to === null ? Number.MAX_SAFE_INTEGER : placeOf(to)
    if (typeof source !== 'string' || start === undefined || end === undefined) return null
    return source.slice(start, end)
  },
}

type Value = ComputedValue | undefined

function arithmetic(
  a: Value,
  b: Value,
  how: {
    readonly integers: (x: bigint, y: bigint) => bigint
    readonly decimals: (x: number, y: number) => number
  },
): ComputedValue {
  if (typeof a === 'bigint' && typeof b === 'bigint') {
    return withinBits(how.integers(a, b))
  }
  if (!isNumber(a) || !isNumber(b)) return null
  const result = how.decimals(Number(a), Number(b))
  return Number.isFinite(result) ? result : null
}

function isNumber(value: Value): value is bigint | number {
  return typeof value === 'bigint' || typeof value === 'number'
}

function isZero(value: Value): boolean {
  return value === 0n || value === 0
}

function isEqual(a: Value, b: Value, caseless: boolean): boolean {
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b) === 0
  if (caseless && typeof a === 'string' && typeof b === 'string') {
    return foldedText(a) === foldedText(b)
  }
  return a === b
}

function ordered(a: Value, b: Value, holds: (order: number) => boolean): boolean | null {
  if (isNumber(a) && isNumber(b)) return holds(compareNumbers(a, b))
  if (typeof a !== 'string' || typeof b !== 'string') return null
  return holds(compareByCodePoint(a, b))
}

/** Works with texts, in lower case where case is nothing; `whole` is the first as it stands. */
function ofTexts(
  of: readonly Value[],
  caseless: boolean,
  work: (texts: readonly string[], whole: string) => ComputedValue,
): ComputedValue {
  const texts = of.filter((value) => typeof value === 'string')
  if (texts.length < of.length) return null
  return work(caseless ? texts.map(foldedText) : texts, texts[0] ?? '')
}

/** A place in a text; undefined for what is no whole number. */
function placeOf(value: ComputedValue): number | undefined {
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined
}

function readNumber(text: string, base: ComputedValue): ComputedValue {
  const [, sign = '', prefix, digits = ''] = /^([+-]?)(0x)?(.*)$/is.exec(text) ?? []
  const radix = base === null ? (prefix === undefined ? 10 : 16) : placeOf(base)
  if (radix === undefined || radix < 2 || radix > 36 || text.length > maxNumberLength) return null
  if (radix === 10) return decimalNumber(text)
  const written = prefix !== undefined && radix === 16 ? digits : `${prefix ?? ''}${digits}`
  return integerOf(written.toLowerCase(), BigInt(radix), sign)
}

function decimalNumber(text: string): ComputedValue {
  const number = parseNumber(text)
  if (number === undefined) return null
  return /^[+-]?\d+$/.test(text) ? withinBits(BigInt(number)) : Number(number)
}

function integerOf(digits: string, radix: bigint, sign: string): bigint | null {
  if (digits === '') return null
  let value = 0n
  for (const digit of digits) {
    const worth = '0123456789abcdefghijklmnopqrstuvwxyz'.indexOf(digit)
    if (worth < 0 || BigInt(worth) >= radix) return null
    value = value * radix + BigInt(worth)
  }
  return withinBits(sign === '-' ? -value : value)
}

/** As in 64 bits, which are all that there are elsewhere. */
function withinBits(value: bigint): bigint | null {
  return BigInt.asIntN(64, value) === value ? value : null
}
