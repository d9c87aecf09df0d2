import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createClient, type Api, type WireAlert } from '#api'

const bin = fileURLToPath(new URL('../../bin/vedette.mjs', import.meta.url))

/** `vedette serve` in a process of its own, as a user starts it. */
export interface RunningServer {
  readonly url: string
  readonly token: string
  readonly api: Api
  readonly process: ChildProcess
  /** What it wrote to the error stream so far; the first screen is there from the beginning. */
  stderr(): string
  /** All alerts, newest first, a thousand at most. */
  alerts(): Promise<readonly WireAlert[]>
  /** Asks again and again until the claim holds; rejects after a minute. */
  until(claim: () => Promise<boolean>): Promise<void>
  /** Sends NDJSON to `/_bulk`. Rejects when the server goes away. */
  bulk(body: string): Promise<BulkAnswer>
  /** Sends a signal and waits for the end; resolves to the exit code, undefined after a kill. */
  stop(signal?: NodeJS.Signals): Promise<number | undefined>
}

/** The answer of a bulk request, as far as tests look. */
export interface BulkAnswer {
  readonly errors: boolean
  readonly items: readonly {
    readonly [operation: string]: { readonly _id: string; readonly status: number }
  }[]
}

/** How a server is started, beside its own options. */
export interface Start {
  /** A module that the process loads first. */
  readonly preload?: string
  readonly env?: { readonly [name: string]: string }
  /** Called with the process as soon as there is one, long before it answers. */
  readonly spawned?: (child: ChildProcess) => void
}

/** Starts the server on a data directory and a free port, or the `--port` among the options; resolves when it answers and has said so. */
export async function startServing(
  dataDirectory: string,
  options: readonly string[] = ['--no-sensor', '--no-starter-rules'],
  { preload, env, spawned }: Start = {},
): Promise<RunningServer> {
  // What the last run left would name a port where nobody listens.
  await rm(join(dataDirectory, 'server.json'), { force: true })
  const child = spawn(
    process.execPath,
    [
      ...(preload === undefined ? [] : ['--import', preload]),
      bin,
      'serve',
      ...(options.includes('--port') ? [] : ['--port', '0']),
      '--data',
      dataDirectory,
      ...options,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } },
  )
  spawned?.(child)
  child.stdout.resume()
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const ended = once(child, 'exit')
  const url = await addressOf(dataDirectory, child, () => stderr)
  const token = (await readFile(join(dataDirectory, 'token'), 'utf8')).trim()
  const api = createClient({ url, token })
  return {
    url,
    token,
    api,
    process: child,
    stderr: () => stderr,
    alerts: async () => (await api.listAlerts({ limit: 1_000 })).alerts,
    async until(claim) {
      for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 50) {
        if (await claim()) return
        await pause(50)
      }
      throw new Error(`it did not come true within a minute; the server said:\n${stderr}`)
    },
    async bulk(body) {
      const answer = await fetch(`${url}/_bulk`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
        body,
      })
      const text = await answer.text()
      if (!answer.ok) throw new Error(`bulk: HTTP ${answer.status}: ${text}`)
      const read: BulkAnswer = JSON.parse(text)
      return read
    },
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      await ended
      return child.exitCode ?? undefined
    },
  }
}

async function addressOf(
  dataDirectory: string,
  child: ChildProcess,
  stderr: () => string,
): Promise<string> {
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`the server ended before it listened: ${stderr()}`)
    }
    const text = await readFile(join(dataDirectory, 'server.json'), 'utf8').catch(() => '')
    if (text.endsWith('\n') && stderr().includes('try: vedette')) {
      const { url }: { readonly url: string } = JSON.parse(text)
      return url
    }
    await pause(20)
  }
}

/** Runs one command line of the CLI to its end. */
export async function runCli(
  words: readonly string[],
  {
    input = '',
    env = {},
  }: {
    readonly input?: string | Uint8Array
    readonly env?: { readonly [name: string]: string }
  } = {},
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const child = spawn(process.execPath, [bin, ...words], {
    stdio: 'pipe',
    env: { ...process.env, NO_COLOR: '', FORCE_COLOR: '', VEDETTE_DATA: '', ...env },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  // A command that does not read its input closes it.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  await once(child, 'close')
  return { code: child.exitCode, stdout, stderr }
}
