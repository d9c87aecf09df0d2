import { open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { crc32, zstdCompress, zstdDecompress } from 'node:zlib'
import { buildBloom, idBloom } from './bloom.ts'
import type { BlockFacts } from './block.ts'
import { readExactly, writeDurably } from './durable-files.ts'
import type { IndexPart } from './index-part.ts'
import type { BlockIndex } from './block-index.ts'
import type { PieceShapes } from './block-packing.ts'
import type { PackedColumn } from './segment-columns.ts'

/** Where some bytes lie in a segment file. */
export interface Extent {
  readonly offset: number
  readonly length: number
}

/** An extent and the checksum of its bytes. */
export interface CheckedExtent extends Extent {
  readonly crc: number
}

/** One block of a segment; `terms` has no length where the block goes without a filter. */
export interface BlockEntry {
  readonly facts: BlockFacts
  readonly packed: CheckedExtent
  /** Absent in the first format, where the text is one piece. */
  readonly pieces?: PieceShapes
  readonly terms: Extent
}

/** One column of a segment. */
export interface ColumnEntry extends Omit<PackedColumn, 'bytes'> {
  readonly packed: CheckedExtent
}

/** What stands at the end of a segment file and says where everything is. */
export interface SegmentFooter {
  readonly firstSequence: number
  readonly lastSequence: number
  readonly events: number
  readonly blocks: readonly BlockEntry[]
  /** All filters of the blocks, one after the other. */
  readonly terms: CheckedExtent
  readonly ids: CheckedExtent
  /** Of the hot fields, where they were made. */
  readonly columns?: readonly ColumnEntry[]
  readonly indices: { readonly [index: string]: IndexEntry }
}

interface IndexEntry extends Omit<IndexPart, 'fields'> {
  readonly fields: readonly string[] | null
}

/** A block and what was made of its lines. */
export interface IndexedBlock {
  readonly facts: BlockFacts
  readonly index: BlockIndex
}

/** What goes into a segment. */
export interface SegmentContents {
  readonly firstSequence: number
  readonly lastSequence: number
  readonly blocks: readonly IndexedBlock[]
  readonly columns: readonly PackedColumn[] | undefined
  readonly indices: ReadonlyMap<string, IndexPart>
}

/** A segment as it was read: its footer and the filter over its ids. */
export interface SegmentParts {
  readonly footer: SegmentFooter
  readonly ids: Uint8Array
  readonly bytes: number
  /** Whether it is of the format that had no columns. */
  readonly isFirstFormat: boolean
}

/** Stands in for a damaged filter: any id may be there. */
const everyId = new Uint8Array([255])
const magic = Buffer.from('VDTSEG2\n')
const firstMagic = Buffer.from('VDTSEG1\n')
const trailerBytes = 16
const pack = promisify(zstdCompress)
const unpack = promisify(zstdDecompress)

/**
 * Writes a segment durably: the packed blocks, their filters, the filter over all ids, columns, the footer
 * (JSON, packed), and a trailer of the footer's length, its checksum and the magic.
 */
export async function writeSegment(path: string, contents: SegmentContents): Promise<void> {
  const { blocks, columns, indices, firstSequence, lastSequence } = contents
  const packed = blocks.map(({ index }) => index.packed.bytes)
  const filters = blocks.map(({ index }) => index.terms ?? new Uint8Array())
  const events = blocks.reduce((sum, { facts }) => sum + facts.count, 0)
  const ids = buildBloom(
    {
      size: () => events,
      forEach: (visit) => {
        for (const { index } of blocks) forEachId(index.idHashes, visit)
      },
    },
    idBloom,
  )
  const packedAt = extents(packed, magic.length)
  const filtersAt = extents(filters, endOf(packedAt, magic.length))
  const termsStart = endOf(packedAt, magic.length)
  const termsEnd = endOf(filtersAt, termsStart)
  const columnBytes = columns?.map(({ bytes }) => bytes) ?? []
  const columnsAt = extents(columnBytes, termsEnd + ids.length)
  const footer: SegmentFooter = {
    firstSequence,
    lastSequence,
    events,
    blocks: blocks.map(({ facts, index }, at) => ({
      facts,
      pieces: index.packed.pieces,
      packed: { ...extentAt(packedAt, at), crc: crc32(packed[at] ?? '') },
      terms: extentAt(filtersAt, at),
    })),
    terms: { offset: termsStart, length: termsEnd - termsStart, crc: crcOf(filters) },
    ids: { offset: termsEnd, length: ids.length, crc: crc32(ids) },
    ...(columns !== undefined && {
      columns: columns.map(({ bytes, ...column }, at) => ({
        ...column,
        packed: { ...extentAt(columnsAt, at), crc: crc32(bytes) },
      })),
    }),
    indices: Object.fromEntries([...indices].map(([index, part]) => [index, entryOf(part)])),
  }
  const footerBytes = await pack(JSON.stringify(footer))
  const trailer = Buffer.alloc(trailerBytes)
  trailer.writeUInt32LE(footerBytes.length, 0)
  trailer.writeUInt32LE(crc32(footerBytes), 4)
  magic.copy(trailer, 8)
  await writeDurably(path, [
    magic,
    ...packed,
    ...filters,
    ids,
    ...columnBytes,
    footerBytes,
    trailer,
  ])
}

function forEachId(idHashes: Uint32Array, visit: (a: number, b: number) => void): void {
  for (let at = 0; at < idHashes.length; at += 2) visit(idHashes[at] ?? 0, idHashes[at + 1] ?? 0)
}

function extents(parts: readonly Uint8Array[], start: number): readonly Extent[] {
  let offset = start
  return parts.map(({ length }) => {
    const extent = { offset, length }
    offset += length
    return extent
  })
}

function endOf(list: readonly Extent[], start: number): number {
  const last = list.at(-1)
  return last === undefined ? start : last.offset + last.length
}

function extentAt(list: readonly Extent[], at: number): Extent {
  return list[at] ?? { offset: 0, length: 0 }
}

function crcOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((crc, part) => crc32(part, crc), 0)
}

function entryOf({ fields, ...rest }: IndexPart): IndexEntry {
  return { ...rest, fields: fields === null ? null : [...fields] }
}

/** Reads the footer and the ids of a segment; undefined where the file is not whole. */
export async function readSegment(path: string): Promise<SegmentParts | undefined> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const trailer = await readExactly(file, Math.max(0, size - trailerBytes), trailerBytes)
    const isFirstFormat = trailer.subarray(8).equals(firstMagic)
    if (!isFirstFormat && !trailer.subarray(8).equals(magic)) return undefined
    const length = trailer.readUInt32LE(0)
    const packed = await readExactly(file, Math.max(0, size - trailerBytes - length), length)
    if (crc32(packed) !== trailer.readUInt32LE(4)) return undefined
    // A boundary: the checksum vouches for what writeSegment wrote.
    const footer = JSON.parse((await unpack(packed)).toString()) as SegmentFooter
    const ids = await readExactly(file, footer.ids.offset, footer.ids.length)
    const sound = crc32(ids) === footer.ids.crc
    return { footer, ids: sound ? ids : everyId, bytes: size, isFirstFormat }
  } finally {
    await file.close()
  }
}
