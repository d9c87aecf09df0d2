import { parseDate } from '#base'
import { ipText, parseIp } from '../match/ip.ts'
import type { EsqlType, Single } from './cell.ts'

/** A value of one type as one of another, as `TO_…` and `::` convert; undefined where there is none. */
export function convertSingle(value: Single, from: EsqlType, to: EsqlType): Single | undefined {
  switch (to) {
    case 'keyword':
      return textOf(value, from)
    case 'version':
      return String(value)
    case 'boolean':
      if (typeof value === 'string') return value.trim().toLowerCase() === 'true'
      return typeof value === 'number' ? value !== 0 : value
    case 'integer':
      return wholeWithin(numberOf(value), -2_147_483_648, 2_147_483_647)
    case 'long':
      return wholeWithin(numberOf(value), -(2 ** 63), 2 ** 63)
    case 'double':
      return numberOf(value)
    case 'date':
      return typeof value === 'string' ? parseDate(value) : numberOf(value)
    case 'ip': {
      const address = parseIp(String(value))
      return address && ipText(address)
    }
    default:
      return value
  }
}

function numberOf(value: Single): number | undefined {
  if (typeof value === 'boolean') return Number(value)
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value)
  return Number.isFinite(number) ? number : undefined
}

/** Rounded half up, as Java's `Math.round` does, where it fits. */
function wholeWithin(number: number | undefined, low: number, high: number): number | undefined {
  if (number === undefined) return undefined
  const whole = Math.floor(number + 0.5)
  return whole >= low && whole <= high ? whole : undefined
}

function textOf(value: Single, from: EsqlType): string {
  if (from === 'date') return new Date(Number(value)).toISOString()
  if (from === 'double' && Number.isInteger(value)) return `${String(value)}.0`
  return String(value)
}

/** The type that a name in `::` means; undefined for none that we convert to. */
export function typeNamed(name: string): EsqlType | undefined {
  return typesByName.get(name.toLowerCase())
}

const typesByName: ReadonlyMap<string, EsqlType> = new Map<string, EsqlType>([
  ['keyword', 'keyword'],
  ['string', 'keyword'],
  ['text', 'keyword'],
  ['boolean', 'boolean'],
  ['bool', 'boolean'],
  ['integer', 'integer'],
  ['int', 'integer'],
  ['long', 'long'],
  ['unsigned_long', 'long'],
  ['double', 'double'],
  ['float', 'double'],
  ['date', 'date'],
  ['datetime', 'date'],
  ['date_nanos', 'date'],
  ['ip', 'ip'],
  ['version', 'version'],
])
