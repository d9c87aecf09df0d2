import {
  familyOf,
  valuesOf,
  type EventSource,
  type FieldCatalogue,
  type FieldMapping,
  type FieldValue,
} from '#event'
import { instantText } from '../match/instant.ts'
import { parseIp } from '../match/ip.ts'
import { isIndexed } from '../match/visibility.ts'
import type { JoinKeyPlan } from '../plan/event-query-plan.ts'
import { compareValues } from './ordinal.ts'

/** One value for each key field of a stage, as the fields' types compare them; null: missing, and meant to be. */
export interface JoinKey {
  readonly values: readonly (FieldValue | null)[]
  /** The same text for equal keys, and only for them. */
  readonly text: string
}

/** The keys under which a document takes part, and whether there were more than are given. */
export interface DocumentKeys {
  readonly keys: readonly JoinKey[]
  readonly isCut: boolean
}

/** A document with more combinations of key values than this takes part under the first of them only. */
export const maxKeysPerDocument = 1024

/**
 * Every combination of the values of the key fields, ascending, each once. None where a field that is not
 * optional has no value. No key fields: one key, the same for all documents.
 */
export function joinKeysOf(
  source: EventSource,
  keys: readonly JoinKeyPlan[],
  fields: FieldCatalogue,
): DocumentKeys {
  let combinations: readonly (readonly (FieldValue | null)[])[] = [[]]
  let isCut = false
  for (const { field, isOptional } of keys) {
    const mapping = fields.mappingOf(field)
    const found = comparableValues(source, mapping?.valuesFrom ?? field, mapping)
    if (found.length === 0 && !isOptional) return { keys: [], isCut: false }
    const values = found.length === 0 ? [null] : found
    isCut ||= combinations.length * values.length > maxKeysPerDocument
    combinations = combinations
      .flatMap((before) => values.slice(0, maxKeysPerDocument).map((value) => [...before, value]))
      .slice(0, maxKeysPerDocument)
  }
  return { keys: combinations.map(joinKey), isCut }
}

/** The key of these values. */
export function joinKey(values: readonly (FieldValue | null)[]): JoinKey {
  return { values, text: JSON.stringify(values) }
}

/** Below zero, zero or above zero as one key comes before, is or comes after another; null comes first. */
export function compareKeys(a: JoinKey, b: JoinKey): number {
  for (const [i, value] of a.values.entries()) {
    const order = compareValues(value, b.values[i] ?? null)
    if (order !== 0) return order
  }
  return 0
}

function comparableValues(
  source: EventSource,
  field: string,
  mapping: FieldMapping | undefined,
): readonly FieldValue[] {
  const found = new Set<FieldValue>()
  for (const value of valuesOf(source, field)) {
    const comparable = isIndexed(value, mapping) ? comparableValue(value, mapping) : undefined
    if (comparable !== undefined) found.add(comparable)
  }
  return found.size < 2 ? [...found] : [...found].toSorted(compareValues)
}

/** One spelling for all spellings of a value; undefined for what the field's type cannot hold. */
function comparableValue(
  value: FieldValue,
  mapping: FieldMapping | undefined,
): FieldValue | undefined {
  if (mapping === undefined) return value
  switch (familyOf(mapping.type)) {
    case 'number':
      return numberOf(value)
    case 'date':
      return instantText(value, mapping.type)
    case 'boolean':
      return value === true || value === 'true'
        ? true
        : value === false || value === 'false'
          ? false
          : undefined
    case 'ip': {
      const address = parseIp(String(value))
      return address === undefined ? undefined : addressText(String(value), address)
    }
    default:
      return mapping.caseless === true ? String(value).toLowerCase() : String(value)
  }
}

function numberOf(value: FieldValue): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

/** IPv4 as it is written; IPv6 in one spelling: eight groups, none left out. */
function addressText(text: string, address: readonly number[]): string {
  const [high, low, tag, v4 = 0] = address
  if (high === 0 && low === 0 && tag === 0xffff) {
    return [24, 16, 8, 0].map((shift) => (v4 >>> shift) & 255).join('.')
  }
  if (!text.includes(':')) return text
  return address
    .flatMap((part) => [part >>> 16, part & 0xffff].map((group) => group.toString(16)))
    .join(':')
}
