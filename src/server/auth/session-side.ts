import { TLSSocket } from 'node:tls'
import { Fault, isJsonObject, type Clock } from '#base'
import type { Doors } from '../doors.ts'
import { jsonBodyOf } from '../http/body.ts'
import type { Answer, Exchange } from '../http/exchange.ts'
import type { Side } from '../http/side.ts'
import { isFromOwnPage, owner, sessionTextOf } from './caller-lookup.ts'
import type { Caller } from './caller.ts'
import { failureBrake } from './failure-brake.ts'
import { sessionCookie, sessionIdleMs } from './sessions.ts'

/**
 * `/api/session`: sign in (POST), who am I (GET), sign out (DELETE). It sets a cookie, which routes of the API do
 * not. Who fails too often waits.
 */
export function sessionSide(
  { sessions, links, holderOf, people }: Pick<Doors, 'sessions' | 'links' | 'holderOf' | 'people'>,
  clock: Clock,
): Side {
  const brake = failureBrake(clock)

  const callerIn = async ({ request }: Exchange): Promise<Caller | undefined> => {
    const body = (await jsonBodyOf(request, 10_000)) ?? null
    if (!isJsonObject(body)) return undefined
    const { secret, link, name, passphrase } = body
    if (typeof link === 'string') return links.take(link) ? owner : undefined
    if (typeof name === 'string' && typeof passphrase === 'string') {
      return people.callerOf(name.trim(), passphrase)
    }
    return typeof secret === 'string' ? holderOf(secret.trim()) : undefined
  }

  const signIn = async (exchange: Exchange): Promise<Answer> => {
    const { request } = exchange
    const address = request.socket.remoteAddress ?? ''
    brake.check(address)
    if (!isFromOwnPage(request)) {
      throw new Fault('forbidden', 'auth.foreign-page', 'another page may not sign anybody in here')
    }
    const caller = await callerIn(exchange)
    if (caller === undefined) {
      brake.note(address)
      throw new Fault(
        'unauthenticated',
        'auth.wrong-secret',
        'that opens nothing: give a name and its passphrase, the token or an access key; a link works once and for 15 minutes (`vedette open` makes a new one)',
      )
    }
    const text = sessions.begin(caller)
    return { ...told(caller), headers: cookieHeader(exchange, text, sessionIdleMs) }
  }

  return {
    isMeant: ({ segments }) =>
      segments.length === 2 && segments[0] === 'api' && segments[1] === 'session',
    needs: ({ method }) => (method === 'GET' ? 'any-role' : 'nothing'),
    async answer(exchange) {
      const { method, request, caller } = exchange
      if (method === 'POST') return signIn(exchange)
      if (method === 'GET' && caller !== undefined) return told(caller)
      if (method !== 'DELETE') {
        throw new Fault('not-found', 'api.unknown-path', '/api/session answers GET, POST, DELETE')
      }
      if (caller !== undefined) sessions.end(sessionTextOf(request) ?? '')
      return { status: 200, body: { signed_out: true }, headers: cookieHeader(exchange, '', 0) }
    },
  }
}

function told({ name, role }: Caller): Answer {
  return { status: 200, body: { name, role } }
}

function cookieHeader(
  { request }: Exchange,
  text: string,
  lastsMs: number,
): { readonly [name: string]: string } {
  const age = Math.floor(lastsMs / 1_000)
  const secure = request.socket instanceof TLSSocket ? '; Secure' : ''
  return {
    'set-cookie': `${sessionCookie}=${text}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Strict${secure}`,
  }
}
