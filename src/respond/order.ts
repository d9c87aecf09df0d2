import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import {
  canonicalJson,
  err,
  isJsonObject,
  ok,
  type JsonObject,
  type JsonValue,
  type Result,
  type Values,
} from '#base'

/** A command as it travels to a host: what to do there, and until when. */
export interface Order {
  /** Id of the command. */
  readonly id: string
  readonly hostId: string
  /** Id of the action. */
  readonly action: string
  readonly values: Values
  readonly isDryRun: boolean
  /** Who gave it. */
  readonly by: string
  readonly issuedMs: number
  /** It is not begun from then on. */
  readonly expiresMs: number
}

/** An {@link Order} as text, and the server's signature under that very text. */
export interface SignedOrder {
  readonly text: string
  /** Ed25519, base64. */
  readonly signature: string
  /** Which of the server's keys signed. */
  readonly keyId: string
}

/** What signs orders. */
export interface SigningKey {
  readonly keyId: string
  readonly privateKey: KeyObject
}

/** Why an order is not obeyed. */
export interface Refusal {
  readonly code:
    | 'unknown-key'
    | 'forged'
    | 'malformed'
    | 'other-host'
    | 'expired'
    | 'from-the-future'
    | 'too-long'
    | 'replayed'
    | 'not-allowed'
    | 'unknown-action'
  readonly reason: string
}

/** Longest time in which an order may be begun. */
export const orderLifeMs = 3_600_000
/** Two clocks may differ by this much. */
const skewMs = 300_000
/** So that no other text that the key signs can pass for an order. */
const purpose = 'vedette response order, version 1\n'

/** Names a key by its public half: 16 hexadecimal digits. */
export function keyIdOf(key: KeyObject): string {
  const half = key.type === 'private' ? createPublicKey(key) : key
  const bytes = half.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16)
}

/** Signs an order. */
export function signOrder(order: Order, { keyId, privateKey }: SigningKey): SignedOrder {
  const text = canonicalJson({ ...order })
  const signature = sign(null, Buffer.from(purpose + text), privateKey).toString('base64')
  return { text, signature, keyId }
}

/** Reads an order that one of these keys signed for this host, and that may be begun now. Whether it was begun before is not asked here. */
export function readOrder(
  { text, signature, keyId }: SignedOrder,
  {
    keys,
    hostId,
    nowMs,
  }: {
    readonly keys: ReadonlyMap<string, KeyObject>
    readonly hostId: string
    readonly nowMs: number
  },
): Result<Order, Refusal> {
  const key = keys.get(keyId)
  if (key === undefined)
    return refused('unknown-key', `no key ${keyId.slice(0, 32)} is trusted here`)
  if (!verify(null, Buffer.from(purpose + text), key, Buffer.from(signature, 'base64'))) {
    return refused('forged', 'the signature is not that of the server')
  }
  const order = orderIn(text)
  if (order === undefined) return refused('malformed', 'what was signed is no order')
  if (order.hostId !== hostId) {
    return refused('other-host', `it is for the host ${order.hostId}, and this is ${hostId}`)
  }
  if (order.issuedMs > nowMs + skewMs) {
    return refused('from-the-future', 'it was issued in the future: one of the clocks is wrong')
  }
  if (order.expiresMs - order.issuedMs > orderLifeMs) {
    return refused('too-long', 'it would be good for more than an hour')
  }
  return nowMs >= order.expiresMs
    ? refused('expired', `it was good until ${new Date(order.expiresMs).toISOString()}`)
    : ok(order)
}

function refused(code: Refusal['code'], reason: string): Result<Order, Refusal> {
  return err({ code, reason })
}

function orderIn(text: string): Order | undefined {
  const value = parsed(text)
  if (value === undefined) return undefined
  const { id, hostId, action, values, isDryRun, by, issuedMs, expiresMs } = value
  if (typeof id !== 'string' || typeof hostId !== 'string') return undefined
  if (typeof action !== 'string' || typeof by !== 'string') return undefined
  if (typeof isDryRun !== 'boolean' || !isJsonObject(values)) return undefined
  if (typeof issuedMs !== 'number' || typeof expiresMs !== 'number') return undefined
  const plain: { [name: string]: string | number | boolean } = {}
  for (const [name, member] of Object.entries(values)) {
    if (typeof member !== 'string' && typeof member !== 'number' && typeof member !== 'boolean') {
      return undefined
    }
    plain[name] = member
  }
  return { id, hostId, action, values: plain, isDryRun, by, issuedMs, expiresMs }
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value: JsonValue = JSON.parse(text)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
