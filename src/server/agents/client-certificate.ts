import { createHash, createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto'
import { TLSSocket } from 'node:tls'
import type { Socket } from 'node:net'
import { Fault, messageOf } from '#base'
import { issueCertificate } from '../tls/certificate.ts'
import type { Authority } from '../tls/own-certificate.ts'

const dayMs = 86_400_000
/** Agents ask for another one when a third of it is left. */
const lastsMs = 365 * dayMs

/** A certificate by which an agent is known from now on. Faults: `invalid` for a key of another kind. */
export function certificateFor(
  agent: string,
  {
    publicKeyPem,
    authority,
    nowMs,
  }: { readonly publicKeyPem: string; readonly authority: Authority; readonly nowMs: number },
): { readonly certificate: string; readonly key: string } {
  const publicKey = keyIn(publicKeyPem)
  const facts = {
    subject: agent,
    names: [],
    use: 'client',
    fromMs: nowMs - dayMs,
    toMs: nowMs + lastsMs,
  } as const
  const certificate = issueCertificate(facts, { publicKey, signer: authority.signer })
  return { certificate, key: keyHash(publicKey) }
}

function keyIn(pem: string): KeyObject {
  try {
    const key = createPublicKey(pem)
    if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key
  } catch (cause) {
    throw new Fault(
      'invalid',
      'agents.public-key',
      `the public key cannot be read: ${messageOf(cause)}`,
      { cause },
    )
  }
  throw new Fault('invalid', 'agents.public-key', 'the public key is not one of the curve P-256')
}

function keyHash(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
}

/** Who a connection belongs to by its certificate. */
export interface ShownCertificate {
  readonly agent: string
  readonly key: string
}

const known = new WeakMap<Socket, ShownCertificate>()

/** What the other side of a connection has proved to be; undefined without a certificate by our authority. */
export function shownOn(socket: Socket): ShownCertificate | undefined {
  const found = known.get(socket)
  if (found !== undefined) return found
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined
  const certificate: X509Certificate | undefined = socket.getPeerX509Certificate()
  if (certificate === undefined) return undefined
  const agent = certificate.subject.replace(/^CN=/, '')
  const shown = { agent, key: keyHash(certificate.publicKey) }
  known.set(socket, shown)
  return shown
}
