import { scannerWasm } from './scanner-wasm.ts'

/** As much of WebAssembly as is used here: it runs in browsers and in Node, and neither's types are at hand. */
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

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

let compiled: object | 'impossible' | undefined

/** A scanner with memory of its own; undefined where WebAssembly lacks SIMD. Compiled once. */
export function newScanner(): ScannerExports | undefined {
  compiled ??= compile()
  if (typeof compiled === 'string') return undefined
  return new WebAssembly.Instance(compiled).exports as ScannerExports
}

function compile(): object | 'impossible' {
  const bytes = Uint8Array.from(atob(scannerWasm), (character) => character.charCodeAt(0))
  return WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : 'impossible'
}
