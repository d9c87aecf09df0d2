import { familyOf, type FieldCatalogue, type FieldName } from '#event'

/** Where the whole values of a field are found, to be compared exactly. */
export type ExactField =
  | { readonly kind: 'field'; readonly name: FieldName }
  /** A text that is only kept word by word. */
  | { readonly kind: 'words' }
  /** Kept in lower case. */
  | { readonly kind: 'caseless' }
  /** A text with several exact parts: one must be named. */
  | { readonly kind: 'several'; readonly names: readonly FieldName[] }

/**
 * The field that a comparison with whole values reads: the field itself, or, of a text, its one multi-field
 * of type keyword. Unknown fields are themselves.
 */
export function exactFieldOf(name: FieldName, fields: FieldCatalogue): ExactField {
  const mapping = fields.mappingOf(name)
  if (mapping === undefined) return { kind: 'field', name }
  if (mapping.caseless === true) return { kind: 'caseless' }
  if (familyOf(mapping.type) !== 'text') return { kind: 'field', name }
  const names = exactParts(name, fields)
  const [only] = names
  if (only === undefined) return { kind: 'words' }
  return names.length === 1 ? { kind: 'field', name: only } : { kind: 'several', names }
}

function exactParts(name: FieldName, fields: FieldCatalogue): readonly FieldName[] {
  const parts: FieldName[] = []
  for (const other of fields.names()) {
    if (!other.startsWith(`${name}.`)) continue
    const mapping = fields.mappingOf(other)
    if (mapping === undefined || mapping.valuesFrom !== name || mapping.caseless === true) continue
    if (familyOf(mapping.type) === 'keyword') parts.push(other)
  }
  return parts
}

/** The field that a comparison with whole values reads; the field itself where there is none, or no one, for it. */
export function exactName(name: FieldName, fields: FieldCatalogue): FieldName {
  const exact = exactFieldOf(name, fields)
  return exact.kind === 'field' ? exact.name : name
}
