import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { JsonObject } from '#base'
import type { Caller } from '../auth/caller.ts'

/** One request on its way to an answer. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly method: string
  /** Path segments, percent-decoded, without empty ones. */
  readonly segments: readonly string[]
  readonly query: URLSearchParams
  /** Undefined: nobody we know. What a request needs is demanded before it is answered. */
  readonly caller: Caller | undefined
  /** Aborts when the client goes away or the server stops. */
  readonly signal: AbortSignal
}

/** An answer as a value; sent by {@link send}. */
export interface Answer {
  readonly status: number
  /** Absent: no body. */
  readonly body?: JsonObject | string
  /** In place of a body: a file as it is. */
  readonly bytes?: Uint8Array
  /** In place of a body: text that is sent as it comes. A fault in its midst breaks the connection. */
  readonly stream?: AsyncIterable<string>
  readonly contentType?: string
  readonly headers?: { readonly [name: string]: string }
}

/** Sends an answer. HEAD requests get the headers alone. */
export function send(exchange: Pick<Exchange, 'request' | 'response'>, answer: Answer): void {
  if (answer.stream === undefined) sendWhole(exchange, answer)
  else sendStream(exchange, { ...answer, stream: answer.stream })
}

function sendStream(
  { request, response }: Pick<Exchange, 'request' | 'response'>,
  { status, contentType, headers, stream }: Answer & { readonly stream: AsyncIterable<string> },
): void {
  response.writeHead(status, {
    'content-type': contentType ?? 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  })
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  // A broken pipe is the client's leaving; a broken source has cut the connection, which tells the client.
  pipeline(Readable.from(stream), response).catch(() => response.destroy())
}

function sendWhole(
  { request, response }: Pick<Exchange, 'request' | 'response'>,
  answer: Answer,
): void {
  const bytes = answer.bytes ?? Buffer.from(textOf(answer.body))
  response.writeHead(answer.status, {
    ...(bytes.length > 0 && { 'content-type': answer.contentType ?? 'application/json' }),
    'content-length': bytes.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...answer.headers,
  })
  response.end(request.method === 'HEAD' ? undefined : bytes)
}

function textOf(body: Answer['body']): string {
  if (body === undefined) return ''
  return typeof body === 'string' ? body : JSON.stringify(body)
}
