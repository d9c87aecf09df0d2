import type { EqlFilter, EqlJoinKey, EqlQuery, EqlSequence, EqlStage, EqlStatement } from '#query'
import { eachChanged, lifted, type Changed } from './changed.ts'
import { conditionMutants } from './eql-condition-mutants.ts'

type Series = Exclude<EqlQuery, { readonly kind: 'events' }>

/**
 * Every statement with one change: of a condition, as {@link conditionMutants} has them; the category, a join
 * key, a stage, the time limit or until dropped; two stages exchanged, a missing event asked for, the time
 * halved or doubled, one run more or less. Some cannot be run: too few stages, nothing that limits the time.
 */
export function eqlMutants(statement: EqlStatement): readonly Changed<EqlStatement>[] {
  return lifted(queryMutants(statement.query), (query) => ({ ...statement, query }))
}

function queryMutants(query: EqlQuery): readonly Changed<EqlQuery>[] {
  if (query.kind === 'events') {
    return lifted(filterMutants(query.filter), (filter) => ({ ...query, filter }))
  }
  return [
    ...lifted(eachDropped(query.keys), (keys) => ({ ...query, keys })),
    ...stageKeyMutants(query),
    ...(query.kind === 'sequence' ? sequenceMutants(query) : []),
    ...query.stages.map((_, at) => ({
      change: `drop stage ${at + 1}`,
      part: { ...query, stages: query.stages.toSpliced(at, 1) },
    })),
    ...lifted(eachChanged(query.stages, stageMutants), (stages) => ({ ...query, stages })),
  ]
}

function eachDropped(keys: readonly EqlJoinKey[]): readonly Changed<readonly EqlJoinKey[]>[] {
  return keys.map(({ field }, at) => ({
    change: `drop the key ${field}`,
    part: keys.toSpliced(at, 1),
  }))
}

/** Keys of stages fall together: every stage has as many. */
function stageKeyMutants(series: Series): readonly Changed<Series>[] {
  const [first] = series.stages
  return (first?.keys ?? []).map(({ field }, at) => ({
    change: `drop the key ${field} of the stages`,
    part: withStages(series, (stage) => ({ ...stage, keys: stage.keys.toSpliced(at, 1) })),
  }))
}

function withStages(series: Series, change: (stage: EqlStage) => EqlStage): Series {
  const stages = series.stages.map(change)
  if (series.kind === 'sample' || series.until === undefined) return { ...series, stages }
  return { ...series, stages, until: change(series.until) }
}

function sequenceMutants(sequence: EqlSequence): readonly Changed<EqlSequence>[] {
  const { maxSpan, stages, until } = sequence
  return [
    ...lifted(spanMutants(maxSpan), (changed) => ({ ...sequence, maxSpan: changed })),
    ...stages.slice(1).map((stage, before) => ({
      change: `exchange stages ${before + 1} and ${before + 2}`,
      part: {
        ...sequence,
        stages: stages.toSpliced(before, 2, stage, ...stages.slice(before, before + 1)),
      },
    })),
    ...(until === undefined
      ? []
      : [
          { change: 'no until', part: { ...sequence, until: undefined } },
          ...lifted(filterMutants(until.filter), (filter) => ({
            ...sequence,
            until: { ...until, filter },
          })),
        ]),
  ]
}

function spanMutants(maxSpan: EqlSequence['maxSpan']): readonly Changed<EqlSequence['maxSpan']>[] {
  if (maxSpan === undefined) return []
  const { ms } = maxSpan
  return [
    { change: 'no maxspan', part: undefined },
    { change: 'half the maxspan', part: { ...maxSpan, ms: Math.ceil(ms / 2) } },
    { change: 'twice the maxspan', part: { ...maxSpan, ms: ms * 2 } },
  ]
}

function stageMutants(stage: EqlStage): readonly Changed<EqlStage>[] {
  const { runs, isMissing, filter } = stage
  const counts = runs === 1 ? [] : [runs - 1, runs + 1]
  return [
    ...(isMissing
      ? [{ change: 'ask for the missing event', part: { ...stage, isMissing: false } }]
      : []),
    ...counts.map((count) => ({
      change: `runs=${count} for ${runs}`,
      part: { ...stage, runs: count },
    })),
    ...lifted(filterMutants(filter), (changed) => ({ ...stage, filter: changed })),
  ]
}

function filterMutants(filter: EqlFilter): readonly Changed<EqlFilter>[] {
  const { category, condition } = filter
  const any =
    category === undefined
      ? []
      : [{ change: `any for ${category.value}`, part: { ...filter, category: undefined } }]
  return [
    ...any,
    ...lifted(conditionMutants(condition), (changed) => ({ ...filter, condition: changed })),
  ]
}
