import type { FieldCatalogue, FieldName } from '#event'
import type { EventQueryPlan, SequenceStagePlan } from '../plan/event-query-plan.ts'
import type { FilterPlan } from '../plan/filter-plan.ts'
import type { EqlFilter, EqlJoinKey, EqlQuery, EqlStage, EqlStatement } from './ast.ts'
import { exactName } from './exact-field.ts'
import { conditionPlan } from './lower-condition.ts'
import { allOf } from './lower-parts.ts'

/** What a statement is lowered for. */
export interface EqlLowerOptions {
  /** The types of the fields: what equals what depends on them. */
  readonly fields: FieldCatalogue
  /** Where events carry their category; `event.category` unless a rule says otherwise. */
  readonly categoryField?: FieldName
}

/**
 * The plan of a statement that the check has no errors for; of another one some plan, in which what makes no
 * sense is never true. Conditions on plain fields become the leaves that other languages lower to.
 */
export function lowerEql({ query, pipes }: EqlStatement, options: EqlLowerOptions): EventQueryPlan {
  if (query.kind === 'events') {
    return { kind: 'events', filter: filterPlan(query.filter, options), pipes: pipesOf(pipes) }
  }
  const stages = query.stages.flatMap((stage) => {
    const plan = stagePlan(stage, query, options)
    return Array.from({ length: stage.runs }, () => plan)
  })
  if (query.kind === 'sample') {
    return { kind: 'sample', stages: stages.map(({ filter, keys }) => ({ filter, keys })) }
  }
  const { maxSpan, until } = query
  return {
    kind: 'sequence',
    stages,
    ...(until === undefined ? {} : { until: stagePlan(until, query, options) }),
    ...(maxSpan === undefined ? {} : { maxSpanMs: maxSpan.ms }),
    pipes: pipesOf(pipes),
  }
}

function pipesOf(pipes: EqlStatement['pipes']) {
  return pipes.map(({ kind, count }) => ({ kind, count }))
}

type Series = Exclude<EqlQuery, { readonly kind: 'events' }>

function stagePlan(stage: EqlStage, series: Series, options: EqlLowerOptions): SequenceStagePlan {
  const keys = [...series.keys, ...stage.keys]
  return {
    filter: filterPlan(stage.filter, options),
    keys: keys.map(({ field, isOptional }: EqlJoinKey) => ({
      field: exactName(field, options.fields),
      isOptional,
    })),
    isMissing: stage.isMissing,
  }
}

function filterPlan({ category, condition }: EqlFilter, options: EqlLowerOptions): FilterPlan {
  const { fields, categoryField = 'event.category' } = options
  const plan = conditionPlan(condition, fields)
  if (category === undefined) return plan
  const name = exactName(categoryField, fields)
  const field = { kind: 'field', name } as const
  const literal = { value: category.value, quoted: true }
  return allOf([{ kind: 'match', field, literal }, plan])
}
