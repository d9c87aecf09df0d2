import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { Fault, type Clock } from '#base'
import type { CollectionSpec, DocumentStore } from '#store'

/** Leave to enrol a few hosts, for a while. */
export interface EnrolmentToken {
  readonly id: string
  /** The policy that new agents get. */
  readonly policy: string
  readonly expiresMs: number
  /** Hosts that it still enrols. */
  readonly usesLeft: number
  readonly by: string
}

/** What a new token is to be. */
export type NewEnrolmentToken = Omit<EnrolmentToken, 'id'>

/** The tokens of an installation; their secrets are shown once and kept as hashes. */
export interface EnrolmentTokens {
  /** Those that still open something, by the end of their time. */
  list(): readonly EnrolmentToken[]
  create(
    asked: NewEnrolmentToken,
  ): Promise<{ readonly token: EnrolmentToken; readonly secret: string }>
  /** Uses one up. Faults: `unauthenticated` for one that is unknown, ended or used up; the message says which. */
  take(secret: string): Promise<EnrolmentToken>
  /** True if there was one. */
  revoke(id: string): Promise<boolean>
}

type KeptToken = {
  readonly hash: string
  readonly policy: string
  readonly expires_ms: number
  readonly uses_left: number
  readonly by: string
}

const tokenCollection: CollectionSpec<KeptToken> = { name: 'enrolment_tokens', keys: {} }
const secretShape = /^ve_([0-9a-f]{16})_[A-Za-z0-9_-]{43}$/
const maxTokens = 1_000
/** How long an ended token is remembered, so that whoever uses it learns why it opens nothing. */
const remembersMs = 7 * 86_400_000

/** The tokens that a store keeps, read once: this process is the only one that writes them. */
export async function loadEnrolmentTokens(
  documents: DocumentStore,
  clock: Clock,
): Promise<EnrolmentTokens> {
  const kept = documents.collection(tokenCollection)
  const tokens = new Map<string, KeptToken>()
  for (const { id, body } of (await kept.find({ limit: 10_000 })).items) tokens.set(id, body)

  const isOpen = ({ expires_ms: endMs, uses_left: left }: KeptToken): boolean =>
    endMs > clock.nowMs() && left > 0

  const forgetOld = async (): Promise<void> => {
    for (const [id, { expires_ms: endMs }] of tokens) {
      if (endMs + remembersMs > clock.nowMs()) continue
      tokens.delete(id)
      await kept.delete(id)
    }
  }

  return {
    list: () =>
      [...tokens]
        .filter(([, token]) => isOpen(token))
        .map(([id, token]) => tokenOf(id, token))
        .toSorted((a, b) => a.expiresMs - b.expiresMs),
    async create({ policy, expiresMs, usesLeft, by }) {
      await forgetOld()
      if (tokens.size >= maxTokens) {
        throw new Fault(
          'too-large',
          'agents.too-many-tokens',
          `there are ${maxTokens} tokens already: revoke some, or let them end`,
        )
      }
      if (expiresMs <= clock.nowMs()) {
        throw new Fault('invalid', 'agents.token-expired', 'the token would end before it begins')
      }
      const id = randomBytes(8).toString('hex')
      const secret = `ve_${id}_${randomBytes(32).toString('base64url')}`
      const token: KeptToken = {
        hash: digestOf(secret).toString('hex'),
        policy,
        expires_ms: expiresMs,
        uses_left: usesLeft,
        by,
      }
      await kept.put(id, token)
      tokens.set(id, token)
      return { token: tokenOf(id, token), secret }
    },
    async take(secret) {
      const [, id = ''] = secretShape.exec(secret) ?? []
      const token = tokens.get(id)
      if (
        token === undefined ||
        !timingSafeEqual(digestOf(secret), Buffer.from(token.hash, 'hex'))
      ) {
        throw refused('unknown', 'this server did not give out this token, or has revoked it')
      }
      if (token.expires_ms <= clock.nowMs()) {
        throw refused('expired', `the token ended at ${new Date(token.expires_ms).toISOString()}`)
      }
      if (token.uses_left < 1)
        throw refused('used-up', 'the token has enrolled all the hosts that it was for')
      const used = { ...token, uses_left: token.uses_left - 1 }
      // Before the store is asked, so that two requests at once do not use the same leave.
      tokens.set(id, used)
      await kept.put(id, used)
      return tokenOf(id, used)
    },
    async revoke(id) {
      tokens.delete(id)
      return kept.delete(id)
    },
  }
}

function refused(what: string, reason: string): Fault {
  const help = 'make a new one with `vedette agent token`'
  return new Fault('unauthenticated', `agents.token-${what}`, `${reason}: ${help}`)
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

function tokenOf(id: string, { policy, expires_ms, uses_left, by }: KeptToken): EnrolmentToken {
  return { id, policy, expiresMs: expires_ms, usesLeft: uses_left, by }
}
