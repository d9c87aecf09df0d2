import { setImmediate as nextTurn } from 'node:timers/promises'
import { messageOf, type Clock, type Logger } from '#base'
import type { RuleUuid } from '#rule'
import type { Collection } from '#store'
import type { ExecutionOutcome } from '../execution/execute.ts'
import type { Roster, RosterRule } from '../roster.ts'
import { ended, isOver, withExecution, type ManualRun } from './manual-run.ts'
import { firstStartAfter } from './manual-starts.ts'
import { liveRuns, startsOfRun } from './manual-runs.ts'

/** Makes the executions of manual runs, in the background. */
export interface ManualRunner {
  /** Goes on with the runs that are not over. */
  start(): Promise<void>
  /** Ends the executions at hand; the runs go on when it is started again. */
  stop(): Promise<void>
  /** A run was added. */
  add(run: ManualRun): void
  /** Resolves once nothing is left to be made, or the runner was stopped. */
  idle(): Promise<void>
}

/** What a runner works with. */
export interface ManualRunnerParts {
  readonly runs: Collection<ManualRun>
  readonly roster: Roster
  readonly clock: Clock
  readonly logger: Logger
  /** Does work of a rule in its turn. */
  readonly exclusively: (
    uuid: RuleUuid,
    work: () => Promise<ExecutionOutcome>,
  ) => Promise<ExecutionOutcome>
  readonly execute: (
    rule: RosterRule,
    run: ManualRun,
    at: { readonly startedAtMs: number; readonly signal: AbortSignal },
  ) => Promise<ExecutionOutcome>
}

/** So many manual runs are made at a time; the schedule has room for many more. */
const manualRoom = 2

/** A {@link ManualRunner} that has not begun. */
export function manualRunner(parts: ManualRunnerParts): ManualRunner {
  const { runs, logger } = parts
  let abort: AbortController | undefined
  let waiting: string[] = []
  const running = new Map<string, Promise<void>>()

  const begin = (): void => {
    if (abort === undefined) return
    const { signal } = abort
    while (running.size < manualRoom) {
      const id = waiting.shift()
      if (id === undefined) return
      const made = make(parts, id, signal)
        .catch((thrown: unknown) => {
          if (signal.aborted) return
          logger.error('a manual run could not go on; it will when the engine starts again', {
            run: id,
            reason: messageOf(thrown),
          })
        })
        .finally(() => {
          running.delete(id)
          begin()
        })
      running.set(id, made)
    }
  }

  return {
    async start() {
      abort = new AbortController()
      waiting = (await liveRuns(runs)).map(({ id }) => id)
      begin()
    },
    async stop() {
      abort?.abort(new Error('the engine is stopping'))
      abort = undefined
      waiting = []
      await Promise.all(running.values())
    },
    add({ id }) {
      if (abort === undefined) return
      waiting.push(id)
      begin()
    },
    async idle() {
      while (running.size > 0) await Promise.all(running.values())
    },
  }
}

/** Makes one run to its end, or until it is told to stop. */
async function make(parts: ManualRunnerParts, id: string, signal: AbortSignal): Promise<void> {
  const { runs, roster, exclusively, execute } = parts
  while (!signal.aborted) {
    const run = (await runs.get(id))?.body
    if (run === undefined || isOver(run)) return
    const rule = roster.get(run.ruleUuid)
    if (rule === undefined) {
      return end(parts, id, { state: 'canceled', reason: 'the rule was switched off or removed' })
    }
    const starts = startsOfRun(rule.installed, run)
    if (!starts.ok) return end(parts, id, { state: 'failed', reason: starts.error })
    const startedAtMs = firstStartAfter(starts.value, run.doneToMs ?? undefined)
    if (startedAtMs === undefined) return end(parts, id, { state: 'finished', reason: null })
    if (run.state === 'waiting') await runs.update(id, asRunning)
    const { record, read } = await exclusively(run.ruleUuid, () =>
      execute(roster.get(run.ruleUuid) ?? rule, run, { startedAtMs, signal }),
    )
    // What was ended from outside is made again.
    if (signal.aborted && read !== 'whole') return
    await runs.update(id, (now) => withExecution(now, startedAtMs, record))
    if (read === 'refused') {
      const reason = record.errors[0]?.message ?? 'the rule cannot run'
      return end(parts, id, { state: 'failed', reason })
    }
    // Executions of the rule that are due meanwhile take their turn before the next one.
    await nextTurn()
  }
}

function asRunning(run: ManualRun): ManualRun {
  return isOver(run) ? run : { ...run, state: 'running' }
}

async function end(
  { runs, clock }: Pick<ManualRunnerParts, 'runs' | 'clock'>,
  id: string,
  how: Omit<Parameters<typeof ended>[1], 'nowMs'>,
): Promise<void> {
  const nowMs = clock.nowMs()
  await runs.update(id, (run) => (isOver(run) ? run : ended(run, { ...how, nowMs })))
}
