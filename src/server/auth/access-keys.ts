import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Role } from '#api'
import { Fault, type Clock } from '#base'
import type { CollectionSpec, DocumentStore } from '#store'
import type { Caller } from './caller.ts'

/** A key that opens some of a server: for one shipper, one person, one script. */
export interface AccessKey {
  readonly id: string
  readonly name: string
  readonly role: Role
  /** Index patterns that events may be sent to; empty: to all. */
  readonly indices: readonly string[]
  readonly createdMs: number
  /** From then on it opens nothing; undefined: never ends. */
  readonly expiresMs: number | undefined
  /** To the minute. */
  readonly lastUsedMs: number | undefined
}

/** What a new key is to be. */
export type NewAccessKey = Pick<AccessKey, 'name' | 'role' | 'indices' | 'expiresMs'>

/** The access keys of an installation. Their secrets are shown once, when they are made; only hashes are kept. */
export interface AccessKeys {
  /** By name. */
  list(): readonly AccessKey[]
  /** Faults: `invalid` for one that is to end before it begins. */
  create(asked: NewAccessKey): Promise<{ readonly key: AccessKey; readonly secret: string }>
  /** True if there was one. It opens nothing from then on. */
  revoke(id: string): Promise<boolean>
  /** Whether a key still opens something. */
  isOpen(id: string): boolean
  /** Who a secret belongs to; undefined for one that is unknown, ended or revoked. */
  callerOf(secret: string): Caller | undefined
}

/** As kept. A type and not an interface: what is stored is a JSON object. */
type KeptKey = {
  readonly name: string
  readonly role: Role
  readonly indices: readonly string[]
  readonly hash: string
  readonly created_ms: number
  readonly expires_ms: number | null
  readonly last_used_ms: number | null
}

const accessKeyCollection: CollectionSpec<KeptKey> = { name: 'access_keys', keys: {} }

const maxKeys = 10_000
const minuteMs = 60_000

/** `vk_`, the id, and 32 random bytes: recognisable where one is found by mistake. */
const secretShape = /^vk_([0-9a-f]{16})_[A-Za-z0-9_-]{43}$/

/** The access keys that a store keeps, read once: this process is the only one that writes them. */
export async function loadAccessKeys(documents: DocumentStore, clock: Clock): Promise<AccessKeys> {
  const kept = documents.collection(accessKeyCollection)
  const keys = new Map<string, KeptKey>()
  const { items } = await kept.find({ limit: maxKeys })
  for (const { id, body } of items) keys.set(id, body)

  const noteUse = (id: string, key: KeptKey): void => {
    const nowMs = clock.nowMs()
    if (Math.abs(nowMs - (key.last_used_ms ?? 0)) < minuteMs) return
    keys.set(id, { ...key, last_used_ms: nowMs })
    // Only told to people: losing it is no reason to refuse a request.
    kept.update(id, (body) => ({ ...body, last_used_ms: nowMs })).catch(() => undefined)
  }

  const isOpen = (id: string): boolean => {
    const key = keys.get(id)
    return key !== undefined && (key.expires_ms === null || key.expires_ms > clock.nowMs())
  }

  return {
    isOpen,
    list: () =>
      [...keys]
        .map(([id, key]) => accessKeyOf(id, key))
        .toSorted((a, b) => a.name.localeCompare(b.name)),
    async create({ name, role, indices, expiresMs }) {
      if (keys.size >= maxKeys) {
        throw new Fault('too-large', 'auth.too-many-keys', `there are ${maxKeys} keys already`)
      }
      const nowMs = clock.nowMs()
      if (expiresMs !== undefined && expiresMs <= nowMs) {
        throw new Fault('invalid', 'auth.key-expired', 'the key would end before it begins')
      }
      const id = randomBytes(8).toString('hex')
      const secret = `vk_${id}_${randomBytes(32).toString('base64url')}`
      const key: KeptKey = {
        name,
        role,
        indices,
        hash: hashOf(secret).toString('hex'),
        created_ms: nowMs,
        expires_ms: expiresMs ?? null,
        last_used_ms: null,
      }
      await kept.put(id, key)
      keys.set(id, key)
      return { key: accessKeyOf(id, key), secret }
    },
    async revoke(id) {
      const removed = await kept.delete(id)
      keys.delete(id)
      return removed
    },
    callerOf(secret) {
      const [, id = ''] = secretShape.exec(secret) ?? []
      const key = keys.get(id)
      if (key === undefined) return undefined
      if (!timingSafeEqual(hashOf(secret), Buffer.from(key.hash, 'hex'))) return undefined
      if (!isOpen(id)) return undefined
      noteUse(id, key)
      const { name, role, indices } = key
      return { name: `key ${name}`, role, keyId: id, ...(indices.length > 0 && { indices }) }
    },
  }
}

/** A secret has 256 random bits: a plain hash keeps it as well as a slow one. */
function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

function accessKeyOf(id: string, key: KeptKey): AccessKey {
  const { name, role, indices, created_ms, expires_ms, last_used_ms } = key
  return {
    id,
    name,
    role,
    indices,
    createdMs: created_ms,
    expiresMs: expires_ms ?? undefined,
    lastUsedMs: last_used_ms ?? undefined,
  }
}
