import { unreachable } from '#base'
import {
  familyOf,
  pathOf,
  someValue,
  type EventSource,
  type FieldCatalogue,
  type FieldMapping,
  type FieldName,
  type FieldValue,
} from '#event'
import { parseIp, parseIpBlock, type IpAddress } from '#query'

/** What one indicator value is looked up by. */
export interface IndicatorKey {
  /** How much of an event's value the key stands for: the bits of a block of addresses; 0 where the question does not arise. */
  readonly width: number
  readonly key: string
}

/**
 * Looks values of one event field up by text. Values that are equal by the field's type have equal keys;
 * values with equal keys may still differ.
 */
export interface FieldKeys {
  /** Fields of one way make the same key of an indicator's value. */
  readonly way: string
  ofIndicator(value: FieldValue): IndicatorKey | undefined
  /** The keys of an event's values, each cut to a width. */
  ofEvent(source: EventSource, width: number): readonly string[]
}

/** How values of a field are looked up; undefined where they can only be compared one by one. */
export function fieldKeysOf(name: FieldName, fields: FieldCatalogue): FieldKeys | undefined {
  // What lies in a nested object is seen by nested queries only, and a comparison is none.
  if (fields.nestedPathOf(name) !== undefined) return nothing
  const mapping = fields.mappingOf(name)
  if (mapping === undefined) return wholeKeys('json', [name], textKey)
  const names = [...new Set([mapping.valuesFrom ?? name, name])]
  const family = familyOf(mapping.type)
  switch (family) {
    case 'keyword':
      return mapping.caseless === true
        ? wholeKeys('caseless', names, caselessKey)
        : wholeKeys('text', names, String)
    case 'number':
      return wholeKeys(`number ${mapping.type}`, names, (value) => numberKey(value, mapping))
    case 'boolean':
      return wholeKeys('boolean', names, booleanKey)
    case 'ip':
      return ipKeys(names)
    case 'date':
    case 'text':
    case 'flattened':
    case 'structure':
    case 'opaque':
      return undefined
    default:
      return unreachable(family)
  }
}

const nothing: FieldKeys = { way: 'nothing', ofIndicator: () => undefined, ofEvent: () => [] }

function wholeKeys(
  way: string,
  names: readonly FieldName[],
  keyOf: (value: FieldValue) => string | undefined,
): FieldKeys {
  const values = valueReader(names)
  return {
    way,
    ofIndicator(value) {
      const key = keyOf(value)
      return key === undefined ? undefined : { width: 0, key }
    },
    ofEvent: (source) => values(source).flatMap((value) => keyOf(value) ?? []),
  }
}

/** Reads the values of fields from many documents. */
export function valueReader(
  names: readonly FieldName[],
): (source: EventSource) => readonly FieldValue[] {
  const paths = names.map(pathOf)
  return (source) => {
    const found: FieldValue[] = []
    for (const path of paths) {
      someValue(source, path, (value) => {
        found.push(value)
        return false
      })
    }
    return found
  }
}

function caselessKey(value: FieldValue): string {
  return String(value).toLowerCase()
}

/** A field that nobody described compares texts with texts and numbers with texts that write them. */
function textKey(value: FieldValue): string {
  const text = String(value)
  const number = text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(number) ? String(Math.fround(number)) : text
}

/** Whole numbers are stored without their fraction, and as doubles large ones fall together. */
function numberKey(value: FieldValue, { type }: FieldMapping): string | undefined {
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value)
  if (!Number.isFinite(number)) return undefined
  const isWhole = !['double', 'float', 'half_float', 'scaled_float'].includes(type)
  return String(Math.fround(isWhole ? Math.trunc(number) : number) + 0)
}

function booleanKey(value: FieldValue): string | undefined {
  if (value === '') return 'false'
  return ['true', 'false'].find((text) => text === String(value))
}

/** An address, or a whole block of them as one indicator. */
function ipKeys(names: readonly FieldName[]): FieldKeys {
  const values = valueReader(names)
  return {
    way: 'ip',
    ofIndicator(value) {
      const block = parseIpBlock(String(value))
      return block && { width: block.bits, key: prefixOf(block.base, block.bits) }
    },
    ofEvent: (source, width) =>
      values(source).flatMap((value) => {
        const address = typeof value === 'string' ? parseIp(value) : undefined
        return address === undefined ? [] : [prefixOf(address, width)]
      }),
  }
}

function prefixOf(address: IpAddress, bits: number): string {
  if (bits === 128) return address.join()
  return address
    .map((part, at) => {
      const left = Math.min(32, bits - at * 32)
      return left <= 0 ? 0 : (part & (left === 32 ? -1 : ~(0xffffffff >>> left))) >>> 0
    })
    .join()
}
