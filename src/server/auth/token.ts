import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { chmod, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault, messageOf } from '#base'

/** The secret that opens a server, and where it lies. */
export interface AccessToken {
  readonly token: string
  readonly path: string
  /** It was made just now: the moment to show it. */
  readonly isNew: boolean
}

const fileName = 'token'

/** The token of a data directory, made on first use (32 random bytes, readable by the owner alone). */
export async function loadOrCreateToken(dataDirectory: string): Promise<AccessToken> {
  const path = join(dataDirectory, fileName)
  const found = await readToken(dataDirectory)
  if (found !== undefined) {
    await chmod(path, 0o600)
    return { token: found, path, isNew: false }
  }
  const token = randomBytes(32).toString('base64url')
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(`${token}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  return { token, path, isNew: true }
}

async function readToken(dataDirectory: string): Promise<string | undefined> {
  const path = join(dataDirectory, fileName)
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new Fault(
      'forbidden',
      'auth.token-unreadable',
      `cannot read the token in ${path}: ${messageOf(cause)}`,
      { cause },
    )
  })
  if (text === undefined) return undefined
  const token = text.trim()
  if (/^[A-Za-z0-9_-]{20,}$/.test(token)) return token
  throw new Fault(
    'invalid',
    'auth.token-damaged',
    `the token in ${path} is damaged; delete the file and start the server again to get a new one`,
  )
}

/** Whether a secret is the token; takes as long for a near miss as for a far one. */
export function tokenCheck(token: string): (secret: string) => boolean {
  const expected = digestOf(token)
  return (secret) => timingSafeEqual(digestOf(secret), expected)
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
