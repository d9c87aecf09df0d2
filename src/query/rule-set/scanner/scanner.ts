import { wasmModule } from '#base'
import { scannerWasm } from './scanner-wasm.ts'

/** What `assembly/scan.ts` exports. Offsets and sizes are bytes of `memory`. */
export interface ScannerExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  readonly layout: (...numbers: readonly number[]) => void
  readonly layoutKeys: (from: number, to: number, count: number, limit: number) => void
  readonly addEntry: (entry: number) => void
  readonly setMarks: (are: number) => void
  readonly layoutKnown: (...numbers: readonly number[]) => void
  readonly layoutJudge: (tableAt: number, mask: number) => void
  readonly isAsUsual: () => number
  readonly scan: (start: number, end: number) => number
  readonly numberOf: (at: number, length: number, kind: number) => number
}

let compiled: ReturnType<typeof wasmModule> | 'not yet' = 'not yet'

/** A scanner with memory of its own; undefined where WebAssembly lacks SIMD. Compiled once. */
export function newScanner(): ScannerExports | undefined {
  if (compiled === 'not yet') compiled = wasmModule(scannerWasm)
  return compiled?.() as ScannerExports | undefined
}
