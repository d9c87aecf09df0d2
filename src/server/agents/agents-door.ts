import { createHash, X509Certificate } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { Fault, type Clock, type Logger } from '#base'
import type { EventStore } from '#store'
import type { AuditLog } from '../audit/audit-log.ts'
import { demand } from '../auth/caller.ts'
import type { BulkLimits } from '../bulk/receive.ts'
import { createdIndices } from '../elastic/created-indices.ts'
import { elasticSide } from '../elastic/elastic-routes.ts'
import type { ElasticIdentity } from '../elastic/identity.ts'
import type { Exchange } from '../http/exchange.ts'
import { inFlight } from '../http/in-flight.ts'
import { closed, listening } from '../http/listening.ts'
import { serve } from '../http/serve.ts'
import type { Ingest } from '../ingest.ts'
import type { Authority, ServerCertificate } from '../tls/own-certificate.ts'
import { agentCaller, agentSide } from './agent-side.ts'
import type { FleetDesk } from './fleet-desk.ts'

/** What the door for agents needs, and where it is. */
export interface AgentsDoorOptions {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** The name or address by which agents find it; undefined: `host`. */
  readonly calledAt: string | undefined
  readonly authority: Authority
  /** By that authority. */
  readonly certificate: ServerCertificate
  readonly fleet: FleetDesk
  readonly audit: AuditLog
  readonly ingest: Ingest
  readonly events: EventStore
  readonly identity: ElasticIdentity
  readonly clock: Clock
  readonly logger: Logger
}

/** The open door for agents. */
export interface AgentsDoor {
  readonly url: string
  readonly port: number
  use(certificate: ServerCertificate): void
  close(graceMs?: number): Promise<void>
}

const mebibyte = 1024 * 1024
/** An agent sends 1 MiB at a time: 16 of these at once, and what a line may hold. */
const bulkLimits: BulkLimits = {
  maxLineBytes: 2 * mebibyte,
  batchSize: 2 * mebibyte,
  batchEvents: 2_000,
  maxItems: 10_000,
}
const bodyLimits = { maxBytes: 8 * mebibyte, maxInflatedBytes: 32 * mebibyte }
/** Two connections an agent: one waits for orders, one brings events. */
const maxConnections = 20_000

/**
 * Listens for agents: TLS 1.3 alone, by the installation's own authority, and everything but enrolment asks for a
 * certificate that it signed. A listener of its own, so that browsers are never asked for certificates and the API
 * is not where every host of a fleet can reach it. Faults: `unavailable` when the address cannot be listened on.
 */
export async function openAgentsDoor(options: AgentsDoorOptions): Promise<AgentsDoor> {
  const { host, clock, logger, fleet, authority } = options
  const stopping = new AbortController()
  const answerOf = answerer(options)
  const shown = shownBy(authority)
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    // Who is refused by the certificate is told so as an answer, not as a broken connection.
    const caller = () => agentCaller(fleet, request)
    void serve({
      request,
      response,
      stopping: stopping.signal,
      callerOf: () => undefined,
      answerOf: async (exchange) => answerOf({ ...exchange, caller: caller() }),
      logger,
    })
  }
  const server = createServer(
    {
      ...shown(options.certificate),
      requestCert: true,
      // Judged by each request: who enrols has none yet.
      rejectUnauthorized: false,
      maxHeaderSize: 16 * 1024,
      requestTimeout: 60_000,
      headersTimeout: 30_000,
      keepAliveTimeout: 90_000,
    },
    answer,
  )
  server.maxConnections = maxConnections
  await listening(server, options)
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : options.port
  const name = options.calledAt ?? host
  const url = `https://${name.includes(':') ? `[${name}]` : name}:${port}`
  fleet.openAt({ url, authority: fingerprintOf(authority.cert) })
  return {
    url,
    port,
    use: (renewed) => server.setSecureContext(shown(renewed)),
    close: (graceMs = 5_000) => closed(server, { graceMs, stopping, clock }),
  }
}

/** With the authority behind the certificate, so that a host that knows its fingerprint can trust it. */
function shownBy(authority: Authority) {
  return ({ cert, key }: ServerCertificate) =>
    ({ cert: `${cert}${authority.cert}`, key, ca: authority.cert, minVersion: 'TLSv1.3' }) as const
}

function fingerprintOf(pem: string): string {
  return createHash('sha256').update(new X509Certificate(pem).raw).digest('hex')
}

function answerer(options: AgentsDoorOptions) {
  const { clock } = options
  const elastic = elasticSide({
    ...options,
    bulkLimits,
    bodyLimits,
    inFlight: inFlight({ places: 16, waitMs: 10_000, clock }),
    created: createdIndices(),
  })
  const agents = agentSide(options)
  return async (exchange: Exchange) => {
    const isBulk = exchange.segments.at(-1) === '_bulk' && exchange.method === 'POST'
    const side = isBulk ? elastic : agents
    const needs = side.needs(exchange)
    if (needs !== 'nothing' && exchange.caller === undefined) {
      throw new Fault(
        'unauthenticated',
        'agents.no-certificate',
        'show the certificate of an agent',
      )
    }
    demand(exchange.caller, needs)
    return side.answer(exchange)
  }
}
