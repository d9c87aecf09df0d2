import { isUtf8 } from 'node:buffer'

/** One line of a byte stream, without its line break; `number` counts from 1. */
export type Line =
  { readonly kind: 'text'; readonly number: number; readonly text: string } | BadLine

/** A line that is not decoded yet. Its bytes are UTF-8, and good until the splitter is pushed the next chunk. */
export type ByteLine =
  { readonly kind: 'bytes'; readonly number: number; readonly bytes: Buffer } | BadLine

type BadLine =
  /** Longer than the limit: its bytes were counted and let go. */
  | { readonly kind: 'too-large'; readonly number: number; readonly bytes: number }
  | { readonly kind: 'not-utf8'; readonly number: number; readonly bytes: number }

/** Cuts a stream of chunks into lines and holds no more than one unfinished line of at most the limit. */
export interface LineSplitter<Cut = Line> {
  /** The lines that this chunk completes, in order. The chunk may be reused afterwards. */
  push(chunk: Uint8Array): readonly Cut[]
  /** The last line, when the stream does not end in a line break. */
  end(): readonly Cut[]
  /** Bytes of the unfinished line held in memory. */
  heldBytes(): number
}

const lineFeed = 10
const carriageReturn = 13

/** A {@link LineSplitter}; lines of more than `maxLineBytes` come out as `too-large`. */
export function lineSplitter(maxLineBytes: number): LineSplitter {
  const lines = byteLineSplitter(maxLineBytes)
  return {
    push: (chunk) => lines.push(chunk).map(decodedLine),
    end: () => lines.end().map(decodedLine),
    heldBytes: lines.heldBytes,
  }
}

/** The text of a line. */
export function decodedLine(line: ByteLine): Line {
  if (line.kind !== 'bytes') return line
  return { kind: 'text', number: line.number, text: lineBytes(line).toString('utf8') }
}

/** The bytes of a line without the carriage return that some senders put before the line break. */
export function lineBytes({ bytes }: ByteLine & { readonly kind: 'bytes' }): Buffer {
  return bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes
}

/** The same, of lines that are left as they are: for whoever need not decode each. */
export function byteLineSplitter(maxLineBytes: number): LineSplitter<ByteLine> {
  let held: Buffer[] = []
  let heldBytes = 0
  /** Bytes of the current line that were let go because it is too long already. */
  let droppedBytes = 0
  let number = 0

  const hold = (piece: Buffer): void => {
    if (droppedBytes > 0 || heldBytes + piece.length > maxLineBytes) {
      droppedBytes += heldBytes + piece.length
      held = []
      heldBytes = 0
      return
    }
    // A copy, because streams reuse their buffers.
    held.push(Buffer.from(piece))
    heldBytes += piece.length
  }

  const finish = (tail: Buffer): ByteLine => {
    number++
    const bytes = droppedBytes + heldBytes + tail.length
    const pieces = held
    held = []
    heldBytes = 0
    const dropped = droppedBytes > 0 || bytes > maxLineBytes
    droppedBytes = 0
    if (dropped) return { kind: 'too-large', number, bytes }
    const line = pieces.length === 0 ? tail : Buffer.concat([...pieces, tail])
    return isUtf8(line)
      ? { kind: 'bytes', number, bytes: line }
      : { kind: 'not-utf8', number, bytes }
  }

  return {
    push(chunk) {
      const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      const lines: ByteLine[] = []
      let start = 0
      for (let at = buffer.indexOf(lineFeed); at >= 0; at = buffer.indexOf(lineFeed, start)) {
        lines.push(finish(buffer.subarray(start, at)))
        start = at + 1
      }
      if (start < buffer.length) hold(buffer.subarray(start))
      return lines
    },
    end: () => (heldBytes + droppedBytes > 0 ? [finish(Buffer.alloc(0))] : []),
    heldBytes: () => heldBytes,
  }
}
