import type { AccessKeys } from './access-keys.ts'
import type { Caller, CallerLookup } from './caller.ts'
import { secretsOf } from './secrets-of.ts'
import { tokenCheck } from './token.ts'

const owner: Caller = { name: 'token', role: 'admin' }

/** Knows the token of the data directory, whose holder may do everything, and the access keys. */
export function callerLookup(token: string, keys: AccessKeys): CallerLookup {
  const isToken = tokenCheck(token)
  return (header) => {
    const secrets = secretsOf(header)
    if (secrets.some(isToken)) return owner
    for (const secret of secrets) {
      const caller = keys.callerOf(secret)
      if (caller !== undefined) return caller
    }
    return undefined
  }
}
