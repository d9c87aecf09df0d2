import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { Fault } from '#base'
import { keyIdOf, type SigningKey } from './order.ts'

/** The key in a file, made on first use and readable by its owner alone. Faults: `invalid` for a file that holds no Ed25519 key. */
export async function loadOrCreateSigningKey(path: string): Promise<SigningKey> {
  const found = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw cause
  })
  if (found !== undefined) return keyOf(found, path)
  const { privateKey } = generateKeyPairSync('ed25519')
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' })
  await writeFile(path, pem, { mode: 0o600, flush: true, flag: 'wx' })
  return { keyId: keyIdOf(privateKey), privateKey }
}

function keyOf(pem: string, path: string): SigningKey {
  try {
    const privateKey = createPrivateKey(pem)
    if (privateKey.asymmetricKeyType === 'ed25519')
      return { keyId: keyIdOf(privateKey), privateKey }
  } catch {
    // Told below: a file that is no key, or not of this kind, is the same to whoever starts the server.
  }
  throw new Fault(
    'invalid',
    'respond.key-unreadable',
    `${path} holds no Ed25519 key; move it away, and a new one is made`,
  )
}
