import { ancestryOf, comesFromRule, type Alert, type AlertBody, type AlertBuilder } from '#alert'
import type { JsonObject } from '#base'
import type { Collection } from '#store'
import type { Candidate } from '../rule-type.ts'
import type { AlertBudget } from './budget.ts'

/** Stores the alerts of one window. */
export interface AlertWriter {
  /** Candidates without those whose alert is stored already, without repetitions, without loops. */
  fresh(candidates: readonly Candidate[]): Promise<readonly Candidate[]>
  /**
   * Makes alerts of fresh candidates as far as the budget reaches, in their order; a sequence takes one of
   * it, whatever the number of its building blocks.
   */
  write(candidates: readonly Candidate[]): Promise<Written>
  /** Milliseconds spent on storing so far. */
  readonly writeMs: number
}

/** What writing candidates came to. */
export interface Written {
  /** Alerts stored, building blocks with them. */
  readonly created: number
  /** Candidates whose alert was stored. */
  readonly told: number
  /** Those that had to be left out for want of budget. */
  readonly left: readonly Candidate[]
}

/** What a writer works with. */
export interface AlertWriterParts {
  readonly alerts: Collection<AlertBody>
  readonly build: AlertBuilder
  readonly budget: AlertBudget
  /** Alerts on alerts of this rule are dropped. */
  readonly loopGuard: string | undefined
  readonly onCreated: (alerts: readonly Alert[]) => void
  readonly nowMs: () => number
}

/** An {@link AlertWriter}. An alert that somebody else stored meanwhile is no error and not counted. */
export function alertWriter(parts: AlertWriterParts): AlertWriter {
  const { alerts, build, budget, loopGuard, onCreated, nowMs } = parts
  let writeMs = 0
  return {
    get writeMs() {
      return writeMs
    },
    async fresh(candidates) {
      const byId = new Map(candidates.toReversed().map((each) => [each.alertId, each]))
      const stored = await alerts.existing([...byId.keys()])
      return candidates.filter(
        (candidate) =>
          byId.get(candidate.alertId) === candidate &&
          !stored.has(candidate.alertId) &&
          (loopGuard === undefined || !isLoop(candidate, loopGuard)),
      )
    },
    async write(candidates) {
      const granted = budget.take(candidates.length)
      const startMs = nowMs()
      const drafts = candidates.slice(0, granted)
      const built = drafts.flatMap((candidate) => alertsOf(candidate, build))
      const stored = await storedOf(built, alerts, () => budget.giveBack(granted))
      writeMs += nowMs() - startMs
      const ids = new Set(stored.map(({ id }) => id))
      const told = drafts.filter(({ alertId }) => ids.has(alertId)).length
      budget.giveBack(granted - told)
      if (stored.length > 0) onCreated(stored)
      return { created: stored.length, told, left: candidates.slice(granted) }
    },
  }
}

function isLoop({ event, sequence }: Candidate, ruleUuid: string): boolean {
  const events = sequence === undefined ? [event] : sequence.events
  return events.some((each) => comesFromRule(ancestryOf(each), ruleUuid))
}

/** Of a sequence its building blocks first: where storing breaks off between them, it is made again. */
function alertsOf(
  { event, alertId, extras, sequence }: Candidate,
  build: AlertBuilder,
): readonly Alert[] {
  return sequence === undefined
    ? [build.ofEvent({ event, id: alertId, extras })]
    : build.ofSequence({ ...sequence, extras })
}

/** The alerts that were not stored before. */
async function storedOf(
  built: readonly Alert[],
  alerts: Collection<AlertBody>,
  onFailure: () => void,
): Promise<readonly Alert[]> {
  if (built.length === 0) return []
  try {
    const outcome = await alerts.create(built)
    return built.filter((_, i) => outcome[i] === true)
  } catch (thrown) {
    onFailure()
    throw thrown
  }
}

/** Extras with further members on top. */
export function withExtras(candidate: Candidate, extras: JsonObject): Candidate {
  return { ...candidate, extras: { ...candidate.extras, ...extras } }
}
