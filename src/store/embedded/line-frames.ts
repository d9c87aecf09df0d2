import { lineEnd } from './event-line.ts'
import type { FramePayload } from './event-log.ts'

/** A line that is to be written: what stands before the source, and the source. */
export interface PendingLine {
  readonly head: string
  readonly json: Uint8Array
}

/** A frame that tells where each of its lines ends. */
export interface LineFrame extends FramePayload {
  readonly ends: readonly number[]
}

/** About how much goes into one frame, bytes. */
const frameBytes = 1024 * 1024

/** Lines, in their order, as frames. */
export function framesOf(lines: readonly PendingLine[]): readonly LineFrame[] {
  const frames: LineFrame[] = []
  let first = 0
  let size = 0
  for (const [at, line] of lines.entries()) {
    size += bytesOf(line)
    if (size < frameBytes && at < lines.length - 1) continue
    frames.push(frameOf(lines.slice(first, at + 1), size))
    first = at + 1
    size = 0
  }
  return frames
}

function bytesOf({ head, json }: PendingLine): number {
  return Buffer.byteLength(head) + json.length + lineEnd.length
}

function frameOf(lines: readonly PendingLine[], size: number): LineFrame {
  const bytes = Buffer.allocUnsafe(size)
  const ends: number[] = []
  let at = 0
  for (const { head, json } of lines) {
    at += bytes.write(head, at)
    bytes.set(json, at)
    at += json.length
    at += bytes.write(lineEnd, at)
    ends.push(at)
  }
  return { bytes, count: lines.length, ends }
}
