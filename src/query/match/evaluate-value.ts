import { parseDate, parseDateMath, unreachable } from '#base'
import { familyOf, type FieldMapping, type FieldType, type FieldValue } from '#event'
import type { GlobPart, RangeOp } from '../plan/filter-plan.ts'
import { rangesOf } from '../plan/ranges-of.ts'
import { evaluateRegexp } from '../regexp/evaluate.ts'
import type { ValuePlan } from './compiled-value-test.ts'
import { globChunks } from './glob-chunks.ts'
import { wordsOf } from './words.ts'

/** Whether one value of a field satisfies a leaf, worked out from nothing each time. */
export function valueHolds(
  plan: ValuePlan,
  value: FieldValue,
  mapping: FieldMapping | undefined,
  nowMs: number,
): boolean {
  if (plan.kind === 'match-any') {
    // A list is nothing but its entries one by one, in quotes.
    return plan.values.some((entry) => {
      const single: ValuePlan = {
        kind: 'match',
        field: plan.field,
        literal: { value: entry, quoted: true },
        caseless: plan.caseless === true,
      }
      return valueHolds(single, value, mapping, nowMs)
    })
  }
  const family = mapping === undefined ? 'structure' : familyOf(mapping.type)
  if (plan.kind === 'between') {
    const ranges = rangesOf(plan)
    // Of a text, one and the same word must lie between the bounds.
    const parts = family === 'text' ? wordsOf(String(value)) : [value]
    return parts.some((part) => ranges.every((range) => valueHolds(range, part, mapping, nowMs)))
  }
  switch (family) {
    case 'keyword':
    case 'flattened':
      if (String(value).length > (mapping?.ignoreAbove ?? Infinity)) return false
      if (plan.kind === 'range' && mapping?.type === 'version') {
        const [found, bound] = [String(value), String(plan.value)].map(versionKey)
        return inOrder(byCodePoint(found ?? '', bound ?? ''), plan.op)
      }
      return keywordHolds(plan, String(value), mapping?.caseless === true)
    case 'text':
      return textHolds(plan, wordsOf(String(value)))
    case 'number':
      return numberHolds(plan, value, mapping?.type ?? 'double')
    case 'ip':
      return ipHolds(plan, value)
    case 'date':
      return mapping?.type === 'date_nanos'
        ? dateNanosHolds(plan, value, nowMs)
        : dateHolds(plan, value, nowMs)
    case 'boolean':
      return booleanHolds(plan, value === '' ? false : value)
    case 'structure':
      if (typeof value === 'string') return keywordHolds(plan, value, false)
      return typeof value === 'number'
        ? numberHolds(plan, value, 'double')
        : booleanHolds(plan, value)
    case 'opaque':
      return false
    default:
      return unreachable(family)
  }
}

type SinglePlan = Exclude<ValuePlan, { readonly kind: 'match-any' | 'between' }>

function keywordHolds(plan: SinglePlan, value: string, caseless: boolean): boolean {
  const folds = caseless || ('caseless' in plan && plan.caseless)
  const fold = (text: string) => {
    if (caseless) return text.toLowerCase()
    return folds ? text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : text
  }
  if (plan.kind === 'match') return fold(value) === fold(String(plan.literal.value))
  if (plan.kind === 'range')
    return inOrder(byCodePoint(fold(value), fold(String(plan.value))), plan.op)
  if (plan.kind === 'regexp') return evaluateRegexp(plan.pattern, fold(value), { caseless: folds })
  return slowGlob(
    plan.glob.map((part) => (part.kind === 'literal' ? { ...part, text: fold(part.text) } : part)),
    fold(value),
  )
}

/** A text that stands among those of other versions as the version does: numbers are made equally long. */
function versionKey(text: string): string {
  const [, numbers, preRelease, build = ''] =
    /^([0-9.]*[0-9])(?:-([-0-9A-Za-z.]+))?(?:\+([-0-9A-Za-z.]+))?$/.exec(text) ?? []
  const parts = [numbers ?? '', preRelease ?? '-'].map((list) => list.split('.'))
  if (numbers === undefined || parts.flat().includes('')) return `2${text}`
  const digits = (part: string) => part.padStart(2_000, '0')
  const main = parts[0]?.map((part) => `1${digits(part)}`).join('')
  if (preRelease === undefined) return `1${main}01${build}`
  const before = parts[1]?.map((part) => (/^\d+$/.test(part) ? `1${digits(part)}` : `2${part}\0`))
  return `1${main}00${before?.join('')}\0${build}`
}

function textHolds(plan: SinglePlan, words: readonly string[]): boolean {
  if (plan.kind === 'range') {
    return words.some((word) => inOrder(byCodePoint(word, String(plan.value)), plan.op))
  }
  if (plan.kind === 'glob') {
    return globChunks(plan.glob).some((chunk) => {
      if (chunk.kind === 'words') return wordsOf(chunk.text).some((word) => words.includes(word))
      return words.some((word) => keywordHolds({ ...plan, glob: chunk.glob }, word, true))
    })
  }
  if (plan.kind === 'regexp') return words.some((word) => keywordHolds(plan, word, false))
  const wanted = wordsOf(String(plan.literal.value))
  if (!plan.literal.quoted) return wanted.some((word) => words.includes(word))
  return wanted.length > 0 && `\n${words.join('\n')}\n`.includes(`\n${wanted.join('\n')}\n`)
}

function numberHolds(plan: SinglePlan, value: FieldValue, type: FieldType): boolean {
  const isSingle = type === 'float' || type === 'half_float'
  const isWhole = !isSingle && type !== 'double' && type !== 'scaled_float'
  const round = (number: number | bigint) =>
    typeof number === 'number' && isSingle ? Math.fround(number) : number
  const found = exact(value)
  const literal =
    plan.kind === 'match' ? plan.literal.value : plan.kind === 'range' ? plan.value : ''
  const bound = exact(literal)
  if (isPattern(plan) || found === undefined || bound === undefined) return false
  const stored = isWhole && typeof found === 'number' ? Math.trunc(found) : round(found)
  const wanted = round(bound)
  if (plan.kind === 'range') return inOrder(stored < wanted ? -1 : stored > wanted ? 1 : 0, plan.op)
  return !(stored < wanted) && !(stored > wanted)
}

type PatternPlan = Extract<SinglePlan, { readonly kind: 'glob' | 'regexp' }>

function isPattern(plan: SinglePlan): plan is PatternPlan {
  return plan.kind === 'glob' || plan.kind === 'regexp'
}

function exact(value: FieldValue): number | bigint | undefined {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return undefined
  if (!/^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$/.test(value)) return undefined
  if (/^[-+]?[0-9]+$/.test(value) && value.length <= 40) {
    const whole = BigInt(value.replace('+', ''))
    return BigInt.asIntN(54, whole) === whole ? Number(whole) : whole
  }
  return Number.isFinite(Number(value)) ? Number(value) : undefined
}

function ipHolds(plan: SinglePlan, value: FieldValue): boolean {
  const found = typeof value === 'string' ? ipBlock(value) : undefined
  if (found === undefined || (typeof value === 'string' && value.includes('/'))) return false
  if (isPattern(plan)) return false
  if (plan.kind === 'range') {
    const text = String(plan.value)
    const bound = text.includes('/') ? undefined : ipBlock(text)
    if (bound === undefined) return false
    const { from } = bound
    return inOrder(found.from < from ? -1 : found.from > from ? 1 : 0, plan.op)
  }
  const block = ipBlock(String(plan.literal.value))
  return block !== undefined && found.from >= block.from && found.from <= block.to
}

/** First and last address of a block, as 128-bit numbers. */
export function ipBlock(text: string): { readonly from: bigint; readonly to: bigint } | undefined {
  const [, address = '', , length] = /^([^/]*)(\/(\d{1,3}))?$/.exec(text) ?? []
  const number = ipNumber(address)
  if (number === undefined) return undefined
  const isV4 = !address.includes(':')
  const bits = length === undefined ? 128 : Number(length) + (isV4 ? 96 : 0)
  if (bits > 128) return undefined
  const free = (1n << BigInt(128 - bits)) - 1n
  return { from: number & ~free, to: number | free }
}

function ipNumber(text: string): bigint | undefined {
  if (!text.includes(':')) {
    const parts = text.split('.')
    if (parts.length !== 4 || parts.some((p) => !/^\d{1,3}$/.test(p) || Number(p) > 255)) {
      return undefined
    }
    return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0xffffn)
  }
  const tail = text.slice(text.lastIndexOf(':') + 1)
  if (tail.includes('.')) {
    const v4 = ipNumber(tail)
    if (v4 === undefined) return undefined
    const hex = (v4 & 0xffffffffn).toString(16).padStart(8, '0')
    return ipNumber(`${text.slice(0, -tail.length)}${hex.slice(0, 4)}:${hex.slice(4)}`)
  }
  const [left = '', right, ...more] = text.split('::')
  const groups = (side: string) => (side === '' ? [] : side.split(':'))
  const head = groups(left)
  const end = groups(right ?? '')
  const missing = 8 - head.length - end.length
  if (more.length > 0 || (right === undefined ? missing !== 0 : missing < 1)) return undefined
  const all = [...head, ...Array.from({ length: missing }, () => '0'), ...end]
  if (all.some((group) => !/^[0-9a-fA-F]{1,4}$/.test(group))) return undefined
  return all.reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n)
}

function dateHolds(plan: SinglePlan, value: FieldValue, nowMs: number): boolean {
  const found =
    typeof value === 'number' ? value : typeof value === 'string' ? parseDate(value) : undefined
  if (found === undefined || isPattern(plan)) return false
  const read = (text: FieldValue, rounding: 'up' | 'down') =>
    parseDateMath(String(text), { nowMs, rounding })
  if (plan.kind === 'range') {
    const bound = read(plan.value, plan.op === 'gt' || plan.op === 'lte' ? 'up' : 'down')
    return bound !== undefined && inOrder(found - bound, plan.op)
  }
  const from = read(plan.literal.value, 'down')
  const to = read(plan.literal.value, 'up')
  return from !== undefined && to !== undefined && found >= from && found <= to
}

/** As dates, with the six digits below the millisecond written behind: texts of one length stand in the order of time. */
function dateNanosHolds(plan: SinglePlan, value: FieldValue, nowMs: number): boolean {
  const written = (text: FieldValue, ms: number | undefined, filler: '0' | '9') => {
    if (ms === undefined) return undefined
    const [, digits] = /T[0-9:]+[.,](\d+)/.exec(String(text)) ?? []
    const below = digits === undefined ? filler.repeat(6) : digits.slice(3).padEnd(6, '0')
    // No number is longer than 309 digits, so that all of these are equally long.
    return `${BigInt(Math.trunc(ms)) + 5n * 10n ** 320n}${below}`
  }
  const stored =
    typeof value === 'number' ? value : typeof value === 'string' ? parseDate(value) : undefined
  const found = written(value, stored, '0')
  if (found === undefined || isPattern(plan)) return false
  const asked = (text: FieldValue, rounding: 'up' | 'down') => {
    const isNumber = /^-?(\d{1,3}|\d{5,16})$/.test(String(text))
    const ms = parseDateMath(String(text), { nowMs, rounding })
    return written(text, ms, rounding === 'up' && !isNumber ? '9' : '0')
  }
  if (plan.kind === 'range') {
    const bound = asked(plan.value, plan.op === 'gt' || plan.op === 'lte' ? 'up' : 'down')
    return bound !== undefined && inOrder(byCodePoint(found, bound), plan.op)
  }
  const from = asked(plan.literal.value, 'down')
  const to = asked(plan.literal.value, 'up')
  return from !== undefined && to !== undefined && found >= from && found <= to
}

function booleanHolds(plan: SinglePlan, value: FieldValue): boolean {
  if (plan.kind !== 'match') return false
  return ['true', 'false'].includes(String(value)) && String(value) === String(plan.literal.value)
}

function inOrder(order: number, op: RangeOp): boolean {
  if (order === 0) return op === 'gte' || op === 'lte'
  return order > 0 === op.startsWith('g')
}

/** Below zero, zero or above zero by code points, one by one. */
export function byCodePoint(a: string, b: string): number {
  const points = (text: string) => Array.from(text, (character) => character.codePointAt(0) ?? 0)
  const [left, right] = [points(a), points(b)]
  const at = left.findIndex((point, position) => point !== right[position])
  return at < 0 ? left.length - right.length : (left[at] ?? 0) - (right[at] ?? -1)
}

/** Whether a whole text matches a glob, by filling a table of parts against prefixes. */
export function slowGlob(parts: readonly GlobPart[], text: string): boolean {
  const units = parts.flatMap((part): (string | GlobPart)[] =>
    part.kind === 'literal' ? [...part.text] : [part],
  )
  const characters = [...text]
  let reached = characters.map(() => false)
  reached = [true, ...reached]
  for (const unit of units) {
    const next = reached.map(() => false)
    for (let at = 0; at <= characters.length; at++) {
      if (typeof unit === 'string')
        next[at] = at > 0 && reached[at - 1] === true && characters[at - 1] === unit
      else if (unit.kind === 'any-one') next[at] = at > 0 && reached[at - 1] === true
      else next[at] = reached[at] === true || (at > 0 && next[at - 1] === true)
    }
    reached = next
  }
  return reached.at(-1) === true
}
