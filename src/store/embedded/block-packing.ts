import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

/**
 * The pieces in which the lines of a block are packed, so that one of them can be read alone: of each its rows, its
 * bytes packed and its bytes of text, one after the other.
 */
export type PieceShapes = readonly number[]

/** The text of a block, packed. */
export interface PackedText {
  readonly bytes: Uint8Array
  readonly pieces: PieceShapes
}

/** Where one piece of a block lies. */
export interface Piece {
  readonly firstRow: number
  readonly rows: number
  /** Where it begins among the packed bytes of its block. */
  readonly offset: number
  readonly packedBytes: number
  readonly textBytes: number
}

/** Smaller pieces take half as much again for their first lines, larger ones longer to unpack for one of them. */
const pieceRows = 32
const pieceBytes = 128 * 1024

/** Level 1: level 3 takes twice as long for a tenth fewer bytes. Each piece has a checksum of its text. */
const params = {
  [constants.ZSTD_c_compressionLevel]: 1,
  [constants.ZSTD_c_checksumFlag]: 1,
}

/** Packs lines, piece by piece. */
export function packText(lines: Buffer): PackedText {
  const packed: Buffer[] = []
  const pieces: number[] = []
  let start = 0
  let rows = 0
  for (let at = 0; at < lines.length;) {
    const end = lines.indexOf(0x0a, at) + 1
    at = end === 0 ? lines.length : end
    rows++
    if (rows < pieceRows && at - start < pieceBytes && at < lines.length) continue
    const piece = zstdCompressSync(lines.subarray(start, at), { chunkSize: 64 * 1024, params })
    packed.push(piece)
    pieces.push(rows, piece.length, at - start)
    start = at
    rows = 0
  }
  return { bytes: Buffer.concat(packed), pieces }
}

/** The pieces of a block, in order. */
export function piecesOf(shapes: PieceShapes): readonly Piece[] {
  const pieces: Piece[] = []
  let firstRow = 0
  let offset = 0
  for (let at = 0; at < shapes.length; at += 3) {
    const [rows = 0, packedBytes = 0, textBytes = 0] = shapes.slice(at, at + 3)
    pieces.push({ firstRow, rows, offset, packedBytes, textBytes })
    firstRow += rows
    offset += packedBytes
  }
  return pieces
}

/** The text of one piece. Throws where it is not what was packed. */
export function unpackPiece(packed: Uint8Array, { textBytes }: Piece): Buffer {
  return zstdDecompressSync(packed, { chunkSize: Math.max(64, textBytes + 64) })
}

/** The text of all pieces of a block. Throws where one is not what was packed. */
export function unpackText({ bytes, pieces }: PackedText): Buffer {
  return Buffer.concat(
    piecesOf(pieces).map((piece) =>
      unpackPiece(bytes.subarray(piece.offset, piece.offset + piece.packedBytes), piece),
    ),
  )
}
