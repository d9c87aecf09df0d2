import { crc32 } from 'node:zlib'
import type { StoredEvent } from '../event-store.ts'
import { piecesOf, unpackPiece, unpackText, type Piece } from './block-packing.ts'
import { eventWith, placed, type Block, type PlacedEvent, type Wanted } from './block.ts'
import type { BlockRows } from './column-reader.ts'
import type { Damage } from './damage.ts'
import { decodeLines, decodeWanted, findLine } from './event-line.ts'
import { unpackFirstText } from './first-format.ts'
import type { OpenFiles } from './open-files.ts'
import type { RecentEvents } from './recent-events.ts'
import type { BlockEntry, CheckedExtent, Extent } from './segment-file.ts'
import type { SharedCache } from './shared-cache.ts'

/** What the blocks of all segments share. */
export interface SealedContext {
  readonly files: OpenFiles
  readonly events: SharedCache<readonly StoredEvent[]>
  readonly recent: RecentEvents
  readonly blooms: SharedCache<Buffer | undefined>
  /** Blocks that were asked for one event lately: asked again, all their events are worth parsing. */
  readonly asked: (block: object) => boolean
  readonly damage: Damage
}

/** Where a block lies. */
export interface SealedPlace {
  readonly path: string
  /** All filters of its segment. */
  readonly allTerms: CheckedExtent
  readonly rows: BlockRows | undefined
  readonly isFirstFormat: boolean
}

/** So many rows are read by their pieces; more of them by reading the block. */
const maxRowsAlone = 64

/** A block of a segment. */
export function sealedBlock(
  entry: BlockEntry,
  { path, allTerms, rows, isFirstFormat }: SealedPlace,
  { files, events, recent, blooms, asked, damage }: SealedContext,
): Block {
  const { packed, pieces, terms, facts } = entry

  const report = (extent: Extent, lost: number): void =>
    damage.report({ path, start: extent.offset, bytes: extent.length, events: lost })

  /** Undefined where it is damaged. */
  const text = async (): Promise<Buffer | undefined> => {
    const bytes = await files.read(path, packed)
    if (crc32(bytes) === packed.crc) {
      return pieces === undefined
        ? unpackFirstText(bytes, facts.textBytes)
        : unpackText({ bytes, pieces })
    }
    report(packed, facts.count)
    return undefined
  }

  const pieceText = async (piece: Piece): Promise<Buffer | undefined> => {
    const extent = { offset: packed.offset + piece.offset, length: piece.packedBytes }
    const bytes = await files.read(path, extent)
    try {
      return unpackPiece(bytes, piece)
    } catch {
      report(extent, piece.rows)
      return undefined
    }
  }

  const readEvents = async (): Promise<readonly StoredEvent[]> => {
    const bytes = await text()
    return bytes === undefined ? [] : decodeLines(bytes).map(({ event }) => event)
  }

  /** The events of few rows, from the pieces in which they stand. */
  const fewEvents = async (
    wanted: Wanted & Pick<Required<Wanted>, 'rows'>,
    all: readonly Piece[],
  ) => {
    const found: PlacedEvent[] = []
    for (const piece of all) {
      const missing = new Set<number>()
      for (let row = piece.firstRow; row < piece.firstRow + piece.rows; row++) {
        if (wanted.rows?.mayMatch(row) !== true) continue
        const event = recent.get(entry, row)
        if (event === undefined) missing.add(row)
        else found.push({ event, row })
      }
      if (missing.size === 0) continue
      const bytes = await pieceText(piece)
      if (bytes === undefined) continue
      const only = { count: missing.size, mayMatch: (row: number) => missing.has(row) }
      for (const read of decodeWanted(bytes, { rows: only, line: wanted.line }, piece.firstRow)) {
        recent.keep(entry, read.row, read.event, read.bytes)
        found.push(read)
      }
    }
    return found.toSorted((a, b) => a.row - b.row)
  }

  const block: Block = {
    facts,
    rows,
    bloom: async () => {
      // Filters of the first format hash terms in another way.
      if (terms.length === 0 || isFirstFormat) return undefined
      const all = await blooms.get(allTerms, allTerms.length, () => checked(files, path, allTerms))
      const start = terms.offset - allTerms.offset
      return all?.subarray(start, start + terms.length)
    },
    events: () => events.get(entry, facts.textBytes, readEvents),
    eventsWhere: async (wanted) => {
      if (events.peek(entry) !== undefined) return placed(await block.events())
      const isFew = wanted.rows !== undefined && wanted.rows.count <= maxRowsAlone
      if (isFew && pieces !== undefined) return fewEvents(wanted, piecesOf(pieces))
      if (asked(entry)) return placed(await block.events())
      const bytes = await text()
      return bytes === undefined ? [] : decodeWanted(bytes, wanted)
    },
    find: async (index, id) => {
      if (asked(entry) || events.peek(entry) !== undefined) {
        return eventWith(await block.events(), index, id)
      }
      const bytes = await text()
      return bytes === undefined ? undefined : findLine(bytes, index, id)
    },
  }
  return block
}

/** The bytes of an extent; undefined where they are not what was written. */
export async function checked(
  files: OpenFiles,
  path: string,
  extent: CheckedExtent,
): Promise<Buffer | undefined> {
  const bytes = await files.read(path, extent)
  return crc32(bytes) === extent.crc ? bytes : undefined
}
