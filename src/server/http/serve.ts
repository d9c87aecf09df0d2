import type { IncomingMessage, ServerResponse } from 'node:http'
import { Fault, type Logger } from '#base'
import type { CallerLookup } from '../auth/caller.ts'
import { elasticManner } from '../elastic/manner.ts'
import { isForKibana } from '../kibana/kibana-routes.ts'
import { kibanaError } from '../kibana/error.ts'
import { drain } from './body.ts'
import { send, type Answer, type Exchange } from './exchange.ts'
import { apiError, elasticError, faultOf, statusOf } from './status.ts'

/** Gives the answer to an exchange; what it throws is told by `refusal`. */
export type Answerer = (exchange: Exchange) => Promise<Answer>

/** One request, and whoever answers it. */
export interface Service {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly stopping: AbortSignal
  readonly callerOf: CallerLookup
  readonly answerOf: Answerer
  readonly logger: Logger
}

const mebibyte = 1024 * 1024

/** Answers one request: never rejects, and leaves its connection as the next request needs it. */
export async function serve({ request, response, stopping, ...how }: Service): Promise<void> {
  const gone = new AbortController()
  response.on('close', () =>
    gone.abort(new Fault('unavailable', 'server.client-gone', 'the client left')),
  )
  request.on('error', () => undefined)
  response.on('error', () => undefined)
  const { pathname, searchParams } = urlOf(request)
  const exchange: Exchange = {
    request,
    response,
    method: request.method ?? 'GET',
    segments: pathname
      .split('/')
      .filter((segment) => segment !== '')
      .map(decoded),
    query: searchParams,
    caller: how.callerOf(request),
    signal: AbortSignal.any([gone.signal, stopping]),
  }
  const answer = await how
    .answerOf(exchange)
    .catch((thrown: unknown) => refusal(exchange, faultOf(thrown), how.logger))
  if (!request.readableEnded) {
    await drain(request, { maxBytes: 64 * mebibyte, maxMs: 10_000 })
  }
  if (response.destroyed) return
  const leaving = stopping.aborted || !request.readableEnded
  send(exchange, {
    ...answer,
    headers: { ...answer.headers, ...(leaving && { connection: 'close' }) },
  })
}

function urlOf(request: IncomingMessage): Pick<URL, 'pathname' | 'searchParams'> {
  const parsed = URL.parse(request.url ?? '/', 'http://host')
  return parsed ?? { pathname: '/', searchParams: new URLSearchParams() }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    // A stray percent sign is part of the name, as browsers treat it.
    return segment
  }
}

function refusal(exchange: Exchange, fault: Fault, logger: Logger): Answer {
  const status = statusOf(fault.kind)
  const { method, segments } = exchange
  const level = status >= 500 ? 'error' : status === 401 ? 'warn' : 'debug'
  const gone = exchange.response.destroyed
  if (!gone) {
    logger[level](`${method} refused`, {
      path: `/${segments.join('/')}`.slice(0, 200),
      status,
      code: fault.code,
      reason: fault.message,
      ...(fault.kind === 'internal' && { stack: stackOf(fault) }),
    })
  }
  const headers = {
    ...(status === 401 && {
      'www-authenticate': 'Basic realm="vedette", charset="UTF-8", Bearer, ApiKey',
    }),
    ...(status === 503 && { 'retry-after': '1' }),
  }
  if (isForKibana(exchange)) return { status, body: kibanaError(fault), headers }
  if (segments[0] === 'api' || segments[0] === 'agent')
    return { status, body: apiError(fault), headers }
  const manner = elasticManner(exchange)
  return {
    status,
    body: elasticError(fault),
    ...manner,
    headers: { ...manner.headers, ...headers },
  }
}

function stackOf(fault: Fault): string {
  return (fault.cause instanceof Error ? fault.cause.stack : fault.stack) ?? ''
}
