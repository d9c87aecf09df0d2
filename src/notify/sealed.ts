import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { Fault } from '#base'

/** Keeps secrets from whoever reads the store or a copy of it, but not the key beside it. */
export interface Seal {
  seal(secret: string): string
  /** Faults: `invalid` for what another key sealed. */
  open(sealed: string): string
}

const ivBytes = 12
const tagBytes = 16

/** AES-256-GCM by the key in a file, made on first use and readable by its owner alone. */
export async function loadOrCreateSeal(path: string): Promise<Seal> {
  const found = await readFile(path).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw cause
  })
  const key = found ?? randomBytes(32)
  if (found === undefined) await writeFile(path, key, { mode: 0o600, flush: true, flag: 'wx' })
  if (key.length !== 32) {
    const message = `${path} holds no key of 32 bytes; move it away, and give the secrets of the channels anew`
    throw new Fault('invalid', 'notify.key-unreadable', message)
  }
  return {
    seal(secret) {
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv('aes-256-gcm', key, iv)
      const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64')
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64')
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes))
        decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
        const body = decipher.update(bytes.subarray(ivBytes + tagBytes))
        return Buffer.concat([body, decipher.final()]).toString('utf8')
      } catch {
        const message = 'a secret was sealed by another key: give the secrets of the channel anew'
        throw new Fault('invalid', 'notify.sealed-by-another', message)
      }
    },
  }
}
