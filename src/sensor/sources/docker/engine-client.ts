import { Agent, request, type IncomingMessage } from 'node:http'
import { Fault, messageOf, type FaultKind, type JsonValue } from '#base'

/** The answer to a question about one thing: there it is, or there is no such thing. */
export type EngineAnswer =
  { readonly kind: 'found'; readonly body: JsonValue } | { readonly kind: 'missing' }

/** Reads from a container engine; never changes anything: every request is a GET. */
export interface EngineReader {
  /** Asks for a JSON document. Throws a Fault of kind `unavailable`, `timeout`, `forbidden` or `too-large`. */
  get(path: string): Promise<EngineAnswer>
  /**
   * Asks for bytes, and takes no more than `maxBytes` of them; undefined where there is no such thing.
   * Faults as {@link get}.
   */
  getBytes(
    path: string,
    maxBytes: number,
  ): Promise<{ readonly bytes: Buffer; readonly isCut: boolean } | undefined>
  /**
   * Opens the stream of container events from `sinceNs` (epoch nanoseconds) on; resolves when the engine
   * answers, then yields one line of JSON an event until the engine ends or `signal` aborts.
   */
  openEvents(sinceNs: bigint, signal: AbortSignal): Promise<AsyncIterable<string>>
  close(): void
}

/** Reads from a container engine, and tells it to do things. */
export interface EngineClient extends EngineReader {
  /**
   * Asks for a change, waiting `waitMs` at most for the answer; null where the engine answers nothing. An engine that has nothing to do
   * (304) is satisfied. Faults as {@link EngineReader.get}, and `not-found`, `conflict` with what the engine says.
   */
  change(
    method: 'POST' | 'DELETE',
    path: string,
    options?: {
      readonly body?: JsonValue
      readonly waitMs?: number
      readonly signal?: AbortSignal
    },
  ): Promise<JsonValue>
  /** Asks for a change whose answer is bytes, and takes no more than `maxBytes` of them. Faults as {@link EngineClient.change}. */
  changeBytes(
    path: string,
    options: { readonly body: JsonValue; readonly maxBytes: number; readonly signal: AbortSignal },
  ): Promise<{ readonly bytes: Buffer; readonly isCut: boolean }>
}

const maxBodyBytes = 16 * 1024 * 1024
const maxLineLength = 1024 * 1024
const idleTimeoutMs = 10_000

/** A client of the engine that listens on a unix socket (Docker Engine API, which podman speaks too). */
export function engineClient(socketPath: string): EngineClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  return {
    async get(path) {
      const response = await send(socketPath, path, { agent, timeout: idleTimeoutMs })
      const body = await readBody(response, path)
      if (response.statusCode === 404) return { kind: 'missing' }
      if (response.statusCode !== 200) throw refusal(path, response.statusCode, body)
      return { kind: 'found', body: parseBody(body, path) }
    },
    async getBytes(path, maxBytes) {
      const response = await send(socketPath, path, { agent: false, timeout: idleTimeoutMs })
      const { statusCode } = response
      if (statusCode !== undefined && statusCode >= 200 && statusCode < 300) {
        return firstBytes(response, path, maxBytes)
      }
      const body = await readBody(response, path)
      if (statusCode === 404) return undefined
      throw refusal(path, statusCode, body)
    },
    async openEvents(sinceNs, signal) {
      const filters = encodeURIComponent('{"type":["container"]}')
      const path = `/events?since=${secondsOf(sinceNs)}&filters=${filters}`
      const response = await send(socketPath, path, { agent: false, signal })
      if (response.statusCode !== 200) {
        throw refusal(path, response.statusCode, await readBody(response, path))
      }
      return linesOf(response)
    },
    async change(method, path, { body, waitMs = idleTimeoutMs, signal } = {}) {
      const options = {
        agent: false,
        timeout: waitMs,
        method,
        body,
        ...(signal && { signal }),
      } as const
      const response = await send(socketPath, path, options)
      const answer = await readBody(response, path)
      const { statusCode = 500 } = response
      if (statusCode === 304) return null
      if (statusCode >= 300) throw refusal(path, statusCode, answer)
      return answer.trim() === '' ? null : parseBody(answer, path)
    },
    async changeBytes(path, { body, maxBytes, signal }) {
      const options = {
        agent: false,
        timeout: idleTimeoutMs,
        method: 'POST',
        body,
        signal,
      } as const
      const response = await send(socketPath, path, options)
      const { statusCode = 500 } = response
      if (statusCode < 300) return firstBytes(response, path, maxBytes)
      throw refusal(path, statusCode, await readBody(response, path))
    },
    close: () => agent.destroy(),
  }
}

function send(
  socketPath: string,
  path: string,
  options: {
    readonly agent: Agent | false
    readonly timeout?: number
    readonly signal?: AbortSignal
    readonly method?: 'GET' | 'POST' | 'DELETE'
    readonly body?: JsonValue | undefined
  },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { body, method = 'GET', ...others } = options
    const content = body === undefined ? undefined : JSON.stringify(body)
    const headers = {
      Host: 'localhost',
      Accept: 'application/json',
      ...(content !== undefined && { 'Content-Type': 'application/json' }),
    }
    const asked = request({ ...others, socketPath, path, method, headers })
    asked.on('response', resolve)
    asked.on('timeout', () =>
      asked.destroy(
        new Fault(
          'timeout',
          'sensor.engine-slow',
          `${method} ${path}: no answer in ${options.timeout} ms`,
        ),
      ),
    )
    asked.on('error', (cause) => reject(toFault(cause, path)))
    asked.end(content)
  })
}

function toFault(cause: Error, path: string): Fault {
  if (cause instanceof Fault) return cause
  const code = 'code' in cause ? cause.code : undefined
  const kind = code === 'EACCES' || code === 'EPERM' ? 'forbidden' : 'unavailable'
  return new Fault(kind, 'sensor.engine-unreachable', `${path}: ${messageOf(cause)}`, { cause })
}

function refusal(path: string, status: number | undefined, body: string): Fault {
  const kinds: { readonly [status: number]: FaultKind } = {
    401: 'forbidden',
    403: 'forbidden',
    404: 'not-found',
    409: 'conflict',
  }
  return new Fault(
    kinds[status ?? 0] ?? 'unavailable',
    'sensor.engine-refused',
    `${path}: the engine answered ${status}: ${body.slice(0, 300)}`,
  )
}

async function readBody(response: IncomingMessage, path: string): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of response) {
      const piece = Buffer.from(chunk)
      bytes += piece.length
      if (bytes > maxBodyBytes) {
        const message = `GET ${path}: more than ${maxBodyBytes} bytes`
        throw new Fault('too-large', 'sensor.engine-answer-too-large', message)
      }
      chunks.push(piece)
    }
  } catch (cause) {
    throw cause instanceof Error ? toFault(cause, path) : cause
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** The beginning of an answer; the rest is left with the engine. */
async function firstBytes(response: IncomingMessage, path: string, maxBytes: number) {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of response) {
      const piece = Buffer.from(chunk)
      chunks.push(piece)
      length += piece.length
      if (length > maxBytes) break
    }
  } catch (cause) {
    throw cause instanceof Error ? toFault(cause, path) : cause
  }
  response.destroy()
  return { bytes: Buffer.concat(chunks).subarray(0, maxBytes), isCut: length > maxBytes }
}

function parseBody(body: string, path: string): JsonValue {
  try {
    return JSON.parse(body) as JsonValue
  } catch (cause) {
    const message = `GET ${path}: the answer is no JSON`
    throw new Fault('unavailable', 'sensor.engine-garbled', message, { cause })
  }
}

/** The lines of a stream; one that is longer than 1 MiB comes as its beginning, which will not parse and is counted. */
async function* linesOf(response: IncomingMessage): AsyncIterable<string> {
  response.setEncoding('utf8')
  let rest = ''
  let overlong = false
  for await (const chunk of response) {
    const pieces = (rest + String(chunk)).split('\n')
    rest = pieces.pop() ?? ''
    for (const line of pieces) {
      if (overlong) overlong = false
      else if (line.trim() !== '') yield line
    }
    if (rest.length > maxLineLength) {
      if (!overlong) yield rest.slice(0, 200)
      overlong = true
      rest = ''
    }
  }
  if (rest.trim() !== '' && !overlong) yield rest
}

function secondsOf(ns: bigint): string {
  return `${ns / 1_000_000_000n}.${String(ns % 1_000_000_000n).padStart(9, '0')}`
}
