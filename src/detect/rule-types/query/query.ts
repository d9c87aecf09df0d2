import { err, ok } from '#base'
import { eventsOfWindow } from '../../execution/window-events.ts'
import type { Candidate, RuleType, RunnableRule, WindowSearch } from '../../rule-type.ts'
import { candidateOf, earlyEvents } from '../event-candidate.ts'
import { ruleFilterOf } from '../rule-filter.ts'
import type { FilterPlan } from '#query'
import type { QueryParams, SavedQueryParams } from '#rule'

/** Every event that matches a query. */
export const query: RuleType = {
  id: 'query',
  title: 'Custom Query',
  compile({ params }) {
    if (params.type !== 'query') return err([])
    const filter = ruleFilterOf(params)
    return filter.ok ? ok(runnableQuery(params, filter.value)) : filter
  },
}

/** A rule that alerts on every event which passes a filter. */
export function runnableQuery(
  params: QueryParams | SavedQueryParams,
  filter: FilterPlan,
): RunnableRule {
  return {
    source: params,
    filter,
    ...(params.alertSuppression === undefined ? {} : { suppression: params.alertSuppression }),
    suppressionManner: 'by-search',
    readsDocuments: true,
    guardsAgainstLoops: true,
    alertsOnEachEvent: true,
    candidates: queryCandidates,
    earlyAnswers: () => earlyEvents,
  }
}

/** Matching events, oldest first, in pages of at most 100. */
async function* queryCandidates(search: WindowSearch): AsyncGenerator<readonly Candidate[]> {
  search.noteSearch('findDocuments')
  const size = Math.min(search.maxAlerts, 100)
  for await (const page of eventsOfWindow(search)) {
    for (let at = 0; at < page.length; at += size) {
      yield page.slice(at, at + size).flatMap((event) => candidateOf(event, search))
    }
  }
}
