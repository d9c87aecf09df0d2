import { setImmediate as nextTurn } from 'node:timers/promises'

/** Keeps long work from holding up everything else in the process. */
export interface Turns {
  /** Counts steps of work; every so many of them, others get their turn first. */
  take(steps: number): Promise<void> | undefined
}

/** Steps between two turns: some ten milliseconds of work. */
const stepsATurn = 20_000

/** Counts from zero. */
export function turns(): Turns {
  let taken = 0
  return {
    take(steps) {
      taken += steps
      if (taken < stepsATurn) return undefined
      taken = 0
      return nextTurn()
    },
  }
}
