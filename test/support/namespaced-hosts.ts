import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../bin/vedette.mjs', import.meta.url))

/** The address at which namespaced hosts find this machine; of the range for tests of networks (RFC 2544). */
export const serverAddress = '198.18.53.1'

/** A host of its own on the network of this machine: a network namespace, with its own machine id and one link. */
export interface NamespacedHost {
  readonly name: string
  /** Starts a command of Vedette on it. */
  vedette(...words: readonly string[]): ChildProcess
  /** Pulls the plug, or puts it in again. */
  link(state: 'up' | 'down'): void
  remove(): void
}

/** Why there can be none here; undefined: there can. */
export function withoutNamespaces(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root: it makes network namespaces'
  const tried = spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' })
  return tried.status === 0 ? undefined : 'needs `ip netns` (iproute2)'
}

/** Makes one; `number` from 1 to 200 is its own on this machine. */
export function namespacedHost(name: string, number: number): NamespacedHost {
  const namespace = `vdt-${name}`
  const [outer, inner, address] = [`vdt${number}o`, `vdt${number}i`, `198.18.53.${number + 10}`]
  const etc = join('/etc/netns', namespace)
  const ip = (...words: readonly string[]): void => {
    const { status, stderr } = spawnSync('ip', words, { encoding: 'utf8' })
    if (status !== 0) throw new Error(`ip ${words.join(' ')}: ${stderr}`)
  }
  const remove = (): void => {
    spawnSync('ip', ['link', 'del', outer])
    spawnSync('ip', ['netns', 'del', namespace])
    rmSync(etc, { recursive: true, force: true })
  }
  const plugIn = (): void => {
    ip('link', 'set', outer, 'up')
    ip('route', 'replace', `${address}/32`, 'dev', outer, 'src', serverAddress)
  }
  // What an earlier run left behind.
  remove()
  mkdirSync(etc, { recursive: true })
  // `ip netns exec` lays it over the one of this machine.
  writeFileSync(join(etc, 'machine-id'), `${String(number).padStart(32, '0')}\n`)
  ip('netns', 'add', namespace)
  ip('link', 'add', outer, 'type', 'veth', 'peer', 'name', inner)
  ip('link', 'set', inner, 'netns', namespace)
  ip('addr', 'add', `${serverAddress}/32`, 'dev', outer)
  plugIn()
  ip('-n', namespace, 'addr', 'add', `${address}/32`, 'dev', inner)
  ip('-n', namespace, 'link', 'set', inner, 'up')
  ip('-n', namespace, 'link', 'set', 'lo', 'up')
  ip('-n', namespace, 'route', 'add', `${serverAddress}/32`, 'dev', inner)
  return {
    name,
    vedette: (...words) =>
      spawn('ip', ['netns', 'exec', namespace, process.execPath, bin, ...words], {
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    link: (state) => (state === 'up' ? plugIn() : ip('link', 'set', outer, 'down')),
    remove,
  }
}

/** Waits for the end of a child; rejects with what it said unless that was a success. */
export async function ended(child: ChildProcess): Promise<void> {
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const [code]: unknown[] = await once(child, 'exit')
  if (code !== 0) throw new Error(`ended with ${String(code)}: ${said}`)
}
