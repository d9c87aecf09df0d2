import { Fault, type Clock } from '#base'

/** Makes those wait who guess. */
export interface FailureBrake {
  /** Faults: `rate-limited` for an address that failed too often of late. */
  check(address: string): void
  note(address: string): void
}

const minuteMs = 60_000
const mostAMinute = 10
const maxAddresses = 10_000

/** A {@link FailureBrake}: ten failures a minute and address. Of more than 10,000 addresses the oldest are forgotten. */
export function failureBrake(clock: Clock): FailureBrake {
  const failures = new Map<string, { readonly sinceMs: number; readonly count: number }>()
  const current = (address: string) => {
    const found = failures.get(address)
    return found !== undefined && clock.nowMs() - found.sinceMs < minuteMs ? found : undefined
  }
  return {
    check(address) {
      if ((current(address)?.count ?? 0) < mostAMinute) return
      throw new Fault(
        'rate-limited',
        'auth.too-many-failures',
        'too many wrong attempts from this address: wait a minute',
      )
    },
    note(address) {
      const { sinceMs, count } = current(address) ?? { sinceMs: clock.nowMs(), count: 0 }
      failures.delete(address)
      const [oldest] = failures.keys()
      if (failures.size >= maxAddresses && oldest !== undefined) failures.delete(oldest)
      failures.set(address, { sinceMs, count: count + 1 })
    },
  }
}
