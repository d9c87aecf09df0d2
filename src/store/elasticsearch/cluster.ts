import { Client, errors } from '@opensearch-project/opensearch'
import { Fault, isJsonObject, messageOf, type JsonObject } from '#base'
import { dialectOf, type Dialect } from './dialects.ts'
import { textAt } from './reply.ts'

/** How a cluster is reached. */
export interface ClusterAddress {
  /** Addresses of nodes, `https://host:9200`; all of one cluster. */
  readonly nodes: readonly string[]
  readonly login?:
    | { readonly kind: 'password'; readonly user: string; readonly password: string }
    | { readonly kind: 'api-key'; readonly key: string }
  /** PEM of the authority that signed the nodes' certificates, where the system does not know it. */
  readonly authority?: string
}

/** One request; bodies of several lines are NDJSON. */
export interface ClusterRequest {
  /** What we are doing, for the message of a fault: `search events`. */
  readonly doing: string
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  readonly path: string
  readonly query?: { readonly [name: string]: string | number | boolean }
  readonly body?: JsonObject
  readonly lines?: readonly string[]
  /** Statuses that are answers, not faults: 404 of something that may be missing. */
  readonly accept?: readonly number[]
  readonly signal?: AbortSignal
}

/** A cluster that answers. */
export interface Cluster {
  readonly dialect: Dialect
  /** Version as it tells it: `2.19.1`. */
  readonly version: string
  /** Faults: `unavailable`, `timeout`, `rate-limited`, `too-large`, `forbidden`, `unauthenticated`, `conflict`, else `internal`. */
  request(request: ClusterRequest): Promise<{ readonly status: number; readonly body: JsonObject }>
  close(): Promise<void>
}

/** Reaches a cluster and asks what it is. Faults as {@link Cluster.request}; `invalid` for one that we do not speak with. */
export async function connectCluster(address: ClusterAddress): Promise<Cluster> {
  const client = new Client({
    nodes: [...address.nodes],
    maxRetries: 3,
    requestTimeout: 60_000,
    // Events may hold a member of any name; they are read as data, never merged into anything.
    disablePrototypePoisoningProtection: true,
    ...loginOf(address.login),
    ...(address.authority !== undefined && { ssl: { ca: address.authority } }),
  })
  const where = address.nodes.join(', ')
  const request: Cluster['request'] = (asked) => send(client, asked, where)
  try {
    const { body } = await request({ doing: 'ask what it is', method: 'GET', path: '/' })
    const version = textAt(body, 'version', 'number')
    return {
      dialect: dialectOf({ distribution: textAt(body, 'version', 'distribution'), version }),
      version,
      request,
      close: () => client.close(),
    }
  } catch (thrown) {
    await client.close()
    throw thrown
  }
}

function loginOf(login: ClusterAddress['login']): object {
  if (login === undefined) return {}
  if (login.kind === 'api-key') return { headers: { authorization: `ApiKey ${login.key}` } }
  return { auth: { username: login.user, password: login.password } }
}

async function send(
  client: Client,
  { doing, method, path, query, body, lines, accept = [], signal }: ClusterRequest,
  where: string,
): ReturnType<Cluster['request']> {
  signal?.throwIfAborted()
  const sent = client.transport.request(
    {
      method,
      path,
      ...(query !== undefined && { querystring: { ...query } }),
      ...(body !== undefined && { body }),
      ...(lines !== undefined && { bulkBody: [...lines] }),
    },
    { ignore: [...accept] },
  )
  const abort = () => sent.abort()
  signal?.addEventListener('abort', abort, { once: true })
  try {
    const { statusCode, body: found } = await sent
    const answer: unknown = found
    return { status: statusCode ?? 0, body: isJsonObject(answer) ? answer : {} }
  } catch (thrown) {
    signal?.throwIfAborted()
    throw faultOf(thrown, `${doing} at ${where}`)
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

function faultOf(thrown: unknown, doing: string): Fault {
  const options = { cause: thrown }
  if (thrown instanceof errors.ResponseError) {
    const message = `${doing}: the cluster answered ${thrown.statusCode}: ${reasonOf(thrown.body)}`
    return new Fault(kindOf(thrown.statusCode), 'store.cluster-refused', message, options)
  }
  if (thrown instanceof errors.TimeoutError) {
    return new Fault('timeout', 'store.cluster-slow', `${doing}: no answer in time`, options)
  }
  const message = `${doing}: cannot be reached: ${messageOf(thrown)}`
  return new Fault('unavailable', 'store.cluster-away', message, options)
}

function kindOf(status: number): Fault['kind'] {
  return kinds[status] ?? (status >= 500 ? 'unavailable' : 'internal')
}

const kinds: { readonly [status: number]: Fault['kind'] } = {
  401: 'unauthenticated',
  403: 'forbidden',
  409: 'conflict',
  413: 'too-large',
  429: 'rate-limited',
  504: 'timeout',
}

function reasonOf(body: unknown): string {
  if (!isJsonObject(body)) return 'no reason given'
  return textAt(body, 'error', 'reason') || JSON.stringify(body).slice(0, 500)
}
