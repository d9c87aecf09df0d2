import { createHash, createPublicKey, randomBytes, sign, type KeyObject } from 'node:crypto'
import { isIP } from 'node:net'
import { der } from './der.ts'

/** What a certificate says. */
export interface CertificateFacts {
  /** The common name of whoever it is for. */
  readonly subject: string
  /** Names and addresses that it is good for. */
  readonly names: readonly string[]
  /** `authority`: it signs others. `server`: whoever listens. `client`: whoever calls. */
  readonly use: 'authority' | 'server' | 'client'
  readonly fromMs: number
  readonly toMs: number
}

/** Who signs a certificate. */
export interface Signer {
  readonly subject: string
  /** A private key on the curve P-256. */
  readonly key: KeyObject
}

/** A certificate of X.509 version 3 as RFC 5280 profiles it, signed by ECDSA with SHA-256; PEM. */
export function issueCertificate(
  facts: CertificateFacts,
  { publicKey, signer }: { readonly publicKey: KeyObject; readonly signer: Signer },
): string {
  const unsigned = der.sequence(
    der.explicit(0, der.integer(Uint8Array.of(2))),
    der.integer(randomBytes(16)),
    signatureKind,
    nameOf(signer.subject),
    der.sequence(der.time(facts.fromMs), der.time(facts.toMs)),
    nameOf(facts.subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der.explicit(3, der.sequence(...extensionsOf(facts, publicKey, signer))),
  )
  const signature = sign('sha256', unsigned, signer.key)
  const whole = Buffer.from(der.sequence(unsigned, signatureKind, der.bits(signature)))
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

/** ecdsa-with-SHA256, RFC 5758. */
const signatureKind = der.sequence(der.oid('1.2.840.10045.4.3.2'))

function nameOf(commonName: string): Uint8Array {
  return der.sequence(der.set(der.sequence(der.oid('2.5.4.3'), der.text(commonName))))
}

/** By RFC 5280, section 4.2.1. */
function extensionsOf(
  { use, names }: CertificateFacts,
  publicKey: KeyObject,
  signer: Signer,
): readonly Uint8Array[] {
  const isAuthority = use === 'authority'
  const signerKey = keyIdOf(createPublicKey(signer.key))
  return [
    extension('2.5.29.19', der.sequence(...(isAuthority ? [der.boolean(true)] : [])), 'critical'),
    // keyCertSign and cRLSign; digitalSignature.
    extension(
      '2.5.29.15',
      der.bits(Uint8Array.of(isAuthority ? 0x06 : 0x80), isAuthority ? 1 : 7),
      'critical',
    ),
    extension('2.5.29.14', der.octets(keyIdOf(publicKey))),
    extension('2.5.29.35', der.sequence(der.implicit(0, signerKey))),
    ...(isAuthority ? [] : [extension('2.5.29.37', der.sequence(der.oid(purposes[use])))]),
    ...(names.length === 0
      ? []
      : [extension('2.5.29.17', der.sequence(...names.map(generalName)))]),
  ]
}

/** id-kp-serverAuth and id-kp-clientAuth. */
const purposes = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' } as const

function extension(oid: string, value: Uint8Array, critical?: 'critical'): Uint8Array {
  const flag = critical === undefined ? [] : [der.boolean(true)]
  return der.sequence(der.oid(oid), ...flag, der.octets(value))
}

function keyIdOf(publicKey: KeyObject): Uint8Array {
  return createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest()
}

function generalName(name: string): Uint8Array {
  return isIP(name) === 0
    ? der.implicit(2, Buffer.from(name, 'ascii'))
    : der.implicit(7, addressBytes(name))
}

function addressBytes(address: string): Uint8Array {
  if (isIP(address) === 4) return Uint8Array.from(address.split('.').map(Number))
  // A URL writes an IPv6 address in its one short form, with at most one gap and no dots.
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [head = '', tail] = short.split('::')
  const groupsOf = (text: string) =>
    text === '' ? [] : text.split(':').map((g) => parseInt(g, 16))
  const after = groupsOf(tail ?? '')
  const before = groupsOf(head)
  const gap = Array.from({ length: 8 - before.length - after.length }, () => 0)
  return Uint8Array.from(
    [...before, ...gap, ...after].flatMap((group) => [group >> 8, group & 0xff]),
  )
}
