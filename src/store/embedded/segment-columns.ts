import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { FieldValue } from '#event'
import { hotFields } from './line-scan/hot-fields.ts'
import type { BlockColumns } from './line-scan/scanned-lines.ts'
import { presenceHash, valueHash } from './term-hash.ts'

/** A column as a segment keeps it. */
export interface PackedColumn {
  readonly field: string
  readonly kind: Column['kind']
  readonly bytes: Uint8Array
  /** Unpacked. */
  readonly columnBytes: number
}

/** What a field is in each event of a segment, by row: a code of 16 bits. */
export type Column =
  | {
      readonly kind: 'values'
      /** {@link noValue}, {@link unknownValue}, or {@link firstValue} and more: a place in `values`. */
      readonly codes: Uint16Array
      /** One value or several, as documents have them. */
      readonly values: readonly (FieldValue | readonly FieldValue[])[]
    }
  /** `noValue`, `unknownValue`, or what {@link hashCode} gives for the only value. */
  | { readonly kind: 'hashes'; readonly codes: Uint16Array }

export const noValue = 0
export const unknownValue = 1
export const firstValue = 2

/** More different values than this, or more text of them, and a column keeps hashes instead. */
const maxValues = 4_096
const maxValuesText = 128 * 1024

/** The code of a value, by the 16 lowest bits of its hash. Some values share one. */
export function hashCode(field: string, value: string): number {
  return codeOfBits(valueHash(presenceHash(field), value) & 0xffff)
}

function codeOfBits(bits: number): number {
  return Math.max(firstValue, bits)
}

/** The columns of blocks that follow each other. */
export function packColumns(blocks: readonly BlockColumns[]): readonly PackedColumn[] {
  return hotFields.map(({ field, kind }, place) => {
    const column =
      kind === 'hashes'
        ? hashColumn(blocks, place, (number) => number - 1)
        : valueColumn(blocks, place, field)
    return packed(field, column)
  })
}

function rowsOf(blocks: readonly BlockColumns[]): number {
  return blocks.reduce((sum, { rows }) => sum + rows, 0)
}

/** `bitsOf` gives 16 bits for the number of a value in a block. */
function hashColumn(
  blocks: readonly BlockColumns[],
  place: number,
  bitsOf: (number: number, texts: BlockColumns['texts']) => number,
): Column {
  const codes = new Uint16Array(rowsOf(blocks))
  let row = 0
  for (const { rows, cells, more, texts } of blocks) {
    for (let cell = place * rows; cell < (place + 1) * rows; cell++, row++) {
      const number = cells[cell] ?? 0
      if (number === 0) continue
      codes[row] = number < 0 || more.has(cell) ? unknownValue : codeOfBits(bitsOf(number, texts))
    }
  }
  return { kind: 'hashes', codes }
}

function valueColumn(blocks: readonly BlockColumns[], place: number, field: string): Column {
  const codes = new Uint16Array(rowsOf(blocks))
  const codeByJson = new Map<string, number>()
  const jsons: string[] = []
  let textLength = 0
  let row = 0
  let known: (number | undefined)[] = []
  let knownTexts: BlockColumns['texts'] | undefined

  const codeOf = (json: string): number => {
    const code = codeByJson.get(json)
    if (code !== undefined) return code
    const next = firstValue + jsons.length
    codeByJson.set(json, next)
    jsons.push(json)
    textLength += json.length
    return next
  }

  for (const { rows, cells, more, texts } of blocks) {
    if (texts !== knownTexts) {
      known = []
      knownTexts = texts
    }
    for (let cell = place * rows; cell < (place + 1) * rows; cell++, row++) {
      const number = cells[cell] ?? 0
      if (number === 0) continue
      if (number < 0) {
        codes[row] = unknownValue
        continue
      }
      const several = more.size === 0 ? undefined : more.get(cell)
      if (several === undefined) codes[row] = known[number] ??= codeOf(texts[number] ?? '')
      else codes[row] = codeOf(`[${[number, ...several].map((each) => texts[each]).join()}]`)
      if (jsons.length > maxValues || textLength > maxValuesText) {
        return hashed(blocks, place, field)
      }
    }
  }
  const values: (FieldValue | readonly FieldValue[])[] = JSON.parse(`[${jsons.join()}]`)
  return { kind: 'values', codes, values }
}

/** A column of hashes, where there are too many values. */
function hashed(blocks: readonly BlockColumns[], place: number, field: string): Column {
  const known = new Map<BlockColumns['texts'], (number | undefined)[]>()
  const presence = presenceHash(field)
  return hashColumn(blocks, place, (number, texts) => {
    const bits = known.get(texts) ?? []
    known.set(texts, bits)
    const bitsOf = (): number => {
      const value: unknown = JSON.parse(texts[number] ?? '""')
      return valueHash(presence, String(value)) & 0xffff
    }
    return (bits[number] ??= bitsOf())
  })
}

/** The length of the JSON of the values, those, and the codes: in a byte each where that is enough. */
function packed(field: string, column: Column): PackedColumn {
  const { kind, codes } = column
  const json = Buffer.from(kind === 'values' ? JSON.stringify(column.values) : '[]')
  const isNarrow = codes.every((code) => code < 256)
  const numbers = isNarrow ? Uint8Array.from(codes) : codes
  const head = Buffer.alloc(8)
  head.writeUInt32LE(json.length, 0)
  head.writeUInt32LE(isNarrow ? 1 : 2, 4)
  const bytes = Buffer.concat([head, json, bytesOf(numbers)])
  return { field, kind, columnBytes: bytes.length, bytes: zstdCompressSync(bytes) }
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint8Array | Uint16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

/** The column that was packed; a checksum vouches for its bytes. */
export function unpackColumn(
  packedBytes: Uint8Array,
  { kind, columnBytes }: Pick<PackedColumn, 'kind' | 'columnBytes'>,
): Column {
  const bytes = zstdDecompressSync(packedBytes, { chunkSize: columnBytes + 64 })
  const jsonLength = bytes.readUInt32LE(0)
  const width = bytes.readUInt32LE(4)
  const numbers = bytes.subarray(8 + jsonLength)
  const codes =
    width === 1 ? Uint16Array.from(numbers) : new Uint16Array(Uint8Array.from(numbers).buffer)
  if (kind === 'hashes') return { kind, codes }
  // A boundary: what `packed` wrote.
  const values = JSON.parse(bytes.toString('utf8', 8, 8 + jsonLength)) as (
    FieldValue | readonly FieldValue[]
  )[]
  return { kind, codes, values }
}
