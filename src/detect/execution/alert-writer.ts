import { ancestryOf, comesFromRule, type Alert, type AlertBody, type AlertDraft } from '#alert'
import type { JsonObject } from '#base'
import type { Collection } from '#store'
import type { Candidate } from '../rule-type.ts'
import type { AlertBudget } from './budget.ts'

/** Stores the alerts of one window. */
export interface AlertWriter {
  /** Candidates without those whose alert is stored already, without repetitions, without loops. */
  fresh(candidates: readonly Candidate[]): Promise<readonly Candidate[]>
  /**
   * Makes alerts of fresh candidates as far as the budget reaches, in their order. `cut` says whether some
   * had to be left out.
   */
  write(
    candidates: readonly Candidate[],
  ): Promise<{ readonly created: number; readonly cut: boolean }>
  /** Milliseconds spent on storing so far. */
  readonly writeMs: number
}

/** What a writer works with. */
export interface AlertWriterParts {
  readonly alerts: Collection<AlertBody>
  readonly build: (draft: AlertDraft) => Alert
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
          (loopGuard === undefined || !comesFromRule(ancestryOf(candidate.event), loopGuard)),
      )
    },
    async write(candidates) {
      const granted = budget.take(candidates.length)
      const startMs = nowMs()
      const built = candidates.slice(0, granted).map(({ event, alertId, extras }) => {
        return build({ event, id: alertId, extras })
      })
      const created = built.length === 0 ? [] : await createAll(alerts, built, budget)
      writeMs += nowMs() - startMs
      if (created.length > 0) onCreated(created)
      return { created: created.length, cut: granted < candidates.length }
    },
  }
}

async function createAll(
  alerts: Collection<AlertBody>,
  built: readonly Alert[],
  budget: AlertBudget,
): Promise<readonly Alert[]> {
  try {
    const outcome = await alerts.create(built)
    const created = built.filter((_, i) => outcome[i] === true)
    budget.giveBack(built.length - created.length)
    return created
  } catch (thrown) {
    budget.giveBack(built.length)
    throw thrown
  }
}

/** Extras with further members on top. */
export function withExtras(candidate: Candidate, extras: JsonObject): Candidate {
  return { ...candidate, extras: { ...candidate.extras, ...extras } }
}
