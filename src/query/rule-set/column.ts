import type { FieldMapping, FieldName } from '#event'

/** Something of which a document has values: a field, mostly. */
export interface Column {
  /** A field's values, the name of the document's index, or `true` where something stands at or below a field. */
  readonly holds: 'values' | 'index' | 'presence'
  /** Empty for the index. */
  readonly field: FieldName
  readonly mapping: FieldMapping | undefined
  /** The field's slot, or before its own that of the field it is a sub-field of; none for the index. */
  readonly slots: readonly number[]
  /** The slots' number as a group; -1 for the index. */
  readonly group: number
}
