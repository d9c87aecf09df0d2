import { closeSync, openSync, readSync } from 'node:fs'
import { formatNamed, formatOf, headBytes } from './formats.ts'
import { chunksOf, type HuntInput } from './inputs.ts'
import type { Portion } from './portion.ts'
import type { Sifter, SiftSource } from './sifter.ts'

/** A piece of work for one thread: an input, or the lines of a file that begin in a range of its bytes. */
export interface SiftTask {
  readonly input: HuntInput
  readonly range: ByteRange | undefined
  /** The name of the input's format; undefined: its first lines tell. */
  readonly format: string | undefined
}

/** From `from` to before `to`. */
export interface ByteRange {
  readonly from: number
  readonly to: number
}

/** Does a task. `stdin` is what `-` reads; threads other than the first have none. */
export async function* sifted(
  { input, range, format }: SiftTask,
  sifter: Sifter,
  stdin: AsyncIterable<Uint8Array>,
): AsyncGenerator<Portion> {
  if (range !== undefined) {
    yield* siftRange(sifter, { input, range, format })
    return
  }
  const stream = await openStream(input, stdin)
  yield* sifter.sift({
    path: input.path,
    format: formatNamed(format ?? '') ?? formatOf(stream.head),
    read: stream.read,
    readBytes: stream.readBytes,
    isLive: input.path === '-',
  })
}

async function* siftRange(
  sifter: Sifter,
  { input, range, format }: SiftTask & { readonly range: ByteRange },
): AsyncGenerator<Portion> {
  const file = openSync(input.path, 'r')
  try {
    let at = lineStartAt(file, range.from)
    const end = lineStartAt(file, range.to)
    let counted = at
    yield* sifter.sift({
      path: input.path,
      format: formatNamed(format ?? '') ?? 'ndjson',
      isLive: false,
      read(into) {
        const got = readSync(file, into, 0, Math.min(into.length, end - at), at)
        at += got
        return got
      },
      readBytes() {
        const bytes = at - counted
        counted = at
        return bytes
      },
    })
  } finally {
    closeSync(file)
  }
}

const lineFeed = 10

/** Where the first line begins that does not begin before an offset; the end of the file where none does. */
function lineStartAt(file: number, offset: number): number {
  if (offset === 0) return 0
  const piece = Buffer.allocUnsafe(64 * 1024)
  for (let at = offset - 1; ;) {
    const got = readSync(file, piece, 0, piece.length, at)
    const place = piece.subarray(0, got).indexOf(lineFeed)
    if (place >= 0) return at + place + 1
    at += got
    if (got === 0) return at
  }
}

interface OpenStream extends Pick<SiftSource, 'read' | 'readBytes'> {
  /** Its first bytes; they are read again. */
  readonly head: Uint8Array
}

/** Begins to read an input from its beginning. */
async function openStream(input: HuntInput, stdin: AsyncIterable<Uint8Array>): Promise<OpenStream> {
  let unread = 0
  const source = chunksOf(input, stdin, (bytes) => (unread += bytes))[Symbol.asyncIterator]()
  /** What could not be read on, told when what came before it was. */
  let failure: { readonly thrown: unknown } | undefined
  const next = async (): Promise<Uint8Array | undefined> => {
    try {
      const { value, done } = await source.next()
      return done === true ? undefined : value
    } catch (thrown) {
      failure = { thrown }
      return undefined
    }
  }
  let waiting: Uint8Array = new Uint8Array()
  while (waiting.length < headBytes && !waiting.includes(lineFeed)) {
    const chunk = await next()
    if (chunk === undefined) break
    waiting = Buffer.concat([waiting, chunk])
  }
  return {
    head: waiting,
    readBytes() {
      const bytes = unread
      unread = 0
      return bytes
    },
    async read(into) {
      if (waiting.length === 0 && failure === undefined) waiting = (await next()) ?? waiting
      if (waiting.length === 0 && failure !== undefined) throw failure.thrown
      const bytes = Math.min(into.length, waiting.length)
      into.set(waiting.subarray(0, bytes))
      waiting = waiting.subarray(bytes)
      return bytes
    },
  }
}
