import { createHash, X509Certificate } from 'node:crypto'
import { Agent, request } from 'node:https'
import { connect, type TLSSocket, type ConnectionOptions } from 'node:tls'
import { Fault, isJsonObject, messageOf, type FaultKind, type JsonValue } from '#base'

/** How to call a server. */
export interface DoorOptions {
  readonly url: string
  /** PEM: who signed the server's certificate. Nobody else is believed. */
  readonly authority: string
  /** The agent's own; absent while it enrols. */
  readonly certificate?: string
  readonly key?: string
}

/** The server's door for agents, as an agent calls it. */
export interface Door {
  /**
   * Sends a body and gives the answer. Faults: those that the server tells, by kind and code; `unavailable` where
   * nobody answers, `timeout`, `forbidden` for a server that is not the one it was enrolled at.
   */
  post(path: string, body: string | Buffer, how?: PostOptions): Promise<JsonValue>
  close(): void
}

/** How long to wait, and what is sent. */
export interface PostOptions {
  readonly contentType?: string
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

const maxAnswerBytes = 8 * 1024 * 1024
const usualMs = 30_000

/** A {@link Door}; keeps its connections open between calls. TLS 1.3 alone. */
export function openDoor({ url, authority, certificate, key }: DoorOptions): Door {
  const agent = new Agent({
    keepAlive: true,
    // One waits for orders, one brings events.
    maxSockets: 2,
    ca: authority,
    minVersion: 'TLSv1.3',
    ...(certificate !== undefined && { cert: certificate }),
    ...(key !== undefined && { key }),
  })

  const post: Door['post'] = async (path, body, how = {}) => {
    const { contentType = 'application/json', timeoutMs = usualMs, signal } = how
    const limit = AbortSignal.timeout(timeoutMs)
    const either = signal === undefined ? limit : AbortSignal.any([limit, signal])
    const { status, text } = await exchange(new URL(path, url), {
      agent,
      body,
      contentType,
      signal: either,
    }).catch((cause: unknown) => {
      if (signal?.aborted) throw cause
      if (limit.aborted) {
        throw new Fault(
          'timeout',
          'agent.timeout',
          `no answer from ${url} within ${timeoutMs} ms`,
          { cause },
        )
      }
      throw cause instanceof Fault ? cause : unreached(url, cause)
    })
    const answer = parsed(text)
    if (status >= 200 && status < 300) return answer
    throw toldFault(status, answer)
  }
  return { post, close: () => agent.destroy() }
}

interface Sending {
  readonly agent: Agent
  readonly body: string | Buffer
  readonly contentType: string
  readonly signal: AbortSignal
}

function exchange(
  target: URL,
  { agent, body, contentType, signal }: Sending,
): Promise<{ readonly status: number; readonly text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>()
  const headers = { 'content-type': contentType, 'content-length': Buffer.byteLength(body) }
  const asked = request(target, { method: 'POST', agent, headers, signal }, (response) => {
    const chunks: Buffer[] = []
    let bytes = 0
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > maxAnswerBytes) response.destroy(new Error('the answer is too long'))
      else chunks.push(chunk)
    })
    response.on('error', reject)
    response.on('end', () =>
      resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
    )
  })
  asked.on('error', reject)
  asked.end(body)
  return promise
}

function parsed(text: string): JsonValue {
  try {
    const value: JsonValue = JSON.parse(text === '' ? '{}' : text)
    return value
  } catch (cause) {
    throw new Fault(
      'unavailable',
      'agent.no-json',
      'what answered is no Vedette server: the answer is not JSON',
      { cause },
    )
  }
}

const kindsByStatus: ReadonlyMap<number, FaultKind> = new Map([
  [400, 'invalid'],
  [401, 'unauthenticated'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [409, 'conflict'],
  [413, 'too-large'],
  [429, 'rate-limited'],
  [503, 'unavailable'],
  [504, 'timeout'],
])

function toldFault(status: number, answer: JsonValue): Fault {
  const error = isJsonObject(answer) ? answer['error'] : undefined
  const { code, message, reason } = isJsonObject(error) ? error : {}
  const told =
    typeof message === 'string' ? message : typeof reason === 'string' ? reason : undefined
  return new Fault(
    kindsByStatus.get(status) ?? 'internal',
    typeof code === 'string' ? code : 'agent.refused',
    told ?? `the server answered ${status}`,
  )
}

const clockCodes = new Set(['CERT_NOT_YET_VALID', 'CERT_HAS_EXPIRED'])
const foreignCodes = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
])

function unreached(url: string, cause: unknown): Fault {
  const code: unknown = cause instanceof Error ? Reflect.get(cause, 'code') : undefined
  if (typeof code === 'string' && clockCodes.has(code)) {
    return new Fault(
      'forbidden',
      'agent.certificate-time',
      `the certificate of ${url} is not good now, or the clock of this host is wrong: it says ${new Date().toISOString()}`,
      { cause },
    )
  }
  if (typeof code === 'string' && foreignCodes.has(code)) {
    return new Fault(
      'forbidden',
      'agent.other-server',
      `${url} is not the server that this host was enrolled at, or something between reads along: its certificate is by another authority`,
      { cause },
    )
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return new Fault(
      'forbidden',
      'agent.other-name',
      `the certificate of ${url} is for other names: start the server with --agent-name, and enrol with a new line`,
      { cause },
    )
  }
  return new Fault(
    'unavailable',
    'agent.unreached',
    `${url} does not answer: ${messageOf(cause)}`,
    { cause },
  )
}

/**
 * The authority behind a server, by the fingerprint in an enrolment line. Only certificates, which are public, are
 * looked at here: nothing is sent before the connection that trusts this authority and no other.
 * Faults: `forbidden` where none of the certificates has it, `unavailable`, `timeout`.
 */
export async function authorityAt(url: string, fingerprint: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  const chain = await chainOf({ host, port: Number(port || 443) }).catch((cause: unknown) => {
    throw cause instanceof Fault ? cause : unreached(url, cause)
  })
  const found = chain.find((raw) => createHash('sha256').update(raw).digest('hex') === fingerprint)
  if (found !== undefined) return new X509Certificate(found).toString()
  throw new Fault(
    'forbidden',
    'agent.other-server',
    `what answers at ${url} is not the server that gave out this line: its authority has another fingerprint`,
  )
}

async function chainOf(at: ConnectionOptions): Promise<readonly Buffer[]> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>()
  // The fingerprint judges, a moment later.
  const socket = connect({ ...at, rejectUnauthorized: false, minVersion: 'TLSv1.3' }, () =>
    resolve(socket),
  )
  socket.setTimeout(10_000, () =>
    socket.destroy(new Fault('timeout', 'agent.timeout', `no answer from ${at.host}:${at.port}`)),
  )
  socket.on('error', reject)
  try {
    const open = await promise
    const raws: Buffer[] = []
    for (let each = open.getPeerX509Certificate(); each !== undefined && raws.length < 10;) {
      raws.push(each.raw)
      each = each.issuerCertificate
    }
    return raws
  } finally {
    socket.destroy()
  }
}
