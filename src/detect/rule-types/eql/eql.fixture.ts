import { eventAlertId, sequenceAlertIds, type AlertOwner } from '#alert'
import { ecsCatalogue, firstValueOf, type EventDocument } from '#event'
import {
  compareOrdinals,
  compileFilter,
  compileStages,
  eql,
  lowerEql,
  matchSamples,
  matchSequences,
  throughPipes,
  type JoinedPlan,
  type StagedEvent,
} from '#query'
import type { RuleWindow } from '#rule'
import { eventMsOf } from '../../execution/event-time.ts'

/** What an execution over a window must make of all events so far, in the order in which they were stored. */
export type Oracle = (events: readonly EventDocument[], window: RuleWindow) => readonly string[]

/** The ids of the alerts, of sequences those that stand for them: the slow and obvious reading of a query. */
export function oracleOf(
  query: string,
  {
    owner,
    maxAlerts = 100,
    tiebreakerField,
  }: {
    readonly owner: AlertOwner
    readonly maxAlerts?: number
    readonly tiebreakerField?: string
  },
): Oracle {
  const fields = ecsCatalogue()
  const statement = eql.parse(query)
  if (!statement.ok) throw new Error(JSON.stringify(statement.error))
  const plan = lowerEql(statement.value, { fields })
  const time = { primary: '@timestamp' }
  const timeMsOf = ({ source }: EventDocument) => eventMsOf(source, time) ?? Number.NaN
  const context = { fields, nowMs: 0 }
  return (events, window) => {
    const within = events
      .map((event, sequence) => ({ ...event, sequence }))
      .filter((event) => timeMsOf(event) >= window.fromMs && timeMsOf(event) <= window.toMs)
    if (plan.kind === 'events') {
      const matches = compileFilter(plan.filter, context)
      const placed = within
        .filter(({ source }) => matches(source))
        .map((event) => ({ event, at: placeOf(event) }))
        .toSorted((a, b) => compareOrdinals(a.at, b.at))
      return throughPipes(placed, plan.pipes, maxAlerts).map(({ event }) =>
        eventAlertId(event, owner),
      )
    }
    const stage = compileStages(plan, {
      ...context,
      timeMsOf: (source) => eventMsOf(source, time),
      ...(tiebreakerField === undefined ? {} : { tiebreakerField }),
    })
    return joined(
      plan,
      events.flatMap((event, sequence) => stage({ ...event, sequence }) ?? []),
      window,
    ).map((own) => sequenceAlertIds(own, owner).shell)
  }

  function placeOf(event: EventDocument & { readonly sequence: number }) {
    const tiebreaker =
      tiebreakerField === undefined ? undefined : firstValueOf(event.source, tiebreakerField)
    return {
      timeMs: timeMsOf(event),
      position: event.sequence,
      ...(tiebreaker === undefined ? {} : { tiebreaker }),
    }
  }

  function joined(
    joinedPlan: JoinedPlan,
    staged: readonly StagedEvent<EventDocument>[],
    { fromMs, toMs }: RuleWindow,
  ): readonly (readonly EventDocument[])[] {
    const known = staged.filter(({ at }) => at.timeMs <= toMs)
    if (joinedPlan.kind === 'sample') {
      const within = known.filter(({ at }) => at.timeMs >= fromMs)
      const samples = matchSamples(joinedPlan.stages.length, within, { size: maxAlerts })
      return samples.map(({ events }) => events)
    }
    // Of all that is known, what lies whole in the window, with the time in which nothing may precede.
    const beforeMs = joinedPlan.stages[0]?.isMissing === true ? (joinedPlan.maxSpanMs ?? 0) : 0
    const found = matchSequences(joinedPlan, known, { nowMs: toMs }).filter(
      ({ firstMs, lastAt }) => firstMs >= fromMs && lastAt.timeMs - beforeMs >= fromMs,
    )
    return throughPipes(found, joinedPlan.pipes, maxAlerts).map(({ events }) => events)
  }
}
