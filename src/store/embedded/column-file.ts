import type { ColumnReader } from './column-reader.ts'
import type { IndexPart } from './index-part.ts'
import type { OpenFiles } from './open-files.ts'
import { checked } from './sealed-block.ts'
import { unpackColumn, type Column } from './segment-columns.ts'
import type { ColumnEntry, SegmentParts } from './segment-file.ts'
import type { SharedCache } from './shared-cache.ts'

/** Where columns are read from and kept. */
export interface ColumnContext {
  readonly files: OpenFiles
  readonly columns: SharedCache<Column | undefined>
  readonly indices: ReadonlyMap<string, IndexPart>
}

/** The columns of a segment; undefined where it has none. */
export function columnReader(
  path: string,
  { footer }: SegmentParts,
  { files, columns, indices }: ColumnContext,
): ColumnReader | undefined {
  if (footer.columns === undefined) return undefined
  const entries = new Map(footer.columns.map((entry) => [entry.field, entry]))
  const read = async (entry: ColumnEntry): Promise<Column | undefined> => {
    const bytes = await checked(files, path, entry.packed)
    return bytes && unpackColumn(bytes, entry)
  }
  return {
    rows: footer.events,
    column: async (field) => {
      const entry = entries.get(field)
      return entry && columns.get(entry, 2 * footer.events, () => read(entry))
    },
    mayHaveField: (field) => {
      for (const { fields } of indices.values()) if (fields?.has(field) !== false) return true
      return false
    },
  }
}
