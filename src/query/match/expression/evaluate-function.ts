import { unreachable } from '#base'
import type { ValueFunction } from '../../plan/filter-plan.ts'
import { evaluateRegexp } from '../../regexp/evaluate.ts'
import { byCodePoint, ipBlock, slowGlob } from '../evaluate-value.ts'
import {
  foldedText,
  maxNumberLength,
  maxTextLength,
  valueText,
  type ComputedValue,
} from './computed-value.ts'
import { patternParts } from './pattern-parts.ts'

/** What a function gives of values, worked out character by character: what the fast operations must agree with. */
export function evaluateFunction(
  name: ValueFunction,
  given: readonly ComputedValue[],
  caseless: boolean,
): ComputedValue {
  // In lower case where case is nothing, but for the text that a part is cut out of.
  const [a = null, b = null, c = null] = given.map((value) =>
    caseless && typeof value === 'string' ? foldedText(value) : value,
  )
  const [source = null, , , greedy = null] = given
  switch (name) {
    case 'isNull':
      return a === null
    case 'and':
    case 'or':
      if (given.includes(name === 'or')) return name === 'or'
      return given.includes(null) ? null : name === 'and'
    case 'not':
      return typeof a === 'boolean' ? !a : null
    case 'negate':
      return typeof a === 'number' ? -a : arithmetic('subtract', 0n, a)
    case 'add':
    case 'subtract':
    case 'multiply':
    case 'divide':
    case 'modulo':
      return arithmetic(name, a, b)
    case 'equal':
      if (a === null || b === null) return null
      return areNumbers(a, b) ? orderOf(a, b) === 0 : a === b
    case 'less':
    case 'lessOrEqual': {
      const order = orderOf(a, b)
      if (order === undefined) return null
      return order < 0 || (order === 0 && name === 'lessOrEqual')
    }
    case 'string':
      return a === null ? null : valueText(a)
    case 'concat': {
      const text = given.flatMap((value) => (value === null ? [] : [valueText(value)])).join('')
      return given.includes(null) || text.length > maxTextLength ? null : text
    }
    case 'length':
      return typeof a === 'string' ? BigInt(a.split('').length) : null
    case 'number':
      return typeof a === 'string' ? numberIn(a, b) : null
    case 'cidrMatch': {
      const address = typeof a === 'string' && !a.includes('/') ? ipBlock(a)?.from : undefined
      if (address === undefined || given.includes(null)) return null
      const blocks = given.slice(1).map((block) => ipBlock(String(block)))
      return blocks.some((block) => block && block.from <= address && address <= block.to)
    }
    case 'startsWith':
    case 'endsWith':
    case 'stringContains': {
      if (typeof a !== 'string' || typeof b !== 'string') return null
      const places = placesOf(b, a)
      if (name === 'startsWith') return places.includes(0)
      return name === 'endsWith' ? places.includes(a.length - b.length) : places.length > 0
    }
    case 'indexOf': {
      const from = c === null ? 0 : wholeOf(c)
      if (typeof a !== 'string' || typeof b !== 'string' || from === undefined) return null
      const found = placesOf(b, a).find((place) => place >= Math.min(from, a.length))
      return found === undefined ? null : BigInt(found)
    }
    case 'between': {
      if (typeof source !== 'string' || typeof a !== 'string') return null
      if (typeof b !== 'string' || typeof c !== 'string') return null
      const [start] = placesOf(b, a).map((place) => place + b.length)
      const ends = placesOf(c, a).filter((place) => start !== undefined && place >= start)
      const end = greedy === true ? ends.at(-1) : ends[0]
      if (start === undefined || end === undefined) return null
      return source.split('').slice(start, end).join('')
    }
    case 'substring': {
      const [from, to] = [b === null ? 0 : wholeOf(b), c === null ? Infinity : wholeOf(c)]
      if (typeof a !== 'string' || from === undefined || to === undefined) return null
      const placeIn = (place: number) => Math.max(0, place < 0 ? place + a.length : place)
      return a
        .split('')
        .filter((_, place) => place >= placeIn(from) && place < placeIn(to))
        .join('')
    }
    case 'like':
    case 'regex': {
      const [text = null, pattern = null] = given
      if (typeof text !== 'string' || typeof pattern !== 'string') return null
      if (name === 'regex') return evaluateRegexp(pattern, text, { caseless })
      const fold = (part: string) =>
        caseless ? part.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : part
      return slowGlob(patternParts(fold(pattern)), fold(text))
    }
    default:
      return unreachable(name)
  }
}

/** Where a text occurs in another, ascending. */
function placesOf(part: string, text: string): readonly number[] {
  return Array.from({ length: text.length + 1 }, (_, place) => place).filter(
    (place) => text.slice(place, place + part.length) === part,
  )
}

type NumberValue = number | bigint

function areNumbers(a: ComputedValue, b: ComputedValue): boolean {
  return [a, b].every((value) => typeof value === 'number' || typeof value === 'bigint')
}

function orderOf(a: ComputedValue, b: ComputedValue): number | undefined {
  if (a === null || b === null) return undefined
  if (typeof a === 'string' && typeof b === 'string') return byCodePoint(a, b)
  if (!areNumbers(a, b)) return undefined
  return a < b ? -1 : a > b ? 1 : 0
}

function arithmetic(
  name: 'add' | 'subtract' | 'multiply' | 'divide' | 'modulo',
  a: ComputedValue,
  b: ComputedValue,
): ComputedValue {
  if (!areNumbers(a, b)) return null
  if ((name === 'divide' || name === 'modulo') && Number(b) === 0) return null
  if (typeof a === 'bigint' && typeof b === 'bigint') {
    const result = calculated(name, a, b)
    return result >= -(2n ** 63n) && result < 2n ** 63n ? result : null
  }
  const result = calculated(name, Number(a), Number(b))
  return Number.isFinite(result) ? result : null
}

function calculated<N extends NumberValue>(name: string, a: N, b: N): N
function calculated(name: string, a: number, b: number): number {
  if (name === 'add') return a + b
  if (name === 'subtract') return a - b
  if (name === 'multiply') return a * b
  return name === 'divide' ? a / b : a % b
}

function wholeOf(value: ComputedValue): number | undefined {
  return areNumbers(value, value) && Number.isInteger(Number(value)) ? Number(value) : undefined
}

function numberIn(text: string, base: ComputedValue): ComputedValue {
  const isHex = /^[+-]?0x/i.test(text)
  const radix = base === null ? (isHex ? 16 : 10) : (wholeOf(base) ?? 0)
  if (radix < 2 || radix > 36 || text.length > maxNumberLength) return null
  if (radix === 10 && !/^[+-]?\d+$/.test(text)) {
    const isDecimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)
    return isDecimal && Number.isFinite(Number(text)) ? Number(text) : null
  }
  const digits = text.replace(/^[+-]/, '').replace(radix === 16 ? /^0x/i : /^$/, '')
  const worths = [...digits].map((digit) => (/^[0-9a-z]$/i.test(digit) ? parseInt(digit, 36) : 99))
  if (worths.length === 0 || worths.some((worth) => worth >= radix)) return null
  const value = worths.reduce((sum, worth) => sum * BigInt(radix) + BigInt(worth), 0n)
  const signed = text.startsWith('-') ? -value : value
  return signed >= -(2n ** 63n) && signed < 2n ** 63n ? signed : null
}
