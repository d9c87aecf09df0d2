import type { IncomingMessage } from 'node:http'
import type { AccessKeys } from './access-keys.ts'
import type { Caller, CallerLookup } from './caller.ts'
import { secretsOf } from './secrets-of.ts'
import { sessionCookie, type Sessions } from './sessions.ts'
import { tokenCheck } from './token.ts'

/** Whoever holds the token of the data directory. */
export const owner: Caller = { name: 'token', role: 'admin' }

/** Who a secret belongs to: the token's holder, who may do everything, or that of an access key. */
export function secretLookup(
  token: string,
  keys: AccessKeys,
): (secret: string) => Caller | undefined {
  const isToken = tokenCheck(token)
  return (secret) => (isToken(secret) ? owner : keys.callerOf(secret))
}

/**
 * Knows callers by the secret in their Authorization header, else by the cookie of their session. A session
 * changes things only for pages of our own: browsers say where a request comes from.
 */
export function callerLookup(
  callerOf: (secret: string) => Caller | undefined,
  sessions: Sessions,
): CallerLookup {
  return (request) => {
    const { headers } = request
    if (headers.authorization !== undefined) {
      for (const secret of secretsOf(headers.authorization)) {
        const caller = callerOf(secret)
        if (caller !== undefined) return caller
      }
      return undefined
    }
    const text = sessionTextOf(request)
    return text === undefined || !isFromOwnPage(request) ? undefined : sessions.callerOf(text)
  }
}

/** The text of a request's session cookie. */
export function sessionTextOf({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  for (const part of (headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2)
    if (name === sessionCookie) return value
  }
  return undefined
}

/** Whether a request that may change something was made by a page that this server gave out. */
export function isFromOwnPage({
  headers,
  method,
}: Pick<IncomingMessage, 'headers' | 'method'>): boolean {
  if (method === 'GET' || method === 'HEAD') return true
  const { origin, host } = headers
  if (origin === undefined) return headers['sec-fetch-site'] === 'same-origin'
  return URL.parse(origin)?.host === host
}
