import type { FieldName } from '#event'
import type { Column } from './segment-columns.ts'

/** The columns of a segment, read when they are asked for. */
export interface ColumnReader {
  readonly rows: number
  /** Undefined where there is none, or it is damaged: then nothing is known of its field. */
  column(field: FieldName): Promise<Column | undefined>
  /** Whether some event has the field; true where that is not known. */
  mayHaveField(field: FieldName): boolean
}

/** Where the events of a block stand in the columns of its segment. */
export interface BlockRows {
  readonly reader: ColumnReader
  readonly firstRow: number
}
