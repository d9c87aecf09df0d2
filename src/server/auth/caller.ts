import type { IncomingMessage } from 'node:http'
import { mayDo, rolesThatMay, type Permission, type Role } from '#api'
import { Fault } from '#base'

/** Who asks: whoever holds the token of the data directory, or an access key. */
export interface Caller {
  /** What the audit log calls them. */
  readonly name: string
  readonly role: Role
  /** Who signed in by name and passphrase. */
  readonly person?: string
  /** The access key they hold; absent for the token. */
  readonly keyId?: string
  /** Index patterns that events may be sent to; absent: to all. */
  readonly indices?: readonly string[]
}

/** Finds out who sends a request; undefined for nobody we know. */
export type CallerLookup = (
  request: Pick<IncomingMessage, 'headers' | 'method'>,
) => Caller | undefined

/** What a request asks of whoever sends it; `nothing`: it is open to all. */
export type Needs = Permission | 'nothing' | 'any-role'

/** Refuses what the caller's role may not do. Faults: `unauthenticated` for nobody, `forbidden`. */
export function demand(caller: Caller | undefined, needs: Needs): void {
  if (needs === 'nothing') return
  if (caller === undefined) {
    throw new Fault(
      'unauthenticated',
      'auth.token-missing',
      'missing or wrong token: send the text of the file `token` in the data directory, or an access key, as `Authorization: Bearer`, as API key, or as password',
    )
  }
  if (needs === 'any-role' || mayDo(caller.role, needs)) return
  throw new Fault(
    'forbidden',
    'auth.role',
    `${caller.name} has the role ${caller.role}, and this is for ${rolesThatMay(needs)}; \`vedette key create\` makes a key with another role`,
  )
}
