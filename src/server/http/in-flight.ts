import { Fault, type Clock } from '#base'

/** How many requests of a kind are worked on at a time. */
export interface InFlight {
  /**
   * Waits for a place, unread, and gives what ends the stay there; calling that again does nothing. Those who
   * waited longest come first. Faults: `unavailable` when none comes free in time or the signal aborts.
   */
  enter(signal: AbortSignal): Promise<() => void>
}

/** An {@link InFlight} with `places`, for which others wait at most `waitMs`. */
export function inFlight({
  places,
  waitMs,
  clock,
}: {
  readonly places: number
  readonly waitMs: number
  readonly clock: Clock
}): InFlight {
  let free = places
  const waiting = new Set<() => void>()

  const leave = (): void => {
    const [next] = waiting
    if (next === undefined) free++
    else {
      waiting.delete(next)
      next()
    }
  }
  const once = (): (() => void) => {
    let inside = true
    return () => {
      if (inside) leave()
      inside = false
    }
  }

  return {
    async enter(signal) {
      if (free > 0) {
        free--
        return once()
      }
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.add(resolve)
      const patience = new AbortController()
      const tired = clock
        .sleep(waitMs, AbortSignal.any([signal, patience.signal]))
        .catch(() => undefined)
      await Promise.race([promise, tired])
      patience.abort()
      // Whoever is no longer in the set was given a place, even if the wait ended at the same moment.
      if (!waiting.delete(resolve)) return once()
      throw new Fault(
        'unavailable',
        'server.busy',
        `${places} requests of this kind are being worked on and none ended within ${waitMs} ms; send this one again`,
      )
    },
  }
}
