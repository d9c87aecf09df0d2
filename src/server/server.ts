import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { SecureContextOptions } from 'node:tls'
import { Fault, messageOf, visibleText, type Clock, type Logger } from '#base'
import type { Api } from '#api'
import type { EventStore } from '#store'
import type { ApiWorld } from './api/api-world.ts'
import { kibanaSide } from './kibana/kibana-routes.ts'
import { backtestSide } from './backtest/backtest-side.ts'
import { apiSide } from './routes/api-routes.ts'
import { demand, type Needs } from './auth/caller.ts'
import { sessionSide } from './auth/session-side.ts'
import { defaultBulkLimits, type BulkLimits } from './bulk/receive.ts'
import type { Doors } from './doors.ts'
import { createdIndices } from './elastic/created-indices.ts'
import { elasticSide } from './elastic/elastic-routes.ts'
import type { ElasticIdentity } from './elastic/identity.ts'
import type { BodyLimits } from './http/body.ts'
import type { Answer, Exchange } from './http/exchange.ts'
import { isAllowedHost } from './http/host-check.ts'
import { inFlight } from './http/in-flight.ts'
import { closed, listening } from './http/listening.ts'
import { serve, type Answerer } from './http/serve.ts'
import type { Side } from './http/side.ts'
import { faultOf, statusOf } from './http/status.ts'
import type { Ingest } from './ingest.ts'
import { integrationsSide } from './integrations/integrations-side.ts'
import { metricsSide } from './metrics/metrics-side.ts'
import type { PageFiles } from './page/page-files.ts'
import { pageSide } from './page/page-side.ts'
import { searchSide } from './search/search-side.ts'
import { streamSide } from './stream/stream-side.ts'
import type { ServerCertificate } from './tls/own-certificate.ts'

/** What a server serves, and how. */
export interface ServerOptions {
  /** Address to listen on; `127.0.0.1` is this machine only. */
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** Names, beside addresses and `localhost`, under which the server may be called. */
  readonly allowedHosts?: readonly string[]
  /** Undefined: plain HTTP. */
  readonly certificate?: ServerCertificate | undefined
  readonly doors: Doors
  /** Undefined: none is built. */
  readonly page: PageFiles | undefined
  readonly api: Api
  /** What the Kibana-like side works on. */
  readonly world: ApiWorld
  readonly ingest: Ingest
  readonly events: EventStore
  readonly identity: ElasticIdentity
  readonly clock: Clock
  readonly logger: Logger
  readonly limits?: Partial<ServerLimits>
}

/** What one request, and all of them together, may take. */
export interface ServerLimits {
  readonly body: BodyLimits
  readonly bulk: BulkLimits
  /** Bulk requests worked on at a time; more wait, unread. */
  readonly bulkRequests: number
  /** How long they wait before they are told to come back. */
  readonly bulkWaitMs: number
  /** Searches worked on at a time; more wait. */
  readonly searches: number
  readonly searchWaitMs: number
  readonly connections: number
  /** From the first byte of a request to its last. */
  readonly requestMs: number
}

const mebibyte = 1024 * 1024

/** With these, bulk requests hold at most 8 times 20 MiB together. */
export const defaultServerLimits: ServerLimits = {
  body: { maxBytes: 512 * mebibyte, maxInflatedBytes: 4096 * mebibyte },
  bulk: defaultBulkLimits,
  bulkRequests: 8,
  bulkWaitMs: 10_000,
  searches: 4,
  searchWaitMs: 30_000,
  connections: 1_000,
  requestMs: 300_000,
}

/** A listening server. */
export interface RunningServer {
  /** `http://127.0.0.1:7070` */
  readonly url: string
  readonly port: number
  /** Shows this certificate to whoever connects from now on; nothing where plain HTTP is spoken. */
  use(certificate: ServerCertificate): void
  /** Takes no new requests, lets the running ones finish for at most `graceMs`, then cuts them off. */
  close(graceMs?: number): Promise<void>
}

/**
 * Listens. Plain `node:http`: the routes are a table of our own that also makes the client and the
 * OpenAPI document, and `_bulk` needs the raw stream, so that a framework would add code and no work less.
 * Faults: `unavailable` when the address cannot be listened on.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const limits = { ...defaultServerLimits, ...options.limits }
  const stopping = new AbortController()
  const answerOf = exchangeAnswerer(options, limits)
  const { certificate } = options
  const settings = {
    maxHeaderSize: 32 * 1024,
    requestTimeout: limits.requestMs,
    headersTimeout: 30_000,
    keepAliveTimeout: 65_000,
  }
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { doors, logger } = options
    void serve({
      request,
      response,
      stopping: stopping.signal,
      callerOf: doors.callerOf,
      answerOf,
      logger,
    })
  }
  const tls = certificate && createTlsServer({ ...settings, ...shownBy(certificate) }, answer)
  const server = tls ?? createServer(settings, answer)
  server.maxConnections = limits.connections
  await listening(server, options)
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : options.port
  const shownHost = options.host.includes(':') ? `[${options.host}]` : options.host
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${shownHost}:${port}`,
    port,
    use: (renewed) => tls?.setSecureContext(shownBy(renewed)),
    close: (graceMs = 10_000) => closed(server, { graceMs, stopping, clock: options.clock }),
  }
}

/** Beside the certificate: nothing older than TLS 1.2. */
function shownBy({ cert, key }: ServerCertificate): SecureContextOptions {
  return { cert, key, minVersion: 'TLSv1.2' }
}

function exchangeAnswerer(options: ServerOptions, limits: ServerLimits): Answerer {
  const { identity, ingest, events, clock } = options
  const created = createdIndices()
  const receiving = {
    ingest,
    clock,
    bulkLimits: limits.bulk,
    bodyLimits: limits.body,
    inFlight: inFlight({ places: limits.bulkRequests, waitMs: limits.bulkWaitMs, clock }),
  }
  const elastic = elasticSide({ ...receiving, identity, events, created })
  const sides: readonly Side[] = [
    pageSide(options.page),
    sessionSide(options.doors, clock),
    streamSide(options.doors.feed),
    metricsSide(options.world.status),
    kibanaSide({ ...options.world, identity }),
    backtestSide(options.world),
    integrationsSide(receiving),
    apiSide(options.api),
    searchSide(
      { ...options.world, isCreated: (index) => created.has(index) },
      inFlight({
        places: limits.searches,
        waitMs: limits.searchWaitMs,
        clock,
      }),
    ),
  ]
  return async (exchange) => {
    const { request } = exchange
    if (!isAllowedHost(request.headers.host, options.allowedHosts ?? [])) {
      const host = visibleText(String(request.headers.host).slice(0, 100))
      throw new Fault(
        'forbidden',
        'server.unknown-host',
        `this server is not called [${host}]; use its address, or allow the name with --allow-host`,
      )
    }
    const side = sides.find((each) => each.isMeant(exchange)) ?? elastic
    const needs = side.needs(exchange)
    const answer = async (): Promise<Answer> => {
      demand(exchange.caller, needs)
      return side.answer(exchange)
    }
    return audited(exchange, needs, { options, answer })
  }
}

/** Changes, and attempts at them by known callers, are written down before they are answered. */
async function audited(
  { caller, method, segments }: Exchange,
  needs: Needs,
  { options, answer }: { readonly options: ServerOptions; readonly answer: () => Promise<Answer> },
): Promise<Answer> {
  const isChange = method !== 'GET' && method !== 'HEAD'
  const isNoted = needs === 'triage' || needs === 'respond' || needs === 'manage'
  if (caller === undefined || !isChange || !isNoted) {
    return answer()
  }
  const note = async (status: number): Promise<void> => {
    const at = new Date(options.clock.nowMs()).toISOString()
    const what = `${method} /${segments.join('/')}`.slice(0, 1_000)
    const entry = { at, who: caller.name, role: caller.role, what, status }
    await options.doors.audit.append(entry).catch((thrown: unknown) => {
      options.logger.error('not written to the audit log', { ...entry, reason: messageOf(thrown) })
    })
  }
  try {
    const given = await answer()
    await note(given.status)
    return given
  } catch (thrown) {
    await note(statusOf(faultOf(thrown).kind))
    throw thrown
  }
}
