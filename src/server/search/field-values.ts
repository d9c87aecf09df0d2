import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import { termFieldOf, type Term, type TermField } from '#detect'
import { familyOf, valuesOf, type FieldCatalogue } from '#event'
import type { FoundDocument } from './found-document.ts'
import { textAt, wrongAt } from './read/members.ts'

/** How the values of a field are told: dates as their milliseconds and as text, booleans as 1 and 0 and as text. */
export type ValueKind = 'date' | 'boolean' | 'number' | 'text' | 'any'

/** Reads the values of one field for sorting, counting and adding up, as doc values hold them. */
export interface FieldValues {
  readonly name: string
  /** Where in a document they stand: a multi-field has the values of another field. */
  readonly from: string
  readonly kind: ValueKind
  /** Each different value once. */
  distinct(document: FoundDocument): readonly Term[]
  /** Numbers, dates and booleans as often as they stand there; texts once. */
  all(document: FoundDocument): readonly Term[]
  compare(a: Term, b: Term): number
}

/** The values of the field that a member names. Faults: `invalid` for full text, which has words and no values. */
export function fieldValuesAt(
  value: JsonValue | undefined,
  at: string,
  fields: FieldCatalogue,
): FieldValues {
  const name = textAt(value, at)
  if (name === '_index') return identityValues(name, ({ index }) => index)
  if (name === '_id') return identityValues(name, ({ id }) => id)
  const field = termFieldOf(name, fields)
  if (typeof field === 'string') throw wrongAt(at, field)
  return valuesOfField(field, fields)
}

function identityValues(name: string, of: (document: FoundDocument) => string): FieldValues {
  const read = (document: FoundDocument) => [of(document)]
  return { name, from: name, kind: 'text', distinct: read, all: read, compare: compareTexts }
}

function compareTexts(a: Term, b: Term): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function valuesOfField(field: TermField, fields: FieldCatalogue): FieldValues {
  const mapping = fields.mappingOf(field.name)
  const family = mapping === undefined ? undefined : familyOf(mapping.type)
  const kind = kindOf(family)
  const from = mapping?.valuesFrom ?? field.name
  const distinct = ({ source }: FoundDocument) => field.termsOf(source)
  return {
    name: field.name,
    from,
    kind,
    distinct,
    compare: field.compare,
    all(document) {
      const once = distinct(document)
      if (kind === 'text' || once.length === 0 || typeof once[0] === 'string') return once
      const raw = valuesOf(document.source, from)
      if (raw.length === once.length) return once
      return raw.flatMap((value) => field.termsOf({ [from]: value }))
    },
  }
}

function kindOf(family: ReturnType<typeof familyOf> | undefined): ValueKind {
  switch (family) {
    case undefined:
      return 'any'
    case 'date':
    case 'boolean':
    case 'number':
      return family
    default:
      return 'text'
  }
}

/** How a value is told as the key of a bucket. */
export function keyMembers(term: Term, kind: ValueKind): JsonObject {
  if (typeof term === 'boolean') return { key: Number(term), key_as_string: String(term) }
  if (kind === 'date' && typeof term === 'number') {
    return { key: term, key_as_string: new Date(term).toISOString() }
  }
  return { key: term }
}

/** A value as a client writes it (a date as text, a boolean as a number), in the form of the field's own. */
export function termAt(value: JsonValue | undefined, at: string, values: FieldValues): Term {
  if (value === undefined || value === null || isJsonObject(value) || Array.isArray(value)) {
    throw wrongAt(at, 'must be a text, a number or a boolean')
  }
  if (values.name === '_id' || values.name === '_index') return String(value)
  const written: JsonObject = { [values.from]: scalar(value, values.kind) }
  const [term] = values.distinct({ index: '', id: '', place: 0, source: written })
  if (term === undefined) {
    throw wrongAt(at, `${JSON.stringify(value)} is no value that [${values.name}] can have`)
  }
  return term
}

function scalar(value: JsonValue, kind: ValueKind): JsonValue {
  return kind === 'boolean' && typeof value === 'number' ? value !== 0 : value
}
