import { wasmModule } from '#base'
import { scannerWasm } from './scanner-wasm.ts'

/** What `assembly/scan.ts` exports; what each means is told there. Offsets and sizes are bytes of `memory`. */
export interface ScannerExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  readonly seedHashes: Layout
  readonly layoutClasses: Layout
  readonly layoutContents: Layout
  readonly layoutFrames: Layout
  readonly layoutJudge: Layout
  readonly layoutKeyTable: Layout
  readonly layoutLearntKeys: Layout
  readonly layoutRecords: Layout
  readonly isAsUsual: () => number
  readonly addEntry: (entry: number) => void
  readonly scan: (start: number, end: number) => number
  readonly contentOf: (group: number) => number
  readonly classOf: (classes: number, group: number) => number
  readonly classesOf: (asked: number, count: number, found: number) => number
  readonly putClass: (classes: number, group: number, number: number) => void
}

type Layout = (...numbers: readonly number[]) => void

let compiled: ReturnType<typeof wasmModule> | 'not yet' = 'not yet'

/** A scanner with memory of its own; undefined where WebAssembly lacks SIMD. Compiled once. */
export function newScanner(): ScannerExports | undefined {
  if (compiled === 'not yet') compiled = wasmModule(scannerWasm)
  return compiled?.() as ScannerExports | undefined
}
