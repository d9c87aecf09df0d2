import type { Terms } from '../bloom.ts'
import { secondLane } from '../term-hash.ts'

/** What is in the lines of one block. */
export interface ScannedLines {
  /** Hashes of every field, value and id. Good until the next scan; undefined where there are too many. */
  readonly terms: Terms | undefined
  /** The `idHash` of each event, in order: two numbers each. */
  readonly idHashes: Uint32Array
  /** Names of fields with a value, and of the objects on the way to them, by index. */
  readonly names: ReadonlyMap<string, ReadonlySet<string>>
  readonly columns: BlockColumns
}

/** The values of the hot fields in the events of a block. */
export interface BlockColumns {
  readonly rows: number
  /**
   * A cell for each row of the first hot field, then of the second, and so on: the number of a value, 0 for none, -1
   * for what is not known. The number of a value of which only hashes are kept is one more than 16 bits of its hash.
   */
  readonly cells: Int32Array
  /** The further numbers of cells with several values. */
  readonly more: ReadonlyMap<number, readonly number[]>
  /** The JSON of values, by number. Shared with other blocks, and it grows. */
  readonly texts: readonly string[]
}

/** Beyond so many terms a block goes without a filter. */
export const maxTerms = 100_000

/** The terms of a block, of which the first numbers are given. */
export function blockTerms(count: number, hashes: Iterable<number>): Terms {
  return {
    size: () => count,
    forEach: (visit) => {
      for (const a of hashes) visit(a, secondLane(a))
    },
  }
}

/** The cell of something that a column does not know. */
export const unknownCell = -1
