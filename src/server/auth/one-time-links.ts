import { randomBytes } from 'node:crypto'
import type { Clock } from '#base'

/** Secrets that open one session each: how the owner of the data directory signs in to the page. */
export interface OneTimeLinks {
  /** A path of the page with a new secret, good once and for a quarter of an hour. */
  path(): string
  /** True the first time, while it is good. */
  take(secret: string): boolean
}

const lastsMs = 900_000
const maxOpen = 100

/** An {@link OneTimeLinks} in memory: links end with the server. Of more than a hundred the oldest end first. */
export function oneTimeLinks(clock: Clock): OneTimeLinks {
  const endsMs = new Map<string, number>()
  return {
    path() {
      const secret = randomBytes(24).toString('base64url')
      const [oldest] = endsMs.keys()
      if (endsMs.size >= maxOpen && oldest !== undefined) endsMs.delete(oldest)
      endsMs.set(secret, clock.nowMs() + lastsMs)
      return `/sign-in#${secret}`
    },
    take(secret) {
      const endMs = endsMs.get(secret)
      endsMs.delete(secret)
      return endMs !== undefined && clock.nowMs() < endMs
    },
  }
}
