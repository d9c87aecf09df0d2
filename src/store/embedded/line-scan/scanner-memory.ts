import { wasmModule } from '#base'
import { hotFields } from './hot-fields.ts'
import { maxTerms } from './scanned-lines.ts'
import { scanLinesWasm } from './scan-lines-wasm.ts'
import { presenceHash } from '../term-hash.ts'

/** What `assembly/scan-lines.ts` exports. Offsets and sizes are bytes of `memory`. */
export interface LineScannerExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  readonly layout: (at: number) => void
  readonly scan: (start: number, end: number) => number
  readonly addTerm: (hash: number) => void
  readonly forgetNodes: () => void
  readonly forgetTexts: () => void
  readonly nodesAreMany: () => number
  readonly textsAreMany: () => number
  readonly knownTerms: () => number
  readonly notedNames: () => number
  readonly oddNumbers: () => number
  readonly moreValues: () => number
  readonly failedLines: () => number
  readonly knownIndices: () => number
  readonly knownTexts: () => number
}

/** Where the parts lie that are read and written from outside. */
export interface ScannerPlaces {
  readonly nodes: number
  readonly termList: number
  readonly noted: number
  readonly odd: number
  readonly cells: number
  readonly more: number
  readonly ids: number
  readonly failed: number
  readonly indices: number
  readonly texts: number
  readonly input: number
}

/** As many rows as a block has events at most. */
export const maxRows = 512

/** The length of a node; its first numbers are its parent, and where its key stands and how long it is. */
export const nodeBytes = 48

const pageBytes = 65_536
const columnBytes = 16
const maxNodes = 1 << 16
const maxKeyBytes = 4 * 1024 * 1024
const maxNoted = 1 << 16
const maxOdd = 1 << 14
const maxMore = 1 << 14
const maxTexts = 1 << 16
const maxTextBytes = 4 * 1024 * 1024
const maxEscapedBytes = 8 * 1024

/** A scanner with memory of its own, laid out; undefined where WebAssembly lacks SIMD. */
export function newLineScanner():
  { readonly scanner: LineScannerExports; readonly places: ScannerPlaces } | undefined {
  // A boundary: the module is built from assembly/scan-lines.ts.
  const scanner = wasmModule(scanLinesWasm)?.() as LineScannerExports | undefined
  return scanner && { scanner, places: layOut(scanner) }
}

/** Makes room for so many bytes of lines, and a zero behind them. */
export function makeRoom(
  { memory }: LineScannerExports,
  { input }: ScannerPlaces,
  bytes: number,
): void {
  // As much may be read beyond an end.
  const missing = input + bytes + 32 - memory.buffer.byteLength
  if (missing > 0) memory.grow(Math.ceil(missing / pageBytes))
}

function layOut(scanner: LineScannerExports): ScannerPlaces {
  const names = hotFields.map(({ field }) => Buffer.from(field))
  const start = 1024
  let end = start + 256
  const take = (size: number): number => {
    const at = end
    end = (end + size + 31) & ~15
    return at
  }
  const nodes = take(maxNodes * nodeBytes)
  const nodeTable = take(maxNodes * 2 * 4)
  const keys = take(maxKeyBytes)
  const terms = take(4 << 18)
  const termList = take((maxTerms + 16) * 4)
  const noted = take(maxNoted * 8)
  const odd = take(maxOdd * 16)
  const cells = take(hotFields.length * maxRows * 4)
  const columns = take(hotFields.length * columnBytes)
  const more = take(maxMore * 8)
  const ids = take(maxRows * 8)
  const failed = take(maxRows * 12)
  const indices = take(64 * 8)
  const texts = take((maxTexts + 1) * 8)
  const textTable = take(maxTexts * 2 * 8)
  const textBytes = take(maxTextBytes)
  const scratch = take(maxEscapedBytes + 64)
  const columnNames = names.map(({ length }) => take(length))
  const input = take(0)
  const places = { nodes, termList, noted, odd, cells, more, ids, failed, indices, texts, input }
  makeRoom(scanner, places, 1024 * 1024)
  const numbers = new Int32Array(scanner.memory.buffer)
  const bytes = new Uint8Array(scanner.memory.buffer)
  hotFields.forEach(({ field, kind }, column) => {
    const name = names[column] ?? Buffer.alloc(0)
    bytes.set(name, columnNames[column])
    numbers.set(
      [presenceHash(field), columnNames[column] ?? 0, name.length, kind === 'hashes' ? 1 : 0],
      (columns + column * columnBytes) / 4,
    )
  })
  const [seed = 1] = crypto.getRandomValues(new Int32Array(1))
  // In the order in which `layout` reads them.
  const layout = [
    seed,
    nodes,
    maxNodes,
    nodeTable,
    maxNodes * 2 - 1,
    keys,
    keys + maxKeyBytes,
    terms,
    termList,
    maxTerms,
    noted,
    maxNoted,
    odd,
    maxOdd,
    cells,
    columns,
    hotFields.length,
    maxRows,
    more,
    maxMore,
    ids,
    failed,
    indices,
    texts,
    maxTexts,
    textTable,
    maxTexts * 2 - 1,
    textBytes,
    textBytes + maxTextBytes,
    scratch,
    maxEscapedBytes,
  ]
  numbers.set(layout, start / 4)
  scanner.layout(start)
  return places
}
