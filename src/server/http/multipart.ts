import { Fault } from '#base'

/** One part of a `multipart/form-data` body. */
export interface Part {
  /** The name of the form's field; empty where the part says none. */
  readonly name: string
  readonly fileName: string | undefined
  /** The part's bytes; to be read before the next part is asked for, what is left is skipped. */
  readonly body: AsyncIterable<Uint8Array>
}

const maxHeadBytes = 16 * 1024
const maxParts = 100
const lineEnd = '\r\n'

/** The boundary of a `multipart/form-data` content type; undefined where it is none. */
export function boundaryOf(contentType: string | undefined): string | undefined {
  const match =
    /^multipart\/form-data\b.*?;\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))/is.exec(
      contentType ?? '',
    )
  return match?.[1] ?? match?.[2]
}

/**
 * The parts of a body, as they come: memory holds one chunk and the length of a boundary. Faults:
 * `invalid` where the body ends early, has no boundary, or a part's head is not closed or too long.
 */
export async function* multipartParts(
  chunks: AsyncIterable<Uint8Array>,
  boundary: string,
): AsyncGenerator<Part> {
  const source = windowOf(chunks)
  try {
    yield* partsOf(source, boundary)
  } finally {
    await source.leave()
  }
}

async function* partsOf(source: ByteWindow, boundary: string): AsyncGenerator<Part> {
  // The first boundary may lack the line end that belongs to all others.
  source.prepend(Buffer.from(lineEnd))
  const delimiter = Buffer.from(`${lineEnd}--${boundary}`)
  await skip(source.until(delimiter))
  for (let parts = 0; ; parts++) {
    const mark = await source.take(2)
    if (mark.toString('latin1') === '--') return source.skipRest()
    if (mark.toString('latin1') !== lineEnd) throw damaged('a boundary goes on with other text')
    if (parts >= maxParts) throw damaged(`it has more than ${maxParts} parts`)
    const head = await headOf(source)
    const body = source.until(delimiter)
    yield { ...head, body }
    await skip(body)
  }
}

async function headOf(source: ByteWindow): Promise<Pick<Part, 'name' | 'fileName'>> {
  // A part without a head begins with the empty line at once.
  source.prepend(Buffer.from(lineEnd))
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of source.until(Buffer.from(`${lineEnd}${lineEnd}`))) {
    bytes += chunk.length
    if (bytes > maxHeadBytes) throw damaged('the head of a part is too long')
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks).toString('utf8')
  const line = /^content-disposition:(.*)$/im.exec(text)?.[1] ?? ''
  return { name: parameter(line, 'name') ?? '', fileName: parameter(line, 'filename') }
}

function parameter(line: string, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]*))`, 'i').exec(line)
  return match?.[1] ?? match?.[2]
}

async function skip(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of chunks) continue
}

interface ByteWindow {
  prepend(bytes: Buffer): void
  /** Exactly so many bytes. */
  take(count: number): Promise<Buffer>
  /** What comes before a mark, which is consumed with it; once through, it yields nothing more. */
  until(mark: Buffer): AsyncIterable<Uint8Array>
  /** Reads what is left, so that the connection can be used again. */
  skipRest(): Promise<void>
  /** Gives the source back, read to its end or not: whoever owns it may read on. */
  leave(): Promise<void>
}

function windowOf(chunks: AsyncIterable<Uint8Array>): ByteWindow {
  const iterator = chunks[Symbol.asyncIterator]()
  let held: Buffer = Buffer.alloc(0)
  const more = async (): Promise<void> => {
    const next = await iterator.next()
    if (next.done === true) throw damaged('it ends before its last boundary')
    held = held.length === 0 ? Buffer.from(next.value) : Buffer.concat([held, next.value])
  }
  return {
    prepend(bytes) {
      held = Buffer.concat([bytes, held])
    },
    async take(count) {
      while (held.length < count) await more()
      const taken = held.subarray(0, count)
      held = held.subarray(count)
      return taken
    },
    async leave() {
      await iterator.return?.()
    },
    async skipRest() {
      while ((await iterator.next()).done !== true) continue
    },
    until(mark) {
      let isThrough = false
      async function* read(): AsyncGenerator<Uint8Array> {
        while (!isThrough) {
          const at = held.indexOf(mark)
          if (at >= 0) {
            const last = held.subarray(0, at)
            held = held.subarray(at + mark.length)
            isThrough = true
            if (last.length > 0) yield last
            return
          }
          const safe = held.length - mark.length + 1
          if (safe > 0) {
            const part = held.subarray(0, safe)
            held = held.subarray(safe)
            yield part
          }
          await more()
        }
      }
      return { [Symbol.asyncIterator]: () => read() }
    },
  }
}

function damaged(what: string): Fault {
  return new Fault('invalid', 'server.damaged-multipart', `the multipart body is damaged: ${what}`)
}

/** The lines of a text that comes in chunks, without their ends. Faults: `invalid` beyond `maxBytes` a line. */
export async function* textLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  for await (const chunk of chunks) {
    rest += decoded(decoder, chunk)
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield withoutReturn(line)
    if (rest.length > maxBytes) {
      throw new Fault('invalid', 'server.line-too-long', `a line has more than ${maxBytes} bytes`)
    }
  }
  rest += decoded(decoder)
  if (rest !== '') yield withoutReturn(rest)
}

function decoded(decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true })
  } catch (cause) {
    throw new Fault('invalid', 'server.not-utf8', 'the file is not valid UTF-8', { cause })
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}
