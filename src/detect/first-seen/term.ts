import { parseDate, unreachable } from '#base'
import {
  familyOf,
  forEachLeaf,
  objectsAt,
  pathOf,
  someValue,
  type EventSource,
  type FieldCatalogue,
  type FieldName,
  type FieldPath,
  type FieldValue,
} from '#event'

/** One value of a new-terms field, in its field's own JSON type; dates are epoch milliseconds. */
export type Term = string | number | boolean

/** Reads the distinct terms of one field from documents. */
export interface TermField {
  readonly name: FieldName
  /** In document order; none where the document has no value that the field's type can hold. */
  termsOf(source: EventSource): readonly Term[]
  /** Ascending, as Elasticsearch sorts values of the field's type. */
  compare(a: Term, b: Term): number
  /** What {@link compareTerms} sorts as `compare` sorts the term; for whoever compares it often. */
  orderOf(term: Term): Term
  /** Whether a filter on the field's values finds every document with a term. */
  readonly findable: boolean
}

/** The reader of a field by its mapping; an error in words where its values cannot be told apart one by one. */
export function termFieldOf(name: FieldName, fields: FieldCatalogue): TermField | string {
  if (fields.nestedPathOf(name) !== undefined) return withoutTerms(name)
  const mapping = fields.mappingOf(name)
  if (mapping === undefined) return field(name, name, (value) => value)
  const from = mapping.valuesFrom ?? name
  const family = familyOf(mapping.type)
  switch (family) {
    case 'flattened':
      return flattenedField(name)
    case 'keyword': {
      const { ignoreAbove = Number.POSITIVE_INFINITY, caseless = false } = mapping
      return field(name, from, (value) => {
        const text = String(value)
        if (text.length > ignoreAbove) return undefined
        return caseless ? text.toLowerCase() : text
      })
    }
    case 'number': {
      const whole = !['double', 'float', 'half_float', 'scaled_float'].includes(mapping.type)
      return field(name, from, (value) => numberTerm(value, whole))
    }
    case 'boolean':
      return field(name, from, booleanTerm)
    case 'date':
      return { ...field(name, from, dateTerm), findable: false }
    case 'ip':
      return {
        ...field(name, from, (value) => ipOf(value)?.text),
        compare: (a, b) => compareTerms(ipOrderOf(a), ipOrderOf(b)),
        orderOf: ipOrderOf,
      }
    case 'text':
      return `[${name}] is full text; its words cannot be counted as terms: name a keyword field`
    case 'structure':
    case 'opaque':
      return withoutTerms(name)
    default:
      return unreachable(family)
  }
}

function field(
  name: FieldName,
  from: FieldName,
  termOf: (value: FieldValue) => Term | undefined,
): TermField {
  const path = pathOf(from)
  return {
    name,
    findable: true,
    termsOf: (source) => {
      const values = valuesAt(source, path)
      const [first] = values
      if (first === undefined) return []
      if (values.length === 1) {
        const term = termOf(first)
        return term === undefined ? [] : [term]
      }
      return [...new Set(values.map(termOf).filter((term) => term !== undefined))]
    },
    compare: compareTerms,
    orderOf: itself,
  }
}

function valuesAt(source: EventSource, path: FieldPath): readonly FieldValue[] {
  const found: FieldValue[] = []
  someValue(source, path, (value) => {
    found.push(value)
    return false
  })
  return found
}

/** A `flattened` field as a whole has every leaf below it as a keyword. */
function flattenedField(name: FieldName): TermField {
  return {
    name,
    findable: true,
    termsOf: (source) => {
      const terms = new Set<Term>()
      for (const object of objectsAt(source, name)) {
        forEachLeaf(object, (_, value) => terms.add(String(value)))
      }
      return [...terms]
    },
    compare: compareTerms,
    orderOf: itself,
  }
}

function withoutTerms(name: FieldName): TermField {
  return { name, findable: false, termsOf: () => [], compare: () => 0, orderOf: itself }
}

function itself(term: Term): Term {
  return term
}

/** Ascending: texts by their characters, numbers by value; one type after the other. */
export function compareTerms(a: Term, b: Term): number {
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0
  if (typeof a === typeof b) return Number(a) - Number(b)
  return typeof a < typeof b ? -1 : 1
}

function numberTerm(value: FieldValue, whole: boolean): Term | undefined {
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value)
  if (!Number.isFinite(number) || typeof value === 'boolean') return undefined
  return whole ? Math.trunc(number) : number
}

function booleanTerm(value: FieldValue): Term | undefined {
  if (value === true || value === 'true') return true
  return value === false || value === 'false' || value === '' ? false : undefined
}

function dateTerm(value: FieldValue): Term | undefined {
  if (typeof value === 'boolean') return undefined
  return typeof value === 'number' ? Math.trunc(value) : parseDate(value)
}

/** An address in its canonical spelling, and a text that sorts like the address's bytes. */
function ipOf(value: FieldValue): { readonly text: string; readonly order: string } | undefined {
  if (typeof value !== 'string') return undefined
  const four = ipv4Order(value)
  if (four !== undefined) return { text: dotted(four), order: `${ipv4Prefix}${four}` }
  if (!/^[\da-f:.]+$/i.test(value) || !URL.canParse(`http://[${value}]/`)) return undefined
  const text = new URL(`http://[${value}]/`).hostname.slice(1, -1)
  const order = ipv6Order(text)
  if (!order.startsWith(ipv4Prefix)) return { text, order }
  return { text: dotted(order.slice(ipv4Prefix.length)), order }
}

function ipOrderOf(term: Term): string {
  return ipOf(term)?.order ?? ''
}

/** The first twelve bytes of an IPv4 address among IPv6 ones, in hex. */
const ipv4Prefix = '00000000000000000000ffff'

function ipv4Order(text: string): string | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number)
  if (parts === undefined || parts.some((part) => part > 255)) return undefined
  return parts.map((part) => part.toString(16).padStart(2, '0')).join('')
}

function dotted(hex: string): string {
  return (hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).join('.')
}

function ipv6Order(canonical: string): string {
  const [head = '', tail] = canonical.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = tail === undefined ? 0 : 8 - before.length - after.length
  const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...after]
  return groups.map((group) => group.padStart(4, '0')).join('')
}
