/** How many events were kept in each of the last sixty minutes. */
export interface ArrivalsByMinute {
  add(events: number, nowMs: number): void
  /** Oldest first; minutes without any are left out. */
  told(nowMs: number): readonly { readonly startMs: number; readonly events: number }[]
}

const minuteMs = 60_000
const minutesKept = 60

/** {@link ArrivalsByMinute} since now, in a place of fixed size. */
export function arrivalsByMinute(): ArrivalsByMinute {
  const places = Array.from({ length: minutesKept }, () => ({ minute: -1, events: 0 }))
  return {
    add(events, nowMs) {
      const minute = Math.floor(nowMs / minuteMs)
      const place = places[minute % minutesKept]
      if (place === undefined) return
      if (place.minute !== minute) Object.assign(place, { minute, events: 0 })
      place.events += events
    },
    told(nowMs) {
      const oldest = Math.floor(nowMs / minuteMs) - minutesKept + 1
      return places
        .filter(({ minute, events }) => minute >= oldest && events > 0)
        .toSorted((a, b) => a.minute - b.minute)
        .map(({ minute, events }) => ({ startMs: minute * minuteMs, events }))
    },
  }
}
