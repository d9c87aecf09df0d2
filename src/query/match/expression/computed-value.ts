import { familyOf, type FieldMapping, type FieldType, type FieldValue } from '#event'
import { instantText } from '../instant.ts'
import { parseIp } from '../ip.ts'
import { parseNumber, type ExactNumber } from '../number.ts'
import { isIndexed } from '../visibility.ts'

/** What an expression is worked out in: integers are big integers, numbers are decimals. */
export type ComputedValue = string | bigint | number | boolean | null

/** Longer texts are not made: what would be one is null. UTF-16 units. */
export const maxTextLength = 1 << 20

/** Longer texts write no number. */
export const maxNumberLength = 100

/**
 * Two fields and more are tried in at most so many combinations of their values, the earliest; one field in
 * all of its values.
 */
export const maxCombinations = 4096

/** What a field's value is for an expression; undefined where the field's type does not hold it. */
export function computedValue(
  value: FieldValue,
  mapping: FieldMapping | undefined,
): Exclude<ComputedValue, null> | undefined {
  if (!isIndexed(value, mapping)) return undefined
  const family = mapping === undefined ? 'structure' : familyOf(mapping.type)
  switch (family) {
    case 'number':
      return numberOf(value, mapping?.type ?? 'double')
    case 'boolean':
      return typeof value === 'boolean' ? value : booleans.get(String(value))
    case 'date':
      return instantText(value, mapping?.type ?? 'date')
    case 'ip':
      return typeof value === 'string' && parseIp(value) !== undefined ? value : undefined
    case 'structure':
      return Number.isInteger(value) && typeof value === 'number' ? BigInt(value) : value
    case 'opaque':
      return undefined
    default:
      return mapping?.caseless === true ? String(value).toLowerCase() : String(value)
  }
}

/** The text of a value: decimals as Java writes them. */
export function valueText(value: Exclude<ComputedValue, null>): string {
  return typeof value === 'number' ? decimalText(value) : String(value)
}

/** Without regard to case: the same length, so that places in it are places in the text. */
export function foldedText(text: string): string {
  const folded = text.toLowerCase()
  if (folded.length === text.length) return folded
  return text.replace(/./gsu, (one) => {
    const lower = one.toLowerCase()
    return lower.length === one.length ? lower : one
  })
}

// An empty text is indexed as false.
const booleans = new Map([
  ['true', true],
  ['false', false],
  ['', false],
])

function numberOf(value: FieldValue, type: FieldType): ExactNumber | undefined {
  const number = typeof value === 'string' ? parseNumber(value) : value
  if (typeof number === 'boolean' || number === undefined) return undefined
  if (type === 'float' || type === 'half_float') return Math.fround(Number(number))
  if (type === 'double' || type === 'scaled_float') return Number(number)
  return typeof number === 'bigint' ? number : BigInt(Math.trunc(number))
}

function decimalText(value: number): string {
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) {
    const [digits = '', power = ''] = value.toExponential().split('e')
    return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(power)}`
  }
  return Number.isInteger(value) ? `${value}.0` : String(value)
}
