import { mayDo, rolesThatMay, type Api, type WireAccessKey } from '#api'
import { Fault } from '#base'
import type { Person } from '../auth/people.ts'
import type { AccessKey } from '../auth/access-keys.ts'
import { instantOf } from './alerts-api.ts'
import type { ApiWorld } from './api-world.ts'

type AccessCalls =
  | 'listKeys'
  | 'createKey'
  | 'revokeKey'
  | 'listAudit'
  | 'createLink'
  | 'listPeople'
  | 'putPerson'
  | 'removePerson'
  | 'listSessions'
  | 'endSession'
  | 'getSettings'
  | 'startSelfTest'
  | 'getSelfTest'

/** The part of the API that is about who may do what, and who did. */
export function accessApi({
  people,
  sessions,
  settings,
  selfTest,
  keys,
  audit,
  links,
}: ApiWorld): Pick<Api, AccessCalls> {
  return {
    listKeys: async () => ({ keys: keys.list().map(wireKey) }),
    async createKey({ body: { name, role, indices = [], expires_at: expiresAt } }) {
      if (indices.length > 0 && !mayDo(role, 'ingest')) {
        throw new Fault(
          'invalid',
          'auth.indices-without-ingest',
          `the role ${role} sends no events: leave the indices out, or take ${rolesThatMay('ingest')}`,
        )
      }
      const expiresMs = expiresAt === undefined ? undefined : instantOf('expires_at', expiresAt)
      const { key, secret } = await keys.create({ name, role, indices, expiresMs })
      return { key: wireKey(key), secret }
    },
    revokeKey: async ({ id }) => ({ revoked: await keys.revoke(id) }),
    listPeople: async () => ({ people: (await people.list()).map(wirePerson) }),
    putPerson: async ({ name, body }) => wirePerson(await people.put({ name, ...body })),
    removePerson: async ({ name }) => ({ removed: await people.remove(name) }),
    listSessions: async () => ({
      sessions: sessions.list().map(({ id, caller, begunMs, lastMs }) => ({
        id,
        name: caller.name,
        role: caller.role,
        begun_at: isoOf(begunMs),
        seen_at: isoOf(lastMs),
      })),
    }),
    endSession: async ({ id }) => ({ ended: sessions.endOf(id) }),
    getSettings: async () => settings,
    startSelfTest: () => selfTest.start(),
    getSelfTest: async () => selfTest.state(),
    createLink: async () => ({ path: links.path() }),
    listAudit: async ({ limit = 100 }) => ({ entries: await audit.latest(limit) }),
  }
}

function wirePerson({ name, role, createdMs, lockedUntilMs }: Person) {
  return {
    name,
    role,
    created_at: isoOf(createdMs),
    ...(lockedUntilMs !== undefined && { locked_until: isoOf(lockedUntilMs) }),
  }
}

function wireKey({
  id,
  name,
  role,
  indices,
  createdMs,
  expiresMs,
  lastUsedMs,
}: AccessKey): WireAccessKey {
  return {
    id,
    name,
    role,
    indices,
    created_at: isoOf(createdMs),
    ...(expiresMs !== undefined && { expires_at: isoOf(expiresMs) }),
    ...(lastUsedMs !== undefined && { last_used_at: isoOf(lastUsedMs) }),
  }
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}
