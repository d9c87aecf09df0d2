import { parseDate } from '#base'
import type { EventDocument, FieldType } from '#event'
import { compareByCodePoint } from '../match/compare-text.ts'
import { compareIps, ipText, parseIp } from '../match/ip.ts'
import { compareVersions, parseVersion } from '../match/version.ts'

/**
 * What a column holds. `any` is a column of a field that no mapping tells of: each document's values count by
 * their JSON type. `null` is the type of nothing but null.
 */
export type EsqlType =
  'null' | 'boolean' | 'integer' | 'long' | 'double' | 'keyword' | 'ip' | 'version' | 'date' | 'any'

/** One value: dates are epoch milliseconds, addresses and versions texts. */
export type Single = string | number | boolean

/** The values of one row in one column: none, one, or two and more in their order. */
export type Cell = Single | readonly Single[] | null

/** A row: its cells by slot, and, until rows are folded, the document that it came of. */
export interface Row {
  readonly cells: readonly Cell[]
  readonly event?: EventDocument
}

/** Whether a cell holds several values. */
export function isMany(cell: Cell): cell is readonly Single[] {
  return Array.isArray(cell)
}

/** The values of a cell, in their order. */
export function singlesOf(cell: Cell): readonly Single[] {
  if (cell === null) return []
  return isMany(cell) ? cell : [cell]
}

/** The cell of values. */
export function cellOf(singles: readonly Single[]): Cell {
  return singles.length > 1 ? singles : (singles[0] ?? null)
}

/** Whether a type is one of numbers. */
export function isNumeric(type: EsqlType): type is 'integer' | 'long' | 'double' {
  return type === 'integer' || type === 'long' || type === 'double'
}

const widths = { integer: 0, long: 1, double: 2 } as const

/** The type that holds what both hold; undefined where none does. Null goes with every type. */
export function commonType(a: EsqlType, b: EsqlType): EsqlType | undefined {
  if (a === b || b === 'null') return a
  if (a === 'null') return b
  if (isNumeric(a) && isNumeric(b)) return widths[a] > widths[b] ? a : b
  if (a === 'any') return b
  return b === 'any' ? a : undefined
}

/** Below zero, zero or above zero as one value of a type comes before, with or after another. */
export function compareSingles(a: Single, b: Single, type: EsqlType): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (type === 'ip') return compareIps(parseIp(String(a)) ?? noIp, parseIp(String(b)) ?? noIp)
  if (type === 'version') return compareVersions(parseVersion(String(a)), parseVersion(String(b)))
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  return compareByCodePoint(String(a), String(b))
}

const noIp = [0, 0, 0, 0] as const

/** The type of a column of a field; undefined for a type whose values no column holds. */
export function columnType(type: FieldType): EsqlType | undefined {
  return columnTypes[type]
}

const columnTypes: { readonly [type in FieldType]: EsqlType | undefined } = {
  keyword: 'keyword',
  constant_keyword: 'keyword',
  wildcard: 'keyword',
  text: 'keyword',
  match_only_text: 'keyword',
  flattened: 'any',
  ip: 'ip',
  date: 'date',
  date_nanos: 'date',
  boolean: 'boolean',
  long: 'long',
  unsigned_long: 'long',
  integer: 'integer',
  short: 'integer',
  byte: 'integer',
  double: 'double',
  float: 'double',
  half_float: 'double',
  scaled_float: 'double',
  version: 'version',
  nested: undefined,
  object: undefined,
  geo_point: 'any',
  binary: undefined,
}

/** A value of a document as a column of a type holds it; undefined where it is none of that type. */
export function storedSingle(value: Single, type: EsqlType): Single | undefined {
  switch (type) {
    case 'keyword':
    case 'version':
      return String(value)
    case 'integer':
    case 'long':
    case 'double': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
      if (typeof number !== 'number' || !Number.isFinite(number)) return undefined
      return type === 'double' ? number : Math.trunc(number)
    }
    case 'boolean':
      if (typeof value === 'boolean') return value
      return value === 'true' ? true : value === 'false' ? false : undefined
    case 'date':
      return typeof value === 'number' ? value : parseDate(String(value))
    case 'ip': {
      const address = parseIp(String(value))
      return address && ipText(address)
    }
    default:
      return value
  }
}

/** The values of a field in a document as Elasticsearch gives them back: ascending, texts each once. */
export function storedCell(values: readonly Single[], type: EsqlType): Cell {
  const [only] = values
  if (only === undefined) return null
  if (values.length === 1) return storedSingle(only, type) ?? null
  const singles = values.flatMap((value) => storedSingle(value, type) ?? [])
  const isSet = type === 'keyword' || type === 'ip' || type === 'version'
  const distinct = isSet ? [...new Set(singles)] : singles
  return cellOf(distinct.toSorted((a, b) => compareSingles(a, b, type)))
}

/** A cell as it is written in JSON: dates in ISO 8601. */
export function cellJson(cell: Cell, type: EsqlType): Cell {
  if (type !== 'date') return cell
  return cellOf(singlesOf(cell).map((ms) => new Date(Number(ms)).toISOString()))
}
