import { err, hasErrors, ok, unreachable, type Diagnostic, type Result } from '#base'
import type { FieldCatalogue } from '#event'
import {
  eql as language,
  filterOfStages,
  fromKibanaFilters,
  lowerEql,
  type EventQueryPlan,
  type FilterPlan,
  type JoinedPlan,
} from '#query'
import { shortLookBack, type EqlParams, type Rule } from '#rule'
import { limitMessages } from '../../execution/message.ts'
import type { Candidate, RuleType, RunnableRule, WindowSearch } from '../../rule-type.ts'
import { earlyEvents } from '../event-candidate.ts'
import { existing } from '../existing.ts'
import { earlySequences, isAnsweredEarly } from './early-sequences.ts'
import { eventCandidates } from './event-candidates.ts'
import { joinedCandidates } from './joined-candidate.ts'
import type { Ordering } from './ordering.ts'
import { samplesIn } from './samples-in.ts'
import { sequenceStream } from './sequence-stream.ts'
import { sequencesIn } from './sequences-in.ts'

/** Single events, series of events in their order, or groups of events in any order. */
export const eql: RuleType = {
  id: 'eql',
  title: 'Event Correlation',
  compile(rule, fields) {
    const { params } = rule
    if (params.type !== 'eql') return err([])
    const plan = planOf(params, fields)
    const filters = fromKibanaFilters(params.filters)
    if (!plan.ok || !filters.ok) {
      return err([plan, filters].flatMap((each) => (each.ok ? [] : each.error)))
    }
    return ok(runnableOf(rule, params, { plan: plan.value, filters: filters.value }))
  },
}

function planOf(
  { query, eventCategoryOverride: categoryField }: EqlParams,
  fields: FieldCatalogue,
): Result<EventQueryPlan, readonly Diagnostic[]> {
  const options = categoryField === undefined ? {} : { categoryField }
  const statement = language.parse(query)
  if (!statement.ok) return statement
  const problems = language.check(statement.value, fields, { unknownFields: 'warning', ...options })
  if (hasErrors(problems)) return err(problems.filter(({ severity }) => severity === 'error'))
  return ok(lowerEql(statement.value, { fields, ...options }))
}

function runnableOf(
  rule: Rule,
  { timestampField, tiebreakerField, alertSuppression: suppression, ...params }: EqlParams,
  { plan, filters }: { readonly plan: EventQueryPlan; readonly filters: FilterPlan },
): RunnableRule {
  const ordering = {
    ...(timestampField === undefined ? {} : { timestampField }),
    ...(tiebreakerField === undefined ? {} : { tiebreakerField }),
  }
  const query = plan.kind === 'events' ? plan.filter : filterOfStages(plan)
  const tooShort = plan.kind === 'sequence' ? shortLookBack(rule, plan.maxSpanMs) : undefined
  return {
    source: params,
    filter: { kind: 'and', of: [query, filters] },
    ...(suppression === undefined ? {} : { suppression }),
    suppressionManner: 'in-memory',
    readsDocuments: false,
    guardsAgainstLoops: true,
    async *candidates(search) {
      if (tooShort !== undefined) search.warn('maxspan_beyond_look_back', tooShort)
      search.noteSearch('findDocuments')
      let count = 0
      for await (const page of candidatesOf(plan, ordering, search)) {
        count += page.length
        yield page
      }
      if (count < search.maxAlerts) return
      const kind = suppression === undefined ? 'max_alerts' : 'suppression_max_alerts'
      search.warn(kind, limitMessages[kind])
    },
    ...(plan.kind === 'events' ? {} : { needs: needsOf(plan, filters) }),
    ...capabilitiesOf(plan, ordering),
  }
}

/** Each stage needs an event that passes it, has its keys and is not filtered out, but for those that none may pass. */
function needsOf(plan: JoinedPlan, filters: FilterPlan): readonly FilterPlan[] {
  const stages =
    plan.kind === 'sample' ? plan.stages : plan.stages.filter(({ isMissing }) => !isMissing)
  return stages.map(({ filter, keys }) => ({
    kind: 'and',
    of: [
      filter,
      ...keys.filter(({ isOptional }) => !isOptional).map(({ field }) => existing(field)),
      filters,
    ],
  }))
}

async function* candidatesOf(
  plan: EventQueryPlan,
  ordering: Ordering,
  search: WindowSearch,
): AsyncGenerator<readonly Candidate[]> {
  switch (plan.kind) {
    case 'events':
      yield await eventCandidates(search, { ...ordering, pipes: plan.pipes })
      return
    case 'sequence':
      yield* joinedCandidates(await sequencesIn(search, { ...ordering, plan }), search)
      return
    case 'sample':
      yield* joinedCandidates(await samplesIn(search, { ...ordering, plan }), search)
      return
    default:
      unreachable(plan)
  }
}

function capabilitiesOf(
  plan: EventQueryPlan,
  ordering: Ordering,
): Pick<RunnableRule, 'alertsOnEachEvent' | 'holdsMuch' | 'earlyAnswers' | 'sequenceStream'> {
  if (plan.kind === 'events' && plan.pipes.length === 0) {
    return { alertsOnEachEvent: true, earlyAnswers: () => earlyEvents }
  }
  if (!isAnsweredEarly(plan, ordering)) return { holdsMuch: true }
  const question = { ...ordering, plan }
  return {
    holdsMuch: true,
    earlyAnswers: (nowMs) => earlySequences(question, nowMs),
    sequenceStream: (search) => sequenceStream(question, search),
  }
}
