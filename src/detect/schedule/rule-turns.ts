import type { RuleUuid } from '#rule'

/** What is done of a rule, one thing after the other. */
export interface RuleTurns {
  /** Whether something is done of a rule, or waits for its turn. */
  isTaken(uuid: RuleUuid): boolean
  /** Does work of a rule, in the order of asking; what waits is given up when the signal says so. */
  take<T>(uuid: RuleUuid, work: () => Promise<T>, signal: AbortSignal): Promise<T>
  /** Resolves once everything of now is done, however it ended. */
  ended(): Promise<void>
}

/** Turns of no rule. `onFree` is told of each rule whose turn ended. */
export function ruleTurns(onFree: (uuid: RuleUuid) => void): RuleTurns {
  /** The last of what is done of a rule or waits. */
  const lastOf = new Map<RuleUuid, Promise<unknown>>()
  return {
    isTaken: (uuid) => lastOf.has(uuid),
    take<T>(uuid: RuleUuid, work: () => Promise<T>, signal: AbortSignal) {
      const before = lastOf.get(uuid)
      const afterwards = async (): Promise<T> => {
        await before?.catch(() => undefined)
        signal.throwIfAborted()
        return work()
      }
      const done = (before === undefined ? work() : afterwards()).finally(() => {
        if (lastOf.get(uuid) === done) lastOf.delete(uuid)
        onFree(uuid)
      })
      lastOf.set(uuid, done)
      return done
    },
    ended: async () => {
      await Promise.allSettled(lastOf.values())
    },
  }
}
