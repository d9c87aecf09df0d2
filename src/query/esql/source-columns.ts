import {
  forEachLeaf,
  valuesOf,
  type EventDocument,
  type EventSource,
  type FieldCatalogue,
} from '#event'
import { cellOf, columnType, storedCell, type Cell, type EsqlType } from './cell.ts'
import type { Column } from './schema.ts'

/** Which columns documents have. */
export interface SourceColumns {
  /** The type of a field; undefined where it is no column. */
  typeOf(field: string): EsqlType | undefined
  /** All of them in their order; absent where documents may have any. */
  readonly names?: readonly string[]
}

/** The columns of documents whose fields a catalogue knows; a field that it has never heard of may be there too. */
export function catalogueColumns(fields: FieldCatalogue): SourceColumns {
  return {
    typeOf(field) {
      if (fields.nestedPathOf(field) !== undefined) return undefined
      const mapping = fields.mappingOf(field)
      return mapping === undefined ? 'any' : columnType(mapping.type)
    },
  }
}

interface Metadata {
  readonly type: EsqlType
  readonly of: (event: EventDocument, fields: FieldCatalogue) => Cell
}

/** What METADATA may ask for, and what it is of a document. */
export const metadataColumns: ReadonlyMap<string, Metadata> = new Map<string, Metadata>([
  ['_id', { type: 'keyword', of: ({ id }) => id }],
  ['_index', { type: 'keyword', of: ({ index }) => index }],
  // Events are written once.
  ['_version', { type: 'long', of: () => 1 }],
  ['_source', { type: 'keyword', of: ({ source }) => JSON.stringify(source) }],
  ['_ignored', { type: 'keyword', of: ({ source }, fields) => ignoredIn(source, fields) }],
])

/** The fields with a value that is too long to be indexed. */
function ignoredIn(source: EventSource, fields: FieldCatalogue): Cell {
  const names = new Set<string>()
  forEachLeaf(source, (field, value) => {
    const longest = fields.mappingOf(field)?.ignoreAbove
    if (longest !== undefined && String(value).length > longest) names.add(field)
  })
  return cellOf([...names].toSorted())
}

/** Reads a column of a document; values that its mapping does not index are not there. */
export function readerOf(
  { name, field, type }: Column,
  fields: FieldCatalogue,
): (event: EventDocument) => Cell {
  if (field === undefined) {
    const metadata = metadataColumns.get(name)
    return (event) => metadata?.of(event, fields) ?? null
  }
  const mapping = fields.mappingOf(field)
  const from = mapping?.valuesFrom ?? field
  const longest = mapping?.ignoreAbove ?? Number.POSITIVE_INFINITY
  const isCaseless = mapping?.caseless === true
  return ({ source }) => {
    const own = valuesOf(source, field)
    const values = own.length > 0 || from === field ? own : valuesOf(source, from)
    const kept = values.filter((value) => typeof value !== 'string' || value.length <= longest)
    return storedCell(isCaseless ? kept.map((value) => String(value).toLowerCase()) : kept, type)
  }
}
