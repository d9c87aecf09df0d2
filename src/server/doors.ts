import type { Clock, Logger } from '#base'
import type { DocumentStore } from '#store'
import { openAuditLog, type AuditLog } from './audit/audit-log.ts'
import { loadAccessKeys, type AccessKeys } from './auth/access-keys.ts'
import { callerLookup, secretLookup } from './auth/caller-lookup.ts'
import type { Caller, CallerLookup } from './auth/caller.ts'
import { oneTimeLinks, type OneTimeLinks } from './auth/one-time-links.ts'
import { loadPeople, type People } from './auth/people.ts'
import { openSessions, type Sessions } from './auth/sessions.ts'
import { changeFeed, type ChangeFeed } from './stream/change-feed.ts'

/** Who gets in, who did what, and who is told: what the API and the server share. */
export interface Doors {
  readonly keys: AccessKeys
  readonly people: People
  readonly sessions: Sessions
  readonly links: OneTimeLinks
  /** Who a secret belongs to. */
  readonly holderOf: (secret: string) => Caller | undefined
  /** Who sends a request. */
  readonly callerOf: CallerLookup
  /** Told of every request that changes something, or was not allowed to. */
  readonly audit: AuditLog
  /** Told to pages that are open. */
  readonly feed: ChangeFeed
}

/** The {@link Doors} of an installation. Whoever opens them closes the audit log. */
export async function openDoors({
  token,
  documents,
  auditFile,
  clock,
  logger,
}: {
  readonly token: string
  readonly documents: DocumentStore
  readonly auditFile: string
  readonly clock: Clock
  readonly logger: Logger
}): Promise<Doors> {
  const keys = await loadAccessKeys(documents, clock)
  const holderOf = secretLookup(token, keys)
  const people = await loadPeople(documents, clock)
  const isGood = ({ keyId, person, role }: Caller) =>
    (keyId === undefined || keys.isOpen(keyId)) &&
    (person === undefined || people.isOpen(person, role))
  const sessions = openSessions(clock, { isGood })
  return {
    keys,
    people,
    sessions,
    links: oneTimeLinks(clock),
    holderOf,
    callerOf: callerLookup(holderOf, sessions),
    audit: await openAuditLog(auditFile, logger),
    feed: changeFeed(clock),
  }
}
