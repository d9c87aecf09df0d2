import type { FieldName } from './document.ts'

/** How a field's values are indexed and compared, by Elasticsearch's names. */
export type FieldType =
  | 'keyword'
  | 'constant_keyword'
  | 'wildcard'
  | 'text'
  | 'match_only_text'
  | 'ip'
  | 'date'
  | 'date_nanos'
  | 'boolean'
  | 'long'
  | 'integer'
  | 'short'
  | 'byte'
  | 'unsigned_long'
  | 'double'
  | 'float'
  | 'half_float'
  | 'scaled_float'
  | 'flattened'
  | 'nested'
  | 'object'
  | 'geo_point'
  | 'version'
  | 'binary'

/** What is known of one field. */
export interface FieldMapping {
  readonly name: FieldName
  readonly type: FieldType
  /** Longer strings are not indexed: no query sees them. Absent: no limit. */
  readonly ignoreAbove?: number
  /** Compared in lower case on both sides (`.caseless` multi-fields). */
  readonly caseless?: boolean
  /** For a multi-field (`process.name.text`): the field whose values it indexes. */
  readonly valuesFrom?: FieldName
}

/** The types of the fields that queries may name. Immutable. */
export interface FieldCatalogue {
  /**
   * The mapping of a field, also of multi-fields and of sub-keys of a `flattened` field.
   * Undefined for a name that the catalogue has never heard of: values of such a field are compared by
   * their JSON type (string as keyword without limit, number as double, boolean).
   */
  mappingOf(field: FieldName): FieldMapping | undefined
  /** Every known field name that matches a pattern with `*`; never multi-fields unless the pattern names them. */
  expand(pattern: string): readonly FieldName[]
  /** The nearest known name to a misspelt one. */
  nearest(field: FieldName): FieldName | undefined
  /** The innermost `nested` object that contains a field, if any. */
  nestedPathOf(field: FieldName): FieldName | undefined
  /** All names, for completion and tests. */
  names(): Iterable<FieldName>
  /** Changes whenever any mapping does: for cache keys. */
  readonly version: string
}
