import type { Diagnostic } from '#base'
import type { EqlQuery, EqlSequence, EqlStage, EqlStatement } from './ast.ts'
import { slip } from './slips.ts'

/** What is wrong with a statement as a whole, whatever the fields are: its stages, join keys and pipes. */
export function structureProblems({ query, pipes }: EqlStatement): readonly Diagnostic[] {
  if (query.kind === 'events') return []
  if (query.kind === 'sequence') return [...seriesProblems(query), ...sequenceProblems(query)]
  const [pipe] = pipes
  const message = 'a sample takes no pipes'
  return [
    ...seriesProblems(query),
    ...sampleProblems(query),
    ...(pipe === undefined ? [] : [slip('sample-pipe', message, pipe.span)]),
  ]
}

type Series = Exclude<EqlQuery, { readonly kind: 'events' }>

function seriesProblems(series: Series): readonly Diagnostic[] {
  const stages = series.stages.reduce((sum, { runs }) => sum + runs, 0)
  const until = series.kind === 'sequence' ? series.until : undefined
  const [first, ...others] = series.stages
  const ofFirst = first?.keys.length ?? 0
  const odd = [...others, ...(until === undefined ? [] : [until])].find(
    ({ keys }) => keys.length !== ofFirst,
  )
  const problems: Diagnostic[] = []
  if (stages < 2) {
    const message = `a ${series.kind} needs at least two stages, but has ${stages}`
    const help = series.kind === 'sequence' ? 'add a stage, or with runs=2' : 'add a stage'
    problems.push(slip('too-few-stages', message, series.span, { help }))
  }
  if (odd !== undefined) {
    const own = series.keys.length
    const message = `the first stage is joined by ${own + ofFirst} keys, this one by ${own + odd.keys.length}`
    const help = 'give every stage, and until, the same number of keys'
    problems.push(slip('join-key-count', message, odd.span, { help }))
  }
  return problems
}

function sequenceProblems({ stages, maxSpan, until }: EqlSequence): readonly Diagnostic[] {
  const problems: Diagnostic[] = []
  const missing = stages.find(({ isMissing }) => isMissing)
  if (missing !== undefined && maxSpan === undefined) {
    const message =
      'an event that must be missing needs a maxspan: otherwise it might always still come'
    const help = 'write sequence … with maxspan=30s'
    problems.push(slip('missing-without-maxspan', message, missing.span, { help }))
  }
  if (missing !== undefined && stages.every(({ isMissing }) => isMissing)) {
    const message = 'a sequence needs at least one event that occurs'
    problems.push(slip('only-missing', message, missing.span))
  }
  if (until !== undefined) problems.push(...plainStage(until, 'the stage of until'))
  return problems
}

function sampleProblems({ keys, stages }: Series): readonly Diagnostic[] {
  const problems = stages.flatMap((stage) => plainStage(stage, 'a stage of a sample'))
  const [first] = stages
  if (first === undefined || keys.length + first.keys.length > 0) return problems
  const help = 'write sample by field'
  return [...problems, slip('sample-keys', 'a sample needs join keys', first.span, { help })]
}

/** What only the stages of a sequence may be. */
function plainStage({ isMissing, runs, span }: EqlStage, what: string): readonly Diagnostic[] {
  const problems: Diagnostic[] = []
  if (isMissing) problems.push(slip('missing-stage', `${what} cannot be a missing event`, span))
  if (runs > 1) problems.push(slip('runs', `${what} cannot have runs`, span))
  return problems
}
