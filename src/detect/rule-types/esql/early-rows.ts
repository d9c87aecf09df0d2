import type { EventDocument } from '#event'
import type { EsqlPlan } from '#query'
import type { Candidate, EarlyAnswers } from '../../rule-type.ts'
import { eventMsOf } from '../../execution/event-time.ts'
import { rowCandidate } from './esql-candidates.ts'

/** Of queries that look at each document by itself: its own time decides, and nothing needs remembering. */
export function earlyRows(plan: EsqlPlan): EarlyAnswers {
  return {
    async answer(events, search) {
      const { fromMs, toMs } = search.window
      const due = events.filter(({ source }) => {
        const ms = eventMsOf(source, search.time)
        return ms !== undefined && ms >= fromMs && ms <= toMs
      })
      const candidates: Candidate[] = []
      for await (const rows of plan.run(onePage(due))) {
        candidates.push(...rows.map((row) => rowCandidate(row, plan, search)))
      }
      return candidates
    },
  }
}

async function* onePage(
  events: readonly EventDocument[],
): AsyncGenerator<readonly EventDocument[]> {
  yield events
}
