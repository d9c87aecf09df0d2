import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  X509Certificate,
} from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { Fault, messageOf } from '#base'
import { issueCertificate, type Signer } from './certificate.ts'

/** What a server shows to prove who it is; PEM. */
export interface ServerCertificate {
  readonly cert: string
  readonly key: string
  /** The file of the authority that clients are to trust; absent where the certificate is somebody else's. */
  readonly authorityFile?: string
}

const dayMs = 86_400_000
const authorityDays = 3_650
/** As long as browsers accept one. */
const serverDays = 825
/** A certificate that ends sooner is made anew at the next start. */
const renewDays = 400
/** Clocks of clients may be behind. */
const earlierMs = dayMs

/**
 * A certificate by an authority of this installation's own, both kept in `tls/` of the data directory: the authority
 * for ten years, the certificate until it is near its end or lacks one of the names.
 * Faults: `invalid` when what lies there is damaged.
 */
export async function ownCertificate({
  directory,
  names,
  nowMs,
}: {
  readonly directory: string
  readonly names: readonly string[]
  readonly nowMs: number
}): Promise<ServerCertificate & { readonly authorityFile: string }> {
  const place = join(directory, 'tls')
  const authority = await ownAuthority({ directory, nowMs })
  const kept = await pairIn(place, 'server')
  if (kept !== undefined && isGood(kept.cert, { names, authority: authority.cert, nowMs })) {
    return { ...kept, authorityFile: authority.file }
  }
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const cert = issueCertificate(
    {
      subject: 'Vedette server',
      names,
      use: 'server',
      fromMs: nowMs - earlierMs,
      toMs: nowMs + serverDays * dayMs,
    },
    { publicKey, signer: authority.signer },
  )
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' })
  await keep(place, 'server', { cert, key })
  return { cert, key, authorityFile: authority.file }
}

/** Who signs the certificates of an installation. */
export interface Authority {
  /** PEM. */
  readonly cert: string
  readonly signer: Signer
  readonly file: string
}

/** The authority of an installation, made on first use. Faults: `invalid` when what lies there is damaged. */
export async function ownAuthority({
  directory,
  nowMs,
}: {
  readonly directory: string
  readonly nowMs: number
}): Promise<Authority> {
  const place = join(directory, 'tls')
  await mkdir(place, { recursive: true, mode: 0o700 })
  const file = join(place, 'ca.pem')
  const kept = await pairIn(place, 'ca')
  if (kept !== undefined) {
    const subject = new X509Certificate(kept.cert).subject.replace(/^CN=/, '')
    return { cert: kept.cert, signer: { subject, key: createPrivateKey(kept.key) }, file }
  }
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const subject = 'Vedette authority'
  const signer = { subject, key: privateKey }
  const cert = issueCertificate(
    {
      subject,
      names: [],
      use: 'authority',
      fromMs: nowMs - earlierMs,
      toMs: nowMs + authorityDays * dayMs,
    },
    { publicKey, signer },
  )
  await keep(place, 'ca', {
    cert,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  })
  return { cert, signer, file }
}

interface Pair {
  readonly cert: string
  readonly key: string
}

async function pairIn(place: string, name: string): Promise<Pair | undefined> {
  const [cert, key] = await Promise.all([
    readFile(join(place, `${name}.pem`), 'utf8').catch(() => undefined),
    readFile(join(place, `${name}-key.pem`), 'utf8').catch(() => undefined),
  ])
  // The certificate is written last: a key alone is what a crash left.
  if (cert === undefined || key === undefined) return undefined
  checkPair({ cert, key }, join(place, `${name}.pem`))
  return { cert, key }
}

/** Faults: `invalid` unless both can be read and belong together. */
export function checkPair({ cert, key }: Pair, where: string): void {
  try {
    const known = new X509Certificate(cert)
    if (known.checkPrivateKey(createPrivateKey(key))) return
  } catch (cause) {
    throw damaged(where, messageOf(cause), cause)
  }
  throw damaged(where, 'the key is not that of the certificate')
}

function damaged(where: string, reason: string, cause?: unknown): Fault {
  return new Fault(
    'invalid',
    'tls.damaged',
    `the certificate ${where} cannot be used: ${reason}; give the right files, or delete it and its key to have it made anew`,
    { cause },
  )
}

async function keep(place: string, name: string, { cert, key }: Pair): Promise<void> {
  for (const [file, text] of [
    [`${name}-key.pem`, key],
    [`${name}.pem`, cert],
  ] as const) {
    const path = join(place, file)
    await writeFile(`${path}.partial`, text, { mode: 0o600, flush: true })
    await rename(`${path}.partial`, path)
  }
}

/** Whether a certificate is good for a name or an address. */
export function isFor(certificate: X509Certificate, name: string): boolean {
  const found = isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)
  return found !== undefined
}

function isGood(
  cert: string,
  {
    names,
    authority,
    nowMs,
  }: { readonly names: readonly string[]; readonly authority: string; readonly nowMs: number },
): boolean {
  const known = new X509Certificate(cert)
  return (
    known.verify(createPublicKey(authority)) &&
    Date.parse(known.validTo) - nowMs > renewDays * dayMs &&
    Date.parse(known.validFrom) <= nowMs &&
    names.every((name) => isFor(known, name))
  )
}
