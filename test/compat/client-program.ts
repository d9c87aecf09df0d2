import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the clients that come as packages. */
export const clientsFolder = fileURLToPath(new URL('./clients/', import.meta.url))

/** Why a package client is not run; undefined where it is installed. */
export function withoutPackage(name: string): string | undefined {
  if (existsSync(join(clientsFolder, 'node_modules', name))) return undefined
  return `${name} is not installed: npm ci --prefix test/compat/clients`
}

/** Where a program lies, by PATH and the usual places for daemons; undefined where it is not installed. */
export function programOf(name: string): string | undefined {
  const places = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return places.map((place) => join(place, name)).find((path) => existsSync(path))
}

/** A client at work. */
export interface ClientProgram {
  /** Everything that it wrote so far, both streams. */
  said(): string
  /** Its exit code. */
  readonly ended: Promise<number | null>
  stop(): Promise<void>
}

/** Starts a client in a process of its own. */
export function startClient(
  command: string,
  words: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: { readonly [name: string]: string } },
): ClientProgram {
  const child = spawn(command, words, { cwd, env: { ...process.env, ...env } })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said += text))
  }
  const closed = once(child, 'close')
  return {
    said: () => said,
    ended: closed.then(() => child.exitCode),
    async stop() {
      if (child.exitCode === null) child.kill('SIGTERM')
      await closed
    },
  }
}
