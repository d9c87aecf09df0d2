import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { createGunzip, createInflate, createZstdDecompress } from 'node:zlib'
import { Fault, messageOf, type JsonValue } from '#base'

/** How large a request body may be, bytes. */
export interface BodyLimits {
  /** As sent. */
  readonly maxBytes: number
  /** After decompression. */
  readonly maxInflatedBytes: number
}

const inflaters = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  zstd: createZstdDecompress,
} as const

/**
 * The body of a request, decompressed, chunk by chunk. Faults: `too-large` beyond the limits, `invalid`
 * for an unknown encoding and for compressed data that is damaged or ends early. Leaving the loop early
 * leaves the request unread and its connection open, so that it can still be answered.
 */
export async function* bodyOf(
  request: IncomingMessage,
  limits: BodyLimits,
): AsyncGenerator<Uint8Array> {
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > limits.maxBytes) throw tooLarge(announced, limits.maxBytes, 'bytes')
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  const sent = counted(request.iterator({ destroyOnReturn: false }), limits.maxBytes, 'bytes')
  if (encoding === 'identity' || encoding === '') {
    yield* sent
    return
  }
  if (!isKnown(encoding)) {
    const known = Object.keys(inflaters).join(', ')
    throw new Fault(
      'invalid',
      'server.unknown-encoding',
      `the body has content-encoding [${encoding}]; known are ${known}`,
    )
  }
  yield* counted(inflated(sent, encoding), limits.maxInflatedBytes, 'bytes once decompressed')
}

function isKnown(encoding: string): encoding is keyof typeof inflaters {
  return Object.hasOwn(inflaters, encoding)
}

async function* inflated(
  sent: AsyncIterable<Uint8Array>,
  encoding: keyof typeof inflaters,
): AsyncGenerator<Uint8Array> {
  const inflate = inflaters[encoding]()
  const stop = new AbortController()
  let failure: unknown
  const feeding = (async () => {
    try {
      for await (const chunk of sent) {
        if (!inflate.write(chunk)) await once(inflate, 'drain', { signal: stop.signal })
      }
      inflate.end()
    } catch (thrown) {
      failure = thrown
      inflate.destroy()
    }
  })()
  try {
    yield* inflate
  } catch (cause) {
    // A fault of the body itself (too large, connection lost) is the reason, not the destroyed stream.
    if (failure instanceof Fault) throw failure
    throw new Fault(
      'invalid',
      'server.damaged-body',
      `cannot decompress the ${encoding} body: ${messageOf(cause)}`,
      { cause },
    )
  } finally {
    stop.abort()
    await feeding
  }
  if (failure instanceof Fault) throw failure
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  what: string,
): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes > maxBytes) throw tooLarge(bytes, maxBytes, what)
    yield chunk
  }
}

function tooLarge(bytes: number, maxBytes: number, what: string): Fault {
  return new Fault(
    'too-large',
    'server.body-too-large',
    `the request body has ${bytes} ${what} or more, the limit is ${maxBytes}; send smaller requests`,
  )
}

/** The JSON value of a small request body; undefined for an empty one. Faults: as {@link bodyOf}, and `invalid` for no JSON. */
export async function jsonBodyOf(
  request: IncomingMessage,
  maxBytes: number,
): Promise<JsonValue | undefined> {
  const text = await textBodyOf(request, maxBytes)
  if (text.trim() === '') return undefined
  try {
    const value: JsonValue = JSON.parse(text)
    return value
  } catch (cause) {
    throw new Fault('invalid', 'server.not-json', `the body is not JSON: ${messageOf(cause)}`, {
      cause,
    })
  }
}

/** A small request body as text. Faults: as {@link bodyOf}, and `invalid` for bytes that are no UTF-8. */
export async function textBodyOf(request: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bodyOf(request, { maxBytes, maxInflatedBytes: maxBytes })) {
    chunks.push(chunk)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch (cause) {
    throw new Fault('invalid', 'server.not-utf8', 'the body is not valid UTF-8', { cause })
  }
}

/**
 * Reads and drops what is left of a request, up to `maxBytes` and for at most `maxMs`, so that a sender
 * who writes before it reads gets the answer and not a broken connection.
 */
export async function drain(
  request: IncomingMessage,
  { maxBytes, maxMs }: { readonly maxBytes: number; readonly maxMs: number },
): Promise<void> {
  if (request.readableEnded || request.destroyed) return
  const given = AbortSignal.timeout(maxMs)
  let bytes = 0
  const count = (chunk: Uint8Array): void => {
    bytes += chunk.length
    if (bytes > maxBytes) request.emit('vedette:drained')
  }
  request.on('data', count)
  // Who has read a part of it by iteration leaves it paused.
  request.resume()
  await Promise.race([
    once(request, 'end', { signal: given }),
    once(request, 'close', { signal: given }),
    once(request, 'vedette:drained', { signal: given }),
  ]).catch(() => undefined)
  request.off('data', count)
}
