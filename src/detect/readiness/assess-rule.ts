import type { Diagnostic } from '#base'
import { compileIndexPatterns } from '#event'
import type { FilterPlan } from '#query'
import type { Rule } from '#rule'
import type { TimeFields } from '#store'
import { timeFieldsOf } from '../execution/event-time.ts'
import { withoutIdentity } from '../execution/identity-fields.ts'
import { indicesOf } from '../execution/preflight.ts'
import { readyRule } from '../execution/ready-rule.ts'
import type { DetectionWorld } from '../execution/world.ts'
import { existing } from '../rule-types/existing.ts'
import { compileRule } from '../rule-types.ts'
import type { RunnableRule } from '../rule-type.ts'
import {
  isFresh,
  learningReason,
  noDataReason,
  nothingToCompareReason,
  oldDataReason,
  requiredFieldReason,
  sourceOffReason,
  textReason,
  unmetReasons,
  plainReason,
} from './reasons.ts'
import {
  reasonCodes,
  type DataSource,
  type ReadinessReason,
  type RuleReadiness,
} from './readiness.ts'
import type { StoreKnowledge } from './store-knowledge.ts'
import { unmetNeeds, type UnmetNeed } from './unmet-needs.ts'

/** What readiness is judged against. */
export interface ReadinessWorld extends Pick<
  DetectionWorld,
  'reader' | 'fields' | 'savedQueries' | 'dataViews' | 'defaultIndices'
> {
  readonly nowMs: number
  readonly knowledge: StoreKnowledge
  readonly sources: readonly DataSource[]
}

/** Whether one rule can fire on what the store holds, and why not. */
export async function assessRule(rule: Rule, world: ReadinessWorld): Promise<RuleReadiness> {
  const runnable = await readyRule(compileRule(rule, world.fields), world.savedQueries)
  if (!runnable.ok) return doesNotRun(runnable.error)
  const problem = runnable.value.problemAt?.(world.nowMs)
  if (problem !== undefined) return blockedBy(plainReason(reasonCodes.historyWindow, problem))
  const { source } = runnable.value
  const patterns = indicesOf(source, world)
  if (patterns === undefined) {
    const message = `there is no data view ${source.dataViewId}`
    return blockedBy(plainReason(reasonCodes.dataViewMissing, message))
  }
  const { knowledge, nowMs } = world
  const indices = await knowledge.indicesOf(patterns)
  const reasons =
    indices.length === 0
      ? [
          noDataReason(patterns, rule),
          ...sourcesOf(patterns, world).map((each) => sourceOffReason(each, 'blocks')),
        ]
      : [
          ...(await lackingNeeds(rule, { runnable: runnable.value, indices, world })),
          ...(await lackingCompanions(runnable.value, world)),
          ...oldDataReason(knowledge.spanOf(indices), nowMs),
          ...missingSources(indices, world).map((each) => sourceOffReason(each, 'doubt')),
          ...(await lackingRequiredFields(rule, indices, world)),
        ]
  const historyStartMs = runnable.value.historyStartMs?.(nowMs)
  const learning = learningReason(knowledge.spanOf(indices), { historyStartMs, nowMs })
  const isBlocked = reasons.some(({ weight }) => weight === 'blocks')
  return {
    verdict: isBlocked ? 'cannot-fire' : learning === undefined ? 'could-fire' : 'learning',
    reasons: [...reasons, ...(learning === undefined ? [] : [learning.reason])],
    indices,
    patternsWithoutData: await withoutData(patterns, knowledge),
    ...(learning === undefined ? {} : { learnsUntilMs: learning.untilMs }),
  }
}

function doesNotRun(diagnostics: readonly Diagnostic[]): RuleReadiness {
  return { ...blockedBy(...diagnostics.map(textReason)) }
}

function blockedBy(...reasons: readonly ReadinessReason[]): RuleReadiness {
  return { verdict: 'cannot-fire', reasons, indices: [], patternsWithoutData: [] }
}

/** The sources with a problem that write what patterns mean. */
function sourcesOf(
  patterns: readonly string[],
  { sources }: ReadinessWorld,
): readonly DataSource[] {
  const means = compileIndexPatterns(patterns)
  return sources.filter(({ indices }) => indices.some(means))
}

/** The sources with a problem whose events some indices have, and miss. */
function missingSources(
  indices: readonly string[],
  { sources, knowledge, nowMs }: ReadinessWorld,
): readonly DataSource[] {
  return sources.filter((source) => {
    const own = indices.filter((index) => source.indices.includes(index))
    return own.length > 0 && !(source.isSilent && isFresh(knowledge.spanOf(own), nowMs))
  })
}

/** Why no event of any index passes one of the filters that some event must pass. */
async function lackingNeeds(
  rule: Rule,
  {
    runnable,
    indices,
    world: { knowledge, fields },
  }: {
    readonly runnable: RunnableRule
    readonly indices: readonly string[]
    readonly world: ReadinessWorld
  },
): Promise<readonly ReadinessReason[]> {
  for (const need of runnable.needs ?? [runnable.filter]) {
    const plan = withoutIdentity({ kind: 'and', of: [need, timed(timeFieldsOf(rule))] })
    const unmetByIndex = new Map<string, readonly UnmetNeed[]>()
    for (const index of indices) {
      const unmet = await unmetNeeds(plan, { index, knowledge, fields })
      if (unmet.length === 0) break
      unmetByIndex.set(index, unmet)
    }
    if (unmetByIndex.size === indices.length) return unmetReasons(unmetByIndex)
  }
  return []
}

/** Events without a time are in no window. */
function timed({ primary, secondary }: TimeFields): FilterPlan {
  const either = secondary === undefined ? [primary] : [primary, secondary]
  return { kind: 'or', of: either.map(existing) }
}

/** Whether there is anything to compare events with. */
async function lackingCompanions(
  { comparedWith }: RunnableRule,
  { reader, fields, nowMs }: ReadinessWorld,
): Promise<readonly ReadinessReason[]> {
  if (comparedWith === undefined) return []
  const { indices, filter, counts } = comparedWith
  const pages = reader.search({
    indices,
    filter,
    context: { fields, nowMs },
    order: 'sequence',
  })
  for await (const page of pages) {
    if (page.some(({ source }) => counts(source, nowMs))) return []
  }
  return [nothingToCompareReason(indices)]
}

/** Fields that the author says the rule needs: its query may do without. */
async function lackingRequiredFields(
  { requiredFields }: Rule,
  indices: readonly string[],
  { knowledge, fields }: ReadinessWorld,
): Promise<readonly ReadinessReason[]> {
  const lacking: string[] = []
  for (const { name } of requiredFields) {
    const held = fields.mappingOf(name)?.valuesFrom ?? name
    const there = await Promise.all(
      indices.flatMap((index) => [name, held].map((field) => knowledge.mayHaveField(index, field))),
    )
    if (!there.includes(true)) lacking.push(name)
  }
  return lacking.length === 0 ? [] : [requiredFieldReason(lacking, indices)]
}

async function withoutData(
  patterns: readonly string[],
  knowledge: StoreKnowledge,
): Promise<readonly string[]> {
  const lacking: string[] = []
  for (const pattern of patterns.flatMap((text) => text.split(',')).map((text) => text.trim())) {
    if (pattern === '' || pattern.startsWith('-')) continue
    if ((await knowledge.indicesOf([pattern])).length === 0) lacking.push(pattern)
  }
  return lacking
}
