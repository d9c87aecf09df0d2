import { readFile } from 'node:fs/promises'
import { hostname, networkInterfaces } from 'node:os'
import { resolve } from 'node:path'
import { Fault, messageOf, type Clock, type Logger } from '#base'
import { checkPair, ownCertificate, type RunningServer, type ServerCertificate } from '#server'
import { repeat } from './repeat.ts'

/** Where the certificate comes from; `off`: plain HTTP. */
export type TlsChoice =
  | { readonly kind: 'off' }
  /** By an authority of the installation's own. */
  | { readonly kind: 'own' }
  | { readonly kind: 'files'; readonly certFile: string; readonly keyFile: string }

/** Under which addresses and names a server is reached. */
export interface ReachedAt {
  readonly directory: string
  readonly host: string
  readonly allowedHosts: readonly string[]
}

/** Addresses that no other machine reaches. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}

/** The certificate of a choice; undefined for plain HTTP. Faults: `invalid` for files that cannot be used. */
export async function certificateOf(
  choice: TlsChoice,
  at: ReachedAt,
  nowMs: number,
): Promise<ServerCertificate | undefined> {
  if (choice.kind === 'off') return undefined
  if (choice.kind === 'own') {
    return ownCertificate({ directory: at.directory, names: namesOf(at), nowMs })
  }
  const [cert, key] = await Promise.all([textOf(choice.certFile), textOf(choice.keyFile)])
  checkPair({ cert, key }, resolve(choice.certFile))
  return { cert, key }
}

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Fault('invalid', 'tls.unreadable', `cannot read ${path}: ${messageOf(cause)}`, {
      cause,
    })
  })
}

/** Every name under which a server can be called that listens there. */
export function namesOf({ host, allowedHosts }: ReachedAt): readonly string[] {
  const isEvery = host === '0.0.0.0' || host === '::'
  const addresses = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .map(({ address }) => address)
  const names = [
    'localhost',
    '127.0.0.1',
    '::1',
    hostname(),
    ...allowedHosts,
    ...(isEvery ? addresses : [host]),
  ]
  return [...new Set(names)]
}

const everyMs = 60_000

/**
 * Looks each minute whether there is a new certificate, and has the server use it: whoever renews one need not
 * restart anything. One that cannot be used is told of, and the old one stays. Ends with the function that it gives.
 */
export function keepCertificate(
  first: ServerCertificate,
  {
    load,
    server,
    clock,
    logger,
  }: {
    readonly load: () => Promise<ServerCertificate | undefined>
    readonly server: Pick<RunningServer, 'use'>
    readonly clock: Clock
    readonly logger: Logger
  },
): () => Promise<void> {
  let shown = first.cert
  const look = async (): Promise<void> => {
    const certificate = await load()
    if (certificate === undefined || certificate.cert === shown) return
    server.use(certificate)
    shown = certificate.cert
    logger.info('a new certificate is in use')
  }
  return repeat(everyMs, clock, () =>
    look().catch((thrown: unknown) =>
      logger.error('the certificate stays as it was', { reason: messageOf(thrown) }),
    ),
  )
}
