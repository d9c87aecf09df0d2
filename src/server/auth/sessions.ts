import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '#base'
import type { Caller } from './caller.ts'

/** Signed-in browsers. */
export interface Sessions {
  /** Begins one and gives the text of its cookie. */
  begin(caller: Caller): string
  /** Whose session a cookie's text names; looking keeps it alive. */
  callerOf(text: string): Caller | undefined
  end(text: string): void
  /** The last seen first; ids open nothing. */
  list(): readonly SessionFacts[]
  /** Ends one by its id; true if there was one. */
  endOf(id: string): boolean
}

/** A signed-in browser as others may see it. */
export interface SessionFacts {
  readonly id: string
  readonly caller: Caller
  readonly begunMs: number
  readonly lastMs: number
}

/** The cookie that names a session. */
export const sessionCookie = 'vedette_session'

/** Without a request a session ends after so long. */
export const sessionIdleMs = 12 * 3_600_000
const longestMs = 7 * 86_400_000
const maxSessions = 1_000

interface Session {
  readonly caller: Caller
  readonly begunMs: number
  readonly lastMs: number
}

/**
 * {@link Sessions} in memory: they end with the server. `isGood` is asked each time, so that whoever loses a key
 * loses its sessions. Of more than a thousand the one that was silent longest ends first.
 */
export function openSessions(
  clock: Clock,
  { isGood }: { readonly isGood: (caller: Caller) => boolean },
): Sessions {
  const sessions = new Map<string, Session>()
  return {
    begin(caller) {
      const [silent] = sessions.keys()
      if (sessions.size >= maxSessions && silent !== undefined) sessions.delete(silent)
      const text = randomBytes(32).toString('base64url')
      const nowMs = clock.nowMs()
      sessions.set(keyOf(text), { caller, begunMs: nowMs, lastMs: nowMs })
      return text
    },
    callerOf(text) {
      const key = keyOf(text)
      const session = sessions.get(key)
      if (session === undefined) return undefined
      const nowMs = clock.nowMs()
      sessions.delete(key)
      const isOver = nowMs - session.lastMs >= sessionIdleMs || nowMs - session.begunMs >= longestMs
      if (isOver || !isGood(session.caller)) return undefined
      sessions.set(key, { ...session, lastMs: nowMs })
      return session.caller
    },
    end(text) {
      sessions.delete(keyOf(text))
    },
    list: () =>
      [...sessions]
        .map(([key, session]) => ({ id: idOf(key), ...session }))
        .filter(({ caller }) => isGood(caller))
        .toReversed(),
    endOf(id) {
      const key = [...sessions.keys()].find((each) => idOf(each) === id)
      return key !== undefined && sessions.delete(key)
    },
  }
}

/** A hash of the key, so that what is shown opens nothing. */
function idOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 16)
}

/** Sessions are found by a hash, so that how long the search takes tells nothing of their texts. */
function keyOf(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}
