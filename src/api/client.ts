import {
  Fault,
  isJsonObject,
  messageOf,
  type FaultKind,
  type JsonObject,
  type JsonValue,
} from '#base'
import { routes, type Api } from './routes.ts'

/** How to reach a server. */
export interface ClientOptions {
  /** `http://127.0.0.1:7070` */
  readonly url: string
  readonly token?: string | undefined
  /** Longest wait for an answer, milliseconds; default 30,000. */
  readonly timeoutMs?: number
}

/**
 * The API over HTTP; runs in browsers and in Node. Faults: what the server told, by its kind and code;
 * `unavailable` where no server answers, `timeout` where it takes too long.
 */
export function createClient(options: ClientOptions): Api {
  const calls = Object.entries(routes).map(([name, route]) => [
    name,
    (request: JsonObject, signal?: AbortSignal) => call(options, route, { request, signal }),
  ])
  // Each call is made of the route of its own name, which is what the type says.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return Object.fromEntries(calls) as Api
}

interface Callable {
  readonly method: string
  readonly path: string
  readonly query: { readonly json: JsonObject }
  readonly body: unknown
}

async function call(
  { url, token, timeoutMs = 30_000 }: ClientOptions,
  route: Callable,
  { request, signal }: { readonly request: JsonObject; readonly signal: AbortSignal | undefined },
): Promise<JsonValue> {
  const target = new URL(pathOf(route, request), url)
  const limit = AbortSignal.timeout(timeoutMs)
  const response = await fetch(target, {
    method: route.method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(route.body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(route.body !== undefined && { body: JSON.stringify(request['body'] ?? {}) }),
    signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
  }).catch((cause: unknown) => {
    if (signal?.aborted) throw cause
    if (limit.aborted) {
      const told = `no answer from ${url} within ${timeoutMs} ms`
      throw new Fault('timeout', 'api.timeout', told, { cause })
    }
    const code = isOfTrust(cause) ? 'api.untrusted' : 'api.unreachable'
    throw new Fault('unavailable', code, `cannot reach ${url} (${reasonOf(cause)})`, { cause })
  })
  const answer = await answerOf(response, url)
  if (!response.ok) throw faultOf(answer, response.status)
  return answer
}

async function answerOf(response: Response, url: string): Promise<JsonValue> {
  const text = await response.text()
  try {
    const answer: JsonValue = JSON.parse(text)
    return answer
  } catch (cause) {
    throw new Fault(
      'unavailable',
      'api.not-vedette',
      `${url} answered with no JSON (HTTP ${response.status}); is it a Vedette server?`,
      { cause },
    )
  }
}

function pathOf(route: Callable, request: JsonObject): string {
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(textOf(request[name])),
  )
  const query = new URLSearchParams()
  for (const name of Object.keys(route.query.json['properties'] ?? {})) {
    const value = request[name]
    if (value !== undefined) query.set(name, textOf(value))
  }
  return query.size === 0 ? path : `${path}?${query.toString()}`
}

/** How a member stands in an address; lists with commas between, objects not at all. */
function textOf(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return value.map(textOf).join(',')
  return value === undefined || value === null || typeof value === 'object' ? '' : String(value)
}

/** Whether the other side was there, and could not prove who it is. */
function isOfTrust(cause: unknown): boolean {
  const inner = cause instanceof Error ? cause.cause : undefined
  const code: unknown = inner instanceof Error ? Reflect.get(inner, 'code') : undefined
  return /CERT|SIGNATURE|ISSUER/.test(String(code))
}

function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error ? cause.cause : undefined
  if (inner instanceof Error && 'code' in inner && inner.code === 'ECONNREFUSED') {
    return 'connection refused'
  }
  return messageOf(inner ?? cause)
}

const kinds: { readonly [status: number]: FaultKind } = {
  400: 'invalid',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  413: 'too-large',
  429: 'rate-limited',
  503: 'unavailable',
  504: 'timeout',
}

function faultOf(answer: JsonValue, status: number): Fault {
  const error = isJsonObject(answer) ? answer['error'] : undefined
  const told = isJsonObject(error) ? error : {}
  return new Fault(
    kinds[status] ?? 'internal',
    textOf(told['code']) || 'api.error',
    textOf(told['message']) || `the server answered HTTP ${status}`,
  )
}
