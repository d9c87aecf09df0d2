import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import type { Term } from '#detect'
import type { FieldCatalogue } from '#event'
import { fieldValuesAt, termAt, type FieldValues } from '../field-values.ts'
import type { FoundDocument } from '../found-document.ts'
import { listAt, objectOf, textAt, unsupportedAt, wordAt, wrongAt } from './members.ts'

/** What a document sorts by: one value for each key; null where it has none. */
export type SortValues = readonly (Term | null)[]

/** One key of a sort. */
export interface SortKey {
  /** Undefined for keys that are the same in all documents, or stand beside them: `_score`, `_doc`. */
  readonly field: FieldValues | undefined
  readonly descending: boolean
  readonly missingFirst: boolean
  /** `_doc` and `_shard_doc`: by the order of arrival. */
  readonly isPlace: boolean
  /** Told as text and not as milliseconds. */
  readonly isTextDate: boolean
  valueOf(document: FoundDocument): Term | null
}

/** Reads `sort`: a list of names and of objects; one alone counts as a list of one. */
export function readSort(
  value: JsonValue | undefined,
  at: string,
  fields: FieldCatalogue,
): readonly SortKey[] {
  return listAt(value).flatMap((each, position) => {
    const here = `${at}[${position}]`
    if (!isJsonObject(each)) return [shortKey(textAt(each, here), here, fields)]
    return Object.entries(each).map(([name, options]) =>
      keyOf(name, isJsonObject(options) ? options : { order: options }, `${here}.${name}`, fields),
    )
  })
}

/** `field`, or `field:desc` as in the query of an address. */
function shortKey(text: string, at: string, fields: FieldCatalogue): SortKey {
  const colon = /^(.*):(asc|desc)$/i.exec(text)
  const [, name = text, order] = colon ?? []
  return keyOf(name, order === undefined ? {} : { order }, at, fields)
}

const options = ['order', 'missing', 'mode', 'unmapped_type', 'format', 'numeric_type']

function keyOf(name: string, body: JsonObject, at: string, fields: FieldCatalogue): SortKey {
  objectOf(body, at, options)
  const { missing = '_last', mode, format } = body
  const stated = body['order']
  const descending =
    stated === undefined ? name === '_score' : wordAt(stated, at, ['asc', 'desc']) === 'desc'
  const own = { descending, missingFirst: missing === '_first', isTextDate: false }
  if (name === '_score') {
    return { ...own, field: undefined, isPlace: false, valueOf: () => 1 }
  }
  if (name === '_doc' || name === '_shard_doc') {
    return { ...own, field: undefined, isPlace: true, valueOf: ({ place }) => place }
  }
  if (missing !== '_last' && missing !== '_first') {
    throw unsupportedAt(`${at}.missing`, 'must be _last or _first')
  }
  const field = fieldValuesAt(name, at, fields)
  const picked = mode === undefined ? undefined : wordAt(mode, `${at}.mode`, ['min', 'max'])
  const wantsMax = picked === undefined ? descending : picked === 'max'
  return {
    ...own,
    field,
    isPlace: false,
    isTextDate: isText(format, `${at}.format`),
    valueOf: (document) => extreme(field.distinct(document), field, wantsMax),
  }
}

/** Whether a date is to be told as ISO 8601. */
export function isText(format: JsonValue | undefined, at: string): boolean {
  if (format === undefined || format === null) return false
  const text = String(format)
  if (text === 'epoch_millis') return false
  if (/^(?:strict_)?date_optional_time(?:_nanos)?$/.test(text)) return true
  throw unsupportedAt(at, 'knows strict_date_optional_time and epoch_millis')
}

function extreme(terms: readonly Term[], field: FieldValues, wantsMax: boolean): Term | null {
  let found: Term | null = null
  for (const term of terms) {
    const isBetter = found === null || field.compare(term, found) > 0 === wantsMax
    if (isBetter) found = term
  }
  return found
}

/** What a document sorts by. */
export function sortValuesOf(document: FoundDocument, keys: readonly SortKey[]): SortValues {
  return keys.map((key) => key.valueOf(document))
}

/** Below zero where `a` stands before `b`. */
export function compareSortValues(a: SortValues, b: SortValues, keys: readonly SortKey[]): number {
  for (const [position, key] of keys.entries()) {
    const order = compareBy(key, a[position] ?? null, b[position] ?? null)
    if (order !== 0) return order
  }
  return 0
}

function compareBy(key: SortKey, a: Term | null, b: Term | null): number {
  if (a === null || b === null) {
    if (a === b) return 0
    return (a === null) === key.missingFirst ? -1 : 1
  }
  const order = key.field === undefined ? Number(a) - Number(b) : key.field.compare(a, b)
  return key.descending ? -order : order
}

/** How sort values are told to a client, who sends them back in `search_after`. */
export function toldSortValues(values: SortValues, keys: readonly SortKey[]): readonly JsonValue[] {
  return values.map((value, position) => {
    const isText = keys[position]?.isTextDate === true && typeof value === 'number'
    return isText ? new Date(value).toISOString() : value
  })
}

/** Reads `search_after`. */
export function readSearchAfter(
  value: JsonValue | undefined,
  at: string,
  keys: readonly SortKey[],
): SortValues | undefined {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value)) throw wrongAt(at, 'must be a list of sort values')
  if (value.length > keys.length || value.length === 0) {
    throw wrongAt(at, `has ${value.length} values, and the search is sorted by ${keys.length}`)
  }
  // One short: without the tiebreaker that a point in time adds, which then decides nothing.
  if (value.length < keys.length && keys.at(-1)?.isPlace !== true) {
    throw wrongAt(at, `has ${value.length} values, and the search is sorted by ${keys.length}`)
  }
  return value.map((each: JsonValue, position) => {
    const here = `${at}[${position}]`
    if (each === null) return null
    const field = keys[position]?.field
    if (field !== undefined) return termAt(each, here, field)
    const number = Number(each)
    if (typeof each !== 'number' && typeof each !== 'string') {
      throw wrongAt(here, 'must be a number')
    }
    if (!Number.isFinite(number)) throw wrongAt(here, 'must be a number')
    return number
  })
}
