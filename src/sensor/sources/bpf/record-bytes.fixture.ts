import { exec, exit, head, kindsInOrder } from './record-layout.ts'
import { frameBytes } from './ring.ts'

/** What a test wants to say about a record; everything else is 0. */
export interface RecordSketch {
  readonly kind: (typeof kindsInOrder)[number]
  readonly sequence?: number
  readonly cpu?: number
  readonly pid?: number
  readonly flags?: number
  readonly exitCode?: number
  /** Raw texts of an exec, as the kernel writes them. */
  readonly args?: string | Uint8Array
  readonly argsTotalBytes?: number
  readonly env?: string
  readonly filename?: string
  /** Names leaf first, each followed by NUL. */
  readonly path?: string
  readonly workingDirectory?: string
  readonly cgroup?: string
  readonly stdioMode?: readonly [number, number, number]
  readonly stdioDevice?: readonly [number, number, number]
}

/** The bytes of a record as the programs write it. */
export function recordBytes(sketch: RecordSketch): Uint8Array {
  const texts = [
    sketch.args ?? '',
    sketch.env ?? '',
    sketch.filename ?? '',
    sketch.path ?? '',
    sketch.workingDirectory ?? '',
    sketch.cgroup ?? '',
  ].map((text) => (typeof text === 'string' ? new TextEncoder().encode(text) : text))
  const fixed = { exec: exec.bytes, fork: head.bytes, exit: exit.bytes }[sketch.kind]
  const view = new DataView(new ArrayBuffer(fixed))
  view.setBigUint64(head.sequence, BigInt(sketch.sequence ?? 0), true)
  view.setUint16(head.kind, kindsInOrder.indexOf(sketch.kind), true)
  view.setUint16(head.flags, sketch.flags ?? 0, true)
  view.setUint32(head.cpu, sketch.cpu ?? 0, true)
  view.setUint32(head.pid, sketch.pid ?? 0, true)
  if (sketch.kind === 'exit') view.setUint32(exit.exitCode, sketch.exitCode ?? 0, true)
  if (sketch.kind !== 'exec') return new Uint8Array(view.buffer)

  texts.forEach((text, nth) => view.setUint32(exec.argsBytes + nth * 4, text.byteLength, true))
  view.setUint32(exec.argsTotalBytes, sketch.argsTotalBytes ?? texts[0]?.byteLength ?? 0, true)
  for (const nth of [0, 1, 2] as const) {
    view.setUint32(exec.stdioMode + nth * 4, sketch.stdioMode?.[nth] ?? 0, true)
    view.setUint32(exec.stdioDevice + nth * 4, sketch.stdioDevice?.[nth] ?? 0, true)
  }
  return Uint8Array.from([...new Uint8Array(view.buffer), ...texts.flatMap((text) => [...text])])
}

/** A frame around a record, padded as in the ring. */
export function frame(record: Uint8Array, flags = 0): Uint8Array {
  const bytes = new Uint8Array((record.byteLength + frameBytes + 7) & ~7)
  new DataView(bytes.buffer).setUint32(0, (record.byteLength | flags) >>> 0, true)
  bytes.set(record, frameBytes)
  return bytes
}

/** Frames one after another. */
export function batchOf(...frames: readonly Uint8Array[]): ArrayBuffer {
  return Uint8Array.from(frames.flatMap((each) => [...each])).buffer
}
