import type { IncomingMessage, ServerResponse } from 'node:http'
import type { JsonObject } from '#base'

/** One request on its way to an answer. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly method: string
  /** Path segments, percent-decoded, without empty ones. */
  readonly segments: readonly string[]
  readonly query: URLSearchParams
  /** Aborts when the client goes away or the server stops. */
  readonly signal: AbortSignal
}

/** An answer as a value; sent by {@link send}. */
export interface Answer {
  readonly status: number
  /** Absent: no body. */
  readonly body?: JsonObject | string
  readonly contentType?: string
  readonly headers?: { readonly [name: string]: string }
}

/** Sends an answer. HEAD requests get the headers alone. */
export function send(
  { request, response }: Pick<Exchange, 'request' | 'response'>,
  answer: Answer,
): void {
  const text =
    answer.body === undefined || typeof answer.body === 'string'
      ? (answer.body ?? '')
      : JSON.stringify(answer.body)
  response.writeHead(answer.status, {
    ...(text !== '' && { 'content-type': answer.contentType ?? 'application/json' }),
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...answer.headers,
  })
  response.end(request.method === 'HEAD' ? undefined : text)
}
