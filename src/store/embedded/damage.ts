import type { Logger } from '#base'

/** Bytes of a file that cannot be read as what was written. */
export interface DamagedBytes {
  readonly path: string
  readonly start: number
  readonly bytes: number
  /** How many events they held, where that is known. */
  readonly events?: number
  /** Where a copy of them went. */
  readonly setAside?: string
}

/** Counts damage, and names each piece once. */
export interface Damage {
  report(damaged: DamagedBytes): void
  bytes(): number
}

/** Says it to the log, as a warning. */
export function damageReport(log: Logger): Damage {
  const seen = new Set<string>()
  let total = 0
  return {
    report: ({ path, start, bytes, events, setAside }) => {
      const place = `${path}:${start}`
      if (seen.has(place)) return
      seen.add(place)
      total += bytes
      log.warn('stored events are damaged and left out; all others are served', {
        path,
        start,
        bytes,
        events,
        setAside,
      })
    },
    bytes: () => total,
  }
}
