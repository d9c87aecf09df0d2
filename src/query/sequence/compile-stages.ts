import { firstValueOf, type EventSource, type FieldName } from '#event'
import { compileFilter } from '../match/compile.ts'
import type { MatchContext, Matcher } from '../match/matcher.ts'
import type { EventQueryPlan, SequenceStagePlan } from '../plan/event-query-plan.ts'
import type { FilterPlan } from '../plan/filter-plan.ts'
import { joinKeysOf, type DocumentKeys } from './join-keys.ts'
import type { StagedEvent } from './sequence-match.ts'

/** An event as a store gives it: what it holds, and a number that rises with every event that arrives. */
export interface ArrivedEvent {
  readonly source: EventSource
  readonly sequence: number
}

/** What the stages of a plan are compiled against. */
export interface StageContext extends MatchContext {
  /** When an event happened, epoch milliseconds; undefined where it stands nowhere in time. */
  readonly timeMsOf: (source: EventSource) => number | undefined
  /** Which field orders events of the same time; absent: as they arrived. */
  readonly tiebreakerField?: FieldName
}

/** A plan whose events are joined by keys. */
export type JoinedPlan = Exclude<EventQueryPlan, { readonly kind: 'events' }>

/** Says which parts an event can play; undefined if it can play none, or stands nowhere in time. */
export type StageMatcher = <E extends ArrivedEvent>(event: E) => StagedEvent<E> | undefined

/** Compiles the stages of a plan. Those that ask the same, as runs do, are asked once an event. */
export function compileStages(plan: JoinedPlan, context: StageContext): StageMatcher {
  const tests = new Map<string, StageTest>()
  const numberOf = (stage: StagePlan) => {
    const text = textOf([stage.filter, stage.keys])
    const known = tests.get(text)
    if (known !== undefined) return known.number
    const number = tests.size
    tests.set(text, { number, matches: compileFilter(stage.filter, context), keys: stage.keys })
    return number
  }
  const stages = plan.stages.map(numberOf)
  const until = plan.kind === 'sequence' && plan.until !== undefined ? numberOf(plan.until) : -1
  const distinct = [...tests.values()]
  return (event) => {
    const found = distinct.map(({ matches, keys }) =>
      matches(event.source) ? joinKeysOf(event.source, keys, context.fields) : noKeys,
    )
    if (found.every(({ keys }) => keys.length === 0)) return undefined
    const timeMs = context.timeMsOf(event.source)
    if (timeMs === undefined) return undefined
    return {
      event,
      at: { timeMs, position: event.sequence, ...tiebreakerOf(event.source, context) },
      keysByStage: stages.map((number) => found[number]?.keys ?? []),
      untilKeys: found[until]?.keys ?? [],
      isCut: found.some(({ isCut }) => isCut),
    }
  }
}

/** The documents that can play some part in a plan: what has to be read of a store. */
export function filterOfStages(plan: JoinedPlan): FilterPlan {
  const until = plan.kind === 'sequence' && plan.until !== undefined ? [plan.until] : []
  const all: readonly StagePlan[] = [...plan.stages, ...until]
  const byText = new Map(all.map(({ filter }) => [textOf(filter), filter]))
  const [only, ...others] = byText.values()
  if (only === undefined) return { kind: 'none' }
  return others.length === 0 ? only : { kind: 'or', of: [only, ...others] }
}

type StagePlan = Pick<SequenceStagePlan, 'filter' | 'keys'>

interface StageTest {
  readonly number: number
  readonly matches: Matcher
  readonly keys: StagePlan['keys']
}

const noKeys: DocumentKeys = { keys: [], isCut: false }

function textOf(part: unknown): string {
  // Integers beyond doubles are big integers, which JSON has no words for.
  return JSON.stringify(part, (_, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value,
  )
}

function tiebreakerOf(
  source: EventSource,
  { tiebreakerField }: StageContext,
): Pick<StagedEvent<unknown>['at'], 'tiebreaker'> {
  const tiebreaker =
    tiebreakerField === undefined ? undefined : firstValueOf(source, tiebreakerField)
  return tiebreaker === undefined ? {} : { tiebreaker }
}
