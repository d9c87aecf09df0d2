import type { Clock } from '#base'
import type { RuleUuid } from '#rule'
import type { RosterRule } from '../roster.ts'

/** Room for executions, so that slow ones never take it from quick ones. */
export interface Lanes {
  /** Whether there is room for one more execution of a rule's kind and usual pace. */
  hasRoomFor(rule: RosterRule): boolean
  /** An execution begins, whether there is room or not. What is given back tells that it is over. */
  begin(rule: RosterRule): () => void
  /** Makes room: what has been running for long gives up its place among the quick. */
  sortOut(): void
  /** Executions at this moment. */
  readonly running: number
}

/** How wide the lanes are. */
export interface LaneOptions {
  readonly clock: Pick<Clock, 'nowMs'>
  /** Quick executions at the same time. */
  readonly concurrency: number
}

/** An execution that has been running for so long is slow, and so is the next one of its rule to begin with. */
export const slowAfterMs = 2_000

/** Slow executions at the same time; with more of them, further ones keep their places among the quick. */
const slowRoom = 32

/** Of those that may hold much in memory so many run at a time in each lane. */
const largeRoom = 4

interface Running {
  readonly sinceMs: number
  readonly isLarge: boolean
  isSlow: boolean
}

/** {@link Lanes} with nothing in them. */
export function lanes({ clock, concurrency }: LaneOptions): Lanes {
  const running = new Set<Running>()
  /** Rules whose last execution was slow. */
  const slowRules = new Set<RuleUuid>()

  const hasRoom = ({ isSlow, isLarge }: Pick<Running, 'isSlow' | 'isLarge'>): boolean => {
    let taken = 0
    let takenByLarge = 0
    for (const each of running) {
      if (each.isSlow !== isSlow) continue
      taken++
      if (each.isLarge) takenByLarge++
    }
    const room = isSlow ? slowRoom : concurrency
    return taken < room && (!isLarge || takenByLarge < largeRoom)
  }

  return {
    hasRoomFor: (rule) =>
      hasRoom({ isSlow: slowRules.has(rule.installed.uuid), isLarge: isLarge(rule) }),
    begin(rule) {
      const { uuid } = rule.installed
      const sinceMs = clock.nowMs()
      const own = { sinceMs, isLarge: isLarge(rule), isSlow: slowRules.has(uuid) }
      running.add(own)
      return () => {
        running.delete(own)
        if (clock.nowMs() - sinceMs >= slowAfterMs) slowRules.add(uuid)
        else slowRules.delete(uuid)
      }
    },
    sortOut() {
      const nowMs = clock.nowMs()
      for (const each of running) {
        if (each.isSlow || nowMs - each.sinceMs < slowAfterMs) continue
        each.isSlow = hasRoom({ ...each, isSlow: true })
      }
    },
    get running() {
      return running.size
    },
  }
}

function isLarge({ runnable }: RosterRule): boolean {
  return runnable.ok && runnable.value.holdsMuch === true
}
