import type { FieldType } from './field-catalogue.ts'

const fieldTypes: ReadonlySet<string> = new Set<FieldType>([
  'keyword',
  'constant_keyword',
  'wildcard',
  'text',
  'match_only_text',
  'ip',
  'date',
  'date_nanos',
  'boolean',
  'long',
  'integer',
  'short',
  'byte',
  'unsigned_long',
  'double',
  'float',
  'half_float',
  'scaled_float',
  'flattened',
  'nested',
  'object',
  'geo_point',
  'version',
  'binary',
])

/** The field type of that name; undefined for a name that is none. */
export function fieldTypeOf(name: string): FieldType | undefined {
  return isFieldType(name) ? name : undefined
}

function isFieldType(name: string): name is FieldType {
  return fieldTypes.has(name)
}

/** How values of a field are compared: several types of Elasticsearch share one way. */
export type FieldFamily =
  'keyword' | 'text' | 'number' | 'ip' | 'date' | 'boolean' | 'flattened' | 'structure' | 'opaque'

/** The family of a type. `structure` fields hold other fields, `opaque` ones can only be asked for existence. */
export function familyOf(type: FieldType): FieldFamily {
  return families[type]
}

const families: { readonly [type in FieldType]: FieldFamily } = {
  keyword: 'keyword',
  constant_keyword: 'keyword',
  wildcard: 'keyword',
  version: 'keyword',
  text: 'text',
  match_only_text: 'text',
  ip: 'ip',
  date: 'date',
  date_nanos: 'date',
  boolean: 'boolean',
  long: 'number',
  integer: 'number',
  short: 'number',
  byte: 'number',
  unsigned_long: 'number',
  double: 'number',
  float: 'number',
  half_float: 'number',
  scaled_float: 'number',
  flattened: 'flattened',
  nested: 'structure',
  object: 'structure',
  geo_point: 'opaque',
  binary: 'opaque',
}
