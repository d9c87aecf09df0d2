import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Fault, isJsonObject, messageOf, type JsonValue } from '#base'
import { readPolicy, type AgentPolicy } from '#fleet'

/** Who an agent is, and to which server. */
export interface AgentIdentity {
  readonly id: string
  /** Where it calls. */
  readonly url: string
  /** The certificate of the server's authority; PEM. */
  readonly authority: string
  /** PEM; the key was made on this host. */
  readonly certificate: string
  readonly key: string
  /** The host that enrolled: a copy of the disk elsewhere is known by it. */
  readonly hostId: string
}

/** A policy with its place among the versions. */
export interface ObeyedPolicy {
  readonly id: string
  readonly version: number
  readonly policy: AgentPolicy
}

/** The folder in which an agent keeps what it is; for the owner alone. */
export interface AgentHome {
  readonly directory: string
  /** Undefined: no host is enrolled here. Faults: `invalid` for what is damaged. */
  identity(): Promise<AgentIdentity | undefined>
  keepIdentity(identity: AgentIdentity): Promise<void>
  /** The policy that was obeyed last; undefined where there is none that this version understands. */
  policy(): Promise<ObeyedPolicy | undefined>
  keepPolicy(policy: ObeyedPolicy): Promise<void>
  /** Keeps other agents out of the folder until released. Faults: `unavailable`, `agent.running`. */
  hold(): () => void
  /** Removes everything that an agent wrote, and the folder where nothing else is in it. */
  remove(): Promise<void>
}

const files = {
  identity: 'identity.json',
  policy: 'policy.json',
  lock: 'lock.db',
  spool: 'spool',
} as const

/** Where the spool lies in a home. */
export function spoolIn(directory: string): string {
  return join(directory, files.spool)
}

/** The home of an agent, made where it is missing. Faults: `forbidden` where that may not be. */
export async function openHome(directory: string): Promise<AgentHome> {
  await mkdir(directory, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw new Fault(
      'forbidden',
      'agent.home',
      `cannot make the folder ${directory} of the agent: ${messageOf(cause)}; run it as root, or name another with --state`,
      { cause },
    )
  })
  const keep = async (name: string, value: object): Promise<void> => {
    const path = join(directory, name)
    await writeFile(`${path}.partial`, JSON.stringify(value), { mode: 0o600, flush: true })
    await rename(`${path}.partial`, path)
  }
  const kept = async (name: string): Promise<JsonValue | undefined> => {
    const path = join(directory, name)
    const text = await readFile(path, 'utf8').catch((cause: unknown) => {
      if (cause instanceof Error && Reflect.get(cause, 'code') === 'ENOENT') return undefined
      throw new Fault('forbidden', 'agent.home', `cannot read ${path}: ${messageOf(cause)}`, {
        cause,
      })
    })
    if (text === undefined) return undefined
    try {
      const value: JsonValue = JSON.parse(text)
      return value
    } catch (cause) {
      throw damaged(path, cause)
    }
  }

  return {
    directory,
    async identity() {
      const value = await kept(files.identity)
      if (value === undefined) return undefined
      const identity = identityOf(value)
      if (identity === undefined) throw damaged(join(directory, files.identity))
      return identity
    },
    async keepIdentity(identity) {
      await chmod(directory, 0o700)
      await keep(files.identity, identity)
    },
    async policy() {
      const value = await kept(files.policy)
      if (!isJsonObject(value)) return undefined
      const read = readPolicy(value['policy'])
      const { id, version } = value
      if (!read.ok || typeof id !== 'string' || typeof version !== 'number') return undefined
      return { id, version, policy: read.value }
    },
    keepPolicy: (policy) => keep(files.policy, policy),
    hold: () => holdLock(join(directory, files.lock), directory),
    async remove() {
      for (const name of Object.values(files)) {
        await rm(join(directory, name), { recursive: true, force: true })
        await rm(join(directory, `${name}.partial`), { force: true })
      }
      const left = await readdir(directory)
      if (left.length === 0) await rm(directory, { recursive: true })
    },
  }
}

function identityOf(value: JsonValue): AgentIdentity | undefined {
  if (!isJsonObject(value)) return undefined
  const { id, url, authority, certificate, key, hostId } = value
  if (typeof id !== 'string' || typeof url !== 'string' || typeof hostId !== 'string') {
    return undefined
  }
  if (typeof authority !== 'string' || typeof certificate !== 'string' || typeof key !== 'string') {
    return undefined
  }
  return { id, url, authority, certificate, key, hostId }
}

function damaged(path: string, cause?: unknown): Fault {
  return new Fault(
    'invalid',
    'agent.damaged',
    `${path} is damaged: \`vedette agent unenroll --offline\` clears it, then enrol this host again`,
    { cause },
  )
}

/** SQLite's lock on a file: the kernel drops it with the process, so none is ever left behind. */
function holdLock(path: string, directory: string): () => void {
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (cause) {
    database.close()
    throw new Fault(
      'unavailable',
      'agent.running',
      `an agent runs already on ${directory}: stop it first, or name another folder with --state`,
      { cause },
    )
  }
  return () => database.close()
}
