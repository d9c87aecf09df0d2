/** A piece of a stream of bytes that is made of whole lines. */
export type LineBlock =
  /** Lines in the room, from `from` to before `to`; each ends in a line feed, but perhaps the last of all. */
  | { readonly kind: 'lines'; readonly from: number; readonly to: number }
  /** One line that is longer than the room, without its line feed. */
  | { readonly kind: 'long'; readonly bytes: Buffer }
  /** One that is longer than the limit: its bytes were counted and let go. */
  | { readonly kind: 'too-large'; readonly bytes: number }

/** Writes the next bytes of a stream to where it is told to, and says how many; 0 at the end. */
export type ReadInto = (into: Uint8Array) => number | Promise<number>

const lineFeed = 10

/**
 * Cuts a stream into blocks of whole lines. A block is good until the next one is asked for. Holds the room
 * and, of a line that is longer than it, at most `maxLineBytes`.
 */
export async function* lineBlocks(
  room: Buffer,
  { read, maxLineBytes }: { readonly read: ReadInto; readonly maxLineBytes: number },
): AsyncGenerator<LineBlock> {
  /** Bytes of an unfinished line at the beginning of the room. */
  let held = 0
  let long: LongLine | undefined
  for (;;) {
    const got = await read(room.subarray(held))
    if (got === 0) break
    const end = held + got
    held = 0
    let from = 0
    if (long !== undefined) {
      const place = room.subarray(0, end).indexOf(lineFeed)
      long.add(room.subarray(0, place < 0 ? end : place))
      if (place < 0) continue
      yield long.block()
      long = undefined
      from = place + 1
    }
    const to = room.subarray(from, end).lastIndexOf(lineFeed) + from + 1
    if (to > from) yield { kind: 'lines', from, to }
    if (to === from && from === 0 && end === room.length) {
      long = longLine(maxLineBytes)
      long.add(room)
      continue
    }
    room.copyWithin(0, to, end)
    held = end - to
  }
  if (long !== undefined) yield long.block()
  else if (held > 0) yield { kind: 'lines', from: 0, to: held }
}

interface LongLine {
  add(piece: Buffer): void
  block(): LineBlock
}

function longLine(maxBytes: number): LongLine {
  let pieces: Buffer[] = []
  let bytes = 0
  return {
    add(piece) {
      bytes += piece.length
      if (bytes > maxBytes) pieces = []
      else pieces.push(Buffer.from(piece))
    },
    block: () =>
      bytes > maxBytes
        ? { kind: 'too-large', bytes }
        : { kind: 'long', bytes: Buffer.concat(pieces) },
  }
}
