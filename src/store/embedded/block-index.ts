import { messageOf } from '#base'
import { blockBloom, buildBloom } from './bloom.ts'
import { packText, type PackedText } from './block-packing.ts'
import { lineScanner } from './line-scan/line-scanner.ts'
import { plainScan } from './line-scan/plain-scan.ts'
import type { BlockColumns, ScannedLines } from './line-scan/scanned-lines.ts'
import { packColumns, type PackedColumn } from './segment-columns.ts'

/** What is made of the lines of a block once it is closed. */
export interface BlockIndex {
  /** By this its columns are asked for later. */
  readonly number: number
  /** The lines, packed. */
  readonly packed: PackedText
  /** The filter over its terms; undefined where there are too many. */
  readonly terms: Uint8Array | undefined
  /** The `idHash` of each event, in order: two numbers each. */
  readonly idHashes: Uint32Array
  /** Names of the fields and objects of each index. */
  readonly names: ReadonlyMap<string, ReadonlySet<string>>
  /** Why the lines had to be parsed; a mistake of ours. */
  readonly problem?: string
}

/** Makes indexes of blocks, and columns of segments of them. */
export interface BlockIndexing {
  /** The index of some lines; costs about half as much as parsing them. */
  index(number: number, lines: Buffer): BlockIndex
  /** The columns of blocks that follow each other, which are forgotten; undefined where some were not indexed here. */
  columns(numbers: readonly number[]): readonly PackedColumn[] | undefined
}

/** Makes the index of one block after another. */
export function blockIndexing(): BlockIndexing {
  const scanner = lineScanner()
  const kept = new Map<number, BlockColumns>()

  const scan = (lines: Buffer): ScannedLines & Pick<BlockIndex, 'problem'> => {
    try {
      return scanner(lines)
    } catch (thrown) {
      return { ...plainScan(lines), problem: messageOf(thrown) }
    }
  }

  return {
    index: (number, lines) => {
      const { terms, columns, ...scanned } = scan(lines)
      kept.set(number, columns)
      return {
        ...scanned,
        number,
        terms: terms === undefined ? undefined : buildBloom(terms, blockBloom),
        packed: packText(lines),
      }
    },
    columns: (numbers) => {
      const blocks = numbers.flatMap((number) => kept.get(number) ?? [])
      for (const number of numbers) kept.delete(number)
      return blocks.length < numbers.length ? undefined : packColumns(blocks)
    },
  }
}
