import { messageOf, uuidOf, type Clock, type Logger } from '#base'
import type { RuleUuid } from '#rule'
import type { Collection } from '#store'
import type { ExecutionOutcome } from '../execution/execute.ts'
import type { ExecutionRecord } from '../execution/execution-record.ts'
import type { Roster, RosterRule } from '../roster.ts'
import { patienceMs } from './due.ts'
import { lanes, slowAfterMs } from './lanes.ts'
import { ruleTurns } from './rule-turns.ts'

/** When a rule's last complete execution was due; epoch milliseconds. Kept so that a restart catches up. */
export type RuleState = { readonly previousStartedMs: number }

/** How rule states are kept: by rule uuid. */
export const ruleStateCollection = { name: 'rule_states', keys: {} } as const

/** Executes rules when they are due. */
export interface Scheduler {
  /** Begins; rules that have never run, and those that missed a due time, run at once. */
  start(): Promise<void>
  /** Ends running executions early and waits for them. */
  stop(): Promise<void>
  /** Executes an enabled rule now, once what is done of it and waits for it is over. Undefined where it is not enabled. */
  runNow(uuid: RuleUuid): Promise<ExecutionRecord | undefined>
  /** Does work of a rule, in the order of asking; nothing else of the rule begins meanwhile. */
  exclusively<T>(uuid: RuleUuid, work: () => Promise<T>): Promise<T>
  /** A rule was switched on: it runs at once and has nothing to catch up with. */
  enabled(uuid: RuleUuid): Promise<void>
  /** A rule was switched off or removed. */
  disabled(uuid: RuleUuid): Promise<void>
  /** The schedule's beat: looks for due rules. Called by itself; here for whoever moves the clock. */
  wake(): void
  /** Rules executing at this moment. */
  readonly running: number
}

/** What a scheduler works with. */
export interface SchedulerParts {
  readonly clock: Clock
  readonly logger: Logger
  readonly roster: Roster
  readonly states: Collection<RuleState>
  /** Quick executions at the same time; others wait, the one due longest first. Slow ones have room of their own. */
  readonly concurrency: number
  readonly execute: (
    rule: RosterRule,
    due: DueExecution,
    signal: AbortSignal,
  ) => Promise<ExecutionOutcome>
}

/** One execution that is due. */
export interface DueExecution {
  readonly uuid: string
  readonly startedAtMs: number
  readonly previousStartedAtMs?: number
}

/** The id of the execution of a rule that is due at a time: early answers bear it before it begins. */
export function executionUuidOf(uuid: RuleUuid, dueMs: number): string {
  return uuidOf('execution', uuid, String(dueMs))
}

/** The clock is looked at so often at least, so that a jump of it is noticed. */
const longestSleepMs = 30_000

/** What is known of one rule between executions. */
interface Progress {
  /** When the last complete execution was due; its successor catches up from there. */
  previousMs: number | undefined
  /** The last due time that was tried, complete or not. */
  triedMs: number | undefined
  /** When it is due after that, by the rule as it was then. */
  next: { readonly rule: RosterRule; readonly triedMs: number; readonly dueMs: number } | undefined
}

/** A rule that is due. */
interface DueRule {
  readonly rule: RosterRule
  readonly of: Progress
  readonly dueMs: number
}

/**
 * A {@link Scheduler}. An execution is due at a rule's own points of time and reads relative to them, not
 * to when it found room to run. A rule never overlaps itself: due times that pass while it runs are made
 * good by the windows that its next execution adds. When the clock has been set back behind the last
 * execution, the schedule goes on from the new time; what is read again is not told again.
 */
export function scheduler(parts: SchedulerParts): Scheduler {
  const { clock, logger, roster, states, concurrency, execute } = parts
  const progressOf = new Map<RuleUuid, Progress>()
  /**
   * Due executions do not wait here: a rule that is always due would leave no turn to anybody else. Kept
   * apart from a rule's progress, which switching it off and on begins anew.
   */
  const turns = ruleTurns((uuid) => {
    if (isDue(uuid)) wakeUp?.()
    else admit(crowdedOut)
  })
  const room = lanes({ clock, concurrency })
  /** Rules that were due and found no room, the one due longest first. */
  let crowdedOut: readonly DueRule[] = []
  let abort = new AbortController()
  let loop: Promise<void> | undefined
  let wakeUp: (() => void) | undefined

  const progress = async (uuid: RuleUuid): Promise<Progress> => {
    const known = progressOf.get(uuid)
    if (known !== undefined) return known
    const state = await states.get(uuid)
    const previousMs = state?.body.previousStartedMs
    const fresh = { previousMs, triedMs: previousMs, next: undefined }
    // Someone else may have asked meanwhile; there must be one progress a rule.
    const raced = progressOf.get(uuid) ?? fresh
    progressOf.set(uuid, raced)
    return raced
  }

  const dueMsOf = (rule: RosterRule, of: Progress, nowMs: number): number | undefined => {
    if (turns.isTaken(rule.installed.uuid)) return undefined
    if (of.triedMs === undefined) return nowMs
    if (of.triedMs > nowMs) {
      logger.warn('the clock was set back; the schedule goes on from the new time', {
        rule: rule.installed.rule.ruleId,
      })
      of.triedMs = rule.due.lastAt(nowMs)
      of.previousMs = of.triedMs
      return undefined
    }
    return nowMs < nextDueMs(rule, of, of.triedMs) ? undefined : rule.due.lastAt(nowMs)
  }

  const nextDueMs = (rule: RosterRule, of: Progress, triedMs: number): number => {
    if (of.next?.rule !== rule || of.next.triedMs !== triedMs) {
      of.next = { rule, triedMs, dueMs: rule.due.nextAfter(triedMs) }
    }
    return of.next.dueMs
  }

  const isDue = (uuid: RuleUuid): boolean => {
    const rule = roster.get(uuid)
    const of = progressOf.get(uuid)
    return (
      rule !== undefined && (of === undefined || dueMsOf(rule, of, clock.nowMs()) !== undefined)
    )
  }

  const inTurn = <T>(uuid: RuleUuid, work: () => Promise<T>): Promise<T> =>
    turns.take(uuid, work, abort.signal)

  /** One execution. Of a rule at a time only: whoever calls has the rule's turn. */
  const run = async (
    rule: RosterRule,
    of: Progress,
    startedAtMs: number,
  ): Promise<ExecutionRecord> => {
    of.triedMs = startedAtMs
    const { uuid } = rule.installed
    const due = {
      uuid: executionUuidOf(uuid, startedAtMs),
      startedAtMs,
      ...(of.previousMs === undefined ? {} : { previousStartedAtMs: of.previousMs }),
    }
    const leave = room.begin(rule)
    try {
      const { record, read } = await execute(rule, due, abort.signal)
      if (read !== 'whole' || progressOf.get(uuid) !== of) return record
      of.previousMs = startedAtMs
      await states.put(uuid, { previousStartedMs: startedAtMs })
      return record
    } finally {
      leave()
    }
  }

  /** Begins those that there is room for, in their order. */
  const admit = (due: readonly DueRule[]): void => {
    crowdedOut = []
    if (due.length === 0 || abort.signal.aborted) return
    room.sortOut()
    crowdedOut = due.filter((each) => isStillDue(each) && !beginIfRoom(each))
  }

  /** Whether nothing came between: another start of the rule, a change of it, an end. */
  const isStillDue = ({ rule, of, dueMs }: DueRule): boolean => {
    const { uuid } = rule.installed
    const isUntried = of.triedMs === undefined || of.triedMs < dueMs
    return roster.get(uuid) === rule && isUntried && !turns.isTaken(uuid)
  }

  const beginIfRoom = ({ rule, of, dueMs }: DueRule): boolean => {
    if (!room.hasRoomFor(rule)) return false
    inTurn(rule.installed.uuid, () => run(rule, of, dueMs)).catch((thrown: unknown) => {
      logger.error('an execution could not be recorded', {
        rule: rule.installed.rule.ruleId,
        reason: messageOf(thrown),
      })
    })
    return true
  }

  /** Begins what is due; gives the time at which to look again. */
  const beat = async (): Promise<number> => {
    const nowMs = clock.nowMs()
    const due: DueRule[] = []
    const rules = [...roster.rules()]
    let isPressing = crowdedOut.length > 0
    let againMs = nowMs + longestSleepMs
    for (const rule of rules) {
      const { uuid } = rule.installed
      const of = progressOf.get(uuid) ?? (await progress(uuid))
      const dueMs = dueMsOf(rule, of, nowMs)
      if (dueMs !== undefined) due.push({ rule, of, dueMs })
      // What is done of a rule tells when it is over.
      const nextMs = dueMs ?? (turns.isTaken(uuid) ? undefined : of.next?.dueMs)
      if (nextMs === undefined) continue
      const patientMs =
        of.triedMs === undefined ? nowMs : nextMs + patienceMs(rule.due, rules.length)
      if (patientMs > nowMs) againMs = Math.min(againMs, patientMs)
      else isPressing = true
    }
    if (isPressing) admit(due.toSorted((a, b) => a.dueMs - b.dueMs))
    return room.running > 0 ? Math.min(againMs, nowMs + slowAfterMs) : againMs
  }

  const beatForEver = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      let woken = false
      const called = new Promise<void>((resolve) => {
        wakeUp = () => {
          woken = true
          resolve()
        }
      })
      let againMs = clock.nowMs() + longestSleepMs
      try {
        againMs = await beat()
      } catch (thrown) {
        logger.error('looking for due rules failed', { reason: messageOf(thrown) })
      }
      if (woken) continue
      const nap = new AbortController()
      const slept = clock.sleep(
        Math.max(1, againMs - clock.nowMs()),
        AbortSignal.any([signal, nap.signal]),
      )
      await Promise.race([slept.catch(() => undefined), called])
      nap.abort()
    }
  }

  return {
    async start() {
      abort = new AbortController()
      loop = beatForEver(abort.signal)
    },
    async stop() {
      abort.abort(new Error('the engine is stopping'))
      wakeUp?.()
      await loop
      await turns.ended()
      crowdedOut = []
      progressOf.clear()
    },
    runNow: (uuid) =>
      inTurn(uuid, async () => {
        const of = await progress(uuid)
        const rule = roster.get(uuid)
        return rule === undefined ? undefined : run(rule, of, clock.nowMs())
      }),
    exclusively: inTurn,
    async enabled(uuid) {
      progressOf.delete(uuid)
      await states.delete(uuid)
      wakeUp?.()
    },
    async disabled(uuid) {
      progressOf.delete(uuid)
      await states.delete(uuid)
    },
    wake: () => wakeUp?.(),
    get running() {
      return room.running
    },
  }
}
