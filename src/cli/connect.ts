import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createClient, type Api } from '#api'
import { Fault, isJsonObject, messageOf, type JsonValue } from '#base'
import type { Call } from './command.ts'
import type { Terminal } from './terminal.ts'
import { trustAuthority } from './trust.ts'

/** Where the server's data lies: the option, the environment, or `./vedette-data`. */
export function dataDirectoryOf(call: Call, terminal: Terminal): string {
  return resolve(call.text('data') ?? setIn(terminal, 'VEDETTE_DATA') ?? 'vedette-data')
}

/** A variable that is set to nothing is as good as not set. */
function setIn({ env }: Terminal, name: string): string | undefined {
  return env[name] === '' ? undefined : env[name]
}

/** The file in a data directory by which commands find the server that runs on it. */
export const serverFileName = 'server.json'

/** Where a server is reached, as it wrote down when it started. */
interface ServerFile {
  readonly url: string
  readonly pid: number
  /** The file of the authority behind its certificate; absent where everybody knows it, or there is none. */
  readonly ca?: string
}

/** What a running server wrote into its data directory; undefined where nothing readable lies. */
async function readServerFile(dataDirectory: string): Promise<ServerFile | undefined> {
  const text = await readFile(join(dataDirectory, serverFileName), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    const value: JsonValue = JSON.parse(text)
    if (!isJsonObject(value)) return undefined
    const { url, pid, ca } = value
    if (typeof url !== 'string' || typeof pid !== 'number') return undefined
    return { url, pid, ...(typeof ca === 'string' && { ca }) }
  } catch {
    // Cut short by a crash: as good as none.
    return undefined
  }
}

/** A connection to the server that the command line means. */
export interface Connection {
  readonly api: Api
  readonly url: string
  /** For what is not asked through the API: events. */
  readonly token: string
}

/** Finds the server and the token. Faults: `cli.no-token` when there is no token to be found. */
export async function connect(call: Call, terminal: Terminal): Promise<Connection> {
  const directory = dataDirectoryOf(call, terminal)
  const found = await readServerFile(directory)
  const url =
    call.text('server') ??
    setIn(terminal, 'VEDETTE_SERVER') ??
    found?.url ??
    'http://127.0.0.1:7070'
  const authority = call.text('ca') ?? setIn(terminal, 'VEDETTE_CA') ?? found?.ca
  if (authority !== undefined) await trustAuthority(authority)
  const token = await tokenOf(call, terminal, directory)
  return { api: withHelp(createClient({ url, token, timeoutMs: 120_000 })), url, token }
}

async function tokenOf(call: Call, terminal: Terminal, directory: string): Promise<string> {
  const given = setIn(terminal, 'VEDETTE_TOKEN')
  const file = call.text('token-file')
  if (file !== undefined) {
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw new Fault('invalid', 'cli.token-file', `cannot read the token file ${file}`, { cause })
    })
    return text.trim()
  }
  if (given !== undefined) return given
  // Read here and not through the server's room: that would load the whole server for every small command.
  const kept = await readFile(join(directory, 'token'), 'utf8').catch(unreadable)
  if (kept !== undefined) return kept.trim()
  throw new Fault(
    'unavailable',
    'api.unreachable',
    `no server has run on the data directory ${directory} yet: there is no token\nhelp: start it with \`vedette serve\`, or name its directory with --data, or its --server and --token-file`,
  )
}

function unreadable(cause: unknown): undefined {
  const code: unknown = cause instanceof Error ? Reflect.get(cause, 'code') : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
  throw new Fault(
    'forbidden',
    'auth.token-unreadable',
    `cannot read the token: ${messageOf(cause)}\nhelp: run this as the user of the server, or name a token with --token-file`,
    { cause },
  )
}

/** Adds what to do to the faults that everybody meets. */
function withHelp(api: Api): Api {
  return new Proxy(api, {
    get(target, name, receiver) {
      const ask: unknown = Reflect.get(target, name, receiver)
      if (typeof ask !== 'function') return ask
      return (...args: readonly unknown[]) =>
        Promise.resolve(Reflect.apply(ask, target, args)).catch(helped)
    },
  })
}

function helped(thrown: unknown): never {
  if (thrown instanceof Fault && thrown.code === 'api.unreachable') {
    throw new Fault(
      thrown.kind,
      thrown.code,
      `${thrown.message}\nhelp: start it with \`vedette serve\`, or name it with --server or --data`,
      { cause: thrown },
    )
  }
  if (thrown instanceof Fault && thrown.code === 'api.untrusted') {
    throw new Fault(
      thrown.kind,
      thrown.code,
      `${thrown.message}\nhelp: copy tls/ca.pem from the server's data directory, and name it with --ca`,
      { cause: thrown },
    )
  }
  if (thrown instanceof Fault && thrown.kind === 'unauthenticated') {
    throw new Fault(
      thrown.kind,
      thrown.code,
      'the server does not take this token\nhelp: name its data directory with --data, or a token with --token-file',
      { cause: thrown },
    )
  }
  throw thrown
}
