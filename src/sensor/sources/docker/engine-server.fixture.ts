import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JsonValue } from '#base'
import { recorded } from './recorded.fixture.ts'

/** A container engine's outside: answers on a unix socket what a test lays out. */
export interface EngineServer {
  readonly socket: string
  /** Answers by path without its query: a body, or a status with a body. */
  readonly answers: Map<string, JsonValue | { readonly status: number; readonly body: JsonValue }>
  /** What was asked, as `GET /path?query`, in order. */
  readonly asked: readonly string[]
  /** Events that are kept, and replayed to whoever asks since before them: a line and its time. */
  readonly kept: { readonly line: string; readonly atNs: bigint }[]
  /** Sends a line to everyone who listens; not kept. */
  send(line: string): void
  listen(): Promise<void>
  /** Ends every stream, and refuses to listen until {@link listen}. */
  halt(): Promise<void>
  close(): Promise<void>
}

/** An {@link EngineServer} on a fresh socket, not listening yet. */
export async function engineServer(): Promise<EngineServer> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-engine-'))
  const socket = join(folder, 'engine.sock')
  const streams = new Set<ServerResponse>()
  const asked: string[] = []
  const answers: EngineServer['answers'] = new Map([
    ['/version', recorded('version.json')],
    ['/info', recorded('info.json')],
    ['/containers/json', []],
  ])
  const kept: EngineServer['kept'] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const url = new URL(request.url ?? '', 'http://engine')
    if (url.pathname === '/events') {
      response.writeHead(200, { 'Content-Type': 'application/json' })
      response.flushHeaders()
      const since = nsOf(url.searchParams.get('since') ?? '0')
      for (const { line, atNs } of kept) if (atNs >= since) response.write(`${line}\n`)
      streams.add(response)
      response.on('close', () => streams.delete(response))
      return
    }
    const answer = answers.get(url.pathname)
    const missing = { status: 404, body: { message: `no such thing: ${url.pathname}` } }
    const { status, body } = statusOf(answer) ?? missing
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
  })
  const halt = () =>
    new Promise<void>((resolve) => {
      if (!server.listening) {
        resolve()
        return
      }
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return {
    socket,
    answers,
    asked,
    kept,
    send: (line) => {
      for (const stream of streams) stream.write(`${line}\n`)
    },
    listen: () => new Promise((resolve) => server.listen(socket, resolve)),
    halt,
    async close() {
      await halt()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function statusOf(
  answer: JsonValue | { readonly status: number; readonly body: JsonValue } | undefined,
) {
  if (answer === undefined) return undefined
  if (typeof answer === 'object' && answer !== null && 'status' in answer && 'body' in answer) {
    return { status: Number(answer.status), body: answer.body }
  }
  return { status: 200, body: answer }
}

function nsOf(seconds: string): bigint {
  const [whole = '0', fraction = ''] = seconds.split('.')
  return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'))
}
