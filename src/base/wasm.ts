/** As much of WebAssembly as is used here: it runs in browsers and in Node, and neither's types are at hand. */
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

/**
 * Compiles a module that is kept in base 64; gives what makes its instances, each with memory of its own, and hands
 * out their exports. Undefined where this machine lacks something that it uses, such as SIMD.
 */
export function wasmModule(base64: string): (() => unknown) | undefined {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  if (!WebAssembly.validate(bytes)) return undefined
  const module = new WebAssembly.Module(bytes)
  return () => new WebAssembly.Instance(module).exports
}
