import { Fault } from '#base'

/** How many bulk requests are worked on at a time; each holds a batch and a line at the most. */
export interface InFlight {
  /** Lets one in and gives what ends its stay. Faults: `unavailable` when the house is full. */
  enter(): () => void
  count(): number
}

/** An {@link InFlight} for at most `limit` requests. */
export function inFlight(limit: number): InFlight {
  let count = 0
  return {
    enter() {
      if (count >= limit) {
        throw new Fault(
          'unavailable',
          'server.busy',
          `${limit} bulk requests are being worked on; send this one again after a second`,
        )
      }
      count++
      let inside = true
      return () => {
        if (inside) count--
        inside = false
      }
    },
    count: () => count,
  }
}
