import type { Kernel } from '../kernel-calls.ts'

/** A map as it is created; sizes in bytes. */
export interface MapShape {
  readonly type: number
  readonly keyBytes: number
  readonly valueBytes: number
  readonly maxEntries: number
}

/** The map type of a ring buffer. */
export const ringMap = 27

const rawTracepointProgram = 17

const command = {
  createMap: 0,
  lookUp: 1,
  loadProgram: 5,
  objectInfo: 15,
  openRawTracepoint: 17,
} as const

// The kernel takes a longer structure than it knows as long as the rest is zero.
const attributeBytes = 128

/** Creates a map and gives its descriptor; throws SystemCallError. */
export function createMap(kernel: Kernel, name: string, shape: MapShape): number {
  const attributes = attributesOf(
    [0, shape.type],
    [4, shape.keyBytes],
    [8, shape.valueBytes],
    [12, shape.maxEntries],
  )
  writeName(attributes, 28, name)
  return kernel.bpf(command.createMap, attributes)
}

/** Verifies and loads a raw tracepoint program and gives its descriptor; the verifier writes its reasons into `log`. Throws SystemCallError. */
export function loadProgram(
  kernel: Kernel,
  program: { readonly name: string; readonly code: Uint8Array; readonly licence: string },
  log?: Uint8Array,
): number {
  const licence = stableBytes(`${program.licence}\0`)
  const attributes = attributesOf(
    [0, rawTracepointProgram],
    [4, program.code.byteLength / 8],
    [8, kernel.addressOf(program.code)],
    [16, kernel.addressOf(licence)],
    [24, log === undefined ? 0 : 1],
    [28, log?.byteLength ?? 0],
    [32, log === undefined ? 0n : kernel.addressOf(log)],
  )
  writeName(attributes, 48, program.name)
  return kernel.bpf(command.loadProgram, attributes)
}

/** Runs the program at every pass of the tracepoint until the descriptor that this gives is closed. Throws SystemCallError. */
export function openRawTracepoint(kernel: Kernel, tracepoint: string, program: number): number {
  const name = stableBytes(`${tracepoint}\0`)
  return kernel.bpf(
    command.openRawTracepoint,
    attributesOf([0, kernel.addressOf(name)], [8, program]),
  )
}

/** The value of a numeric key, written into `value`: for per-CPU maps one after another for each possible CPU. Throws SystemCallError. */
export function lookUp(kernel: Kernel, map: number, key: number, value: Uint8Array): void {
  const keyBytes = stableBytes('')
  new DataView(keyBytes.buffer).setUint32(0, key, true)
  kernel.bpf(
    command.lookUp,
    attributesOf([0, map], [8, kernel.addressOf(keyBytes)], [16, kernel.addressOf(value)]),
  )
}

/** How often the kernel skipped a program because it was already running on that CPU; 0 where the kernel does not say (before 5.12). */
export function missedRuns(kernel: Kernel, program: number): number {
  const info = new Uint8Array(new ArrayBuffer(216))
  const at = attributesOf([0, program], [4, info.byteLength], [8, kernel.addressOf(info)])
  kernel.bpf(command.objectInfo, at)
  return Number(new DataView(info.buffer).getBigUint64(208, true))
}

/** Numbers at their byte offsets; bigints take eight bytes, numbers four. */
function attributesOf(...fields: readonly (readonly [number, number | bigint])[]): Uint8Array {
  const attributes = new Uint8Array(new ArrayBuffer(attributeBytes))
  const view = new DataView(attributes.buffer)
  for (const [offset, value] of fields) {
    if (typeof value === 'bigint') view.setBigUint64(offset, value, true)
    else view.setUint32(offset, value, true)
  }
  return attributes
}

/** Fifteen characters at most, letters, digits and underscores, as the kernel wants it. */
function writeName(attributes: Uint8Array, offset: number, name: string): void {
  attributes.set(new TextEncoder().encode(name.replaceAll(/\W/g, '_').slice(0, 15)), offset)
}

/** Bytes of a text in memory that V8 never moves (more than 64 bytes in an own buffer). */
function stableBytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(new ArrayBuffer(Math.max(128, text.length)))
  new TextEncoder().encodeInto(text, bytes)
  return bytes
}
