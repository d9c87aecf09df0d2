import type { JsonObject } from '#base'
import { compileDocumentFilter } from '#detect'
import type { FilterPlan, MatchContext } from '#query'
import { documentsOf, meansAlerts, type DocumentsWanted } from './documents.ts'
import { hitOf } from './hit.ts'
import type { Budget } from './limits.ts'
import type { SearchPlan } from './read/read-search.ts'
import { compareSortValues, sortValuesOf } from './read/sort.ts'
import { topDocuments, type SortedDocument } from './top-documents.ts'
import type { SearchWorld } from './world.ts'

/** Where a search reads. */
export interface SearchScope {
  readonly indices: readonly string[]
  /** Of a point in time or a scroll: what arrived later is not there. */
  readonly upToSequence?: number
  readonly signal: AbortSignal
}

/** What a search found. */
export interface SearchOutcome {
  readonly tookMs: number
  readonly timedOut: boolean
  readonly terminatedEarly: boolean
  readonly hits: readonly SortedDocument[]
  readonly total: { readonly value: number; readonly relation: 'eq' | 'gte' } | undefined
  readonly aggregations: JsonObject | undefined
}

/** Reads what a plan asks for: as little as it can, and never an answer that depends on how. */
export async function runSearch(
  world: SearchWorld,
  plan: SearchPlan,
  scope: SearchScope,
  { context, budget }: { readonly context: MatchContext; readonly budget: Budget },
): Promise<SearchOutcome> {
  const startedMs = world.clock.nowMs()
  const stop: Stop = {
    untilMs: plan.timeoutMs === undefined ? Infinity : startedMs + plan.timeoutMs,
    timedOut: false,
    terminatedEarly: false,
  }
  const run: Run = { world, plan, scope, context, budget, stop }
  const found = isByTimeAlone(run) ? await inTimeOrder(run) : await inOnePass(run)
  return {
    tookMs: world.clock.nowMs() - startedMs,
    timedOut: stop.timedOut,
    terminatedEarly: stop.terminatedEarly,
    hits: found.hits,
    total: plan.countedHits === 0 ? undefined : toldTotal(found.total, plan.countedHits),
    aggregations: found.aggregations,
  }
}

/** The answer of a search. */
export function searchAnswer(
  outcome: SearchOutcome,
  plan: SearchPlan,
  { totalAsNumber = false } = {},
): JsonObject {
  const { tookMs, timedOut, terminatedEarly, hits, total, aggregations } = outcome
  const toldHits = total === undefined ? undefined : totalAsNumber ? total.value : { ...total }
  return {
    took: tookMs,
    timed_out: timedOut,
    ...(terminatedEarly && { terminated_early: true }),
    _shards: oneShard,
    hits: {
      ...(toldHits !== undefined && { total: toldHits }),
      max_score: plan.shape.withScore && hits.length > 0 ? 1 : null,
      hits: hits.map((hit) => hitOf(hit, plan.shape)),
    },
    ...(aggregations !== undefined && { aggregations }),
  }
}

/** How the one part that this server is made of has done. */
export const oneShard: JsonObject = { total: 1, successful: 1, skipped: 0, failed: 0 }

interface Stop {
  readonly untilMs: number
  timedOut: boolean
  terminatedEarly: boolean
}

interface Run {
  readonly world: SearchWorld
  readonly plan: SearchPlan
  readonly scope: SearchScope
  readonly context: MatchContext
  readonly budget: Budget
  readonly stop: Stop
}

interface Found {
  readonly hits: readonly SortedDocument[]
  readonly total: number
  readonly aggregations: JsonObject | undefined
}

function wantedOf(
  { plan, scope, context }: Run,
  filter: FilterPlan = plan.filter,
): DocumentsWanted {
  return { ...scope, filter, context }
}

/** Whether the time order of the store is the order asked for, and nothing but hits and their count. */
function isByTimeAlone({ plan, scope }: Run): boolean {
  const [first, second] = plan.sort
  return (
    !plan.hasAggregations &&
    plan.terminateAfter === undefined &&
    plan.sort.length <= 2 &&
    first?.field?.name === '@timestamp' &&
    // A document without the time stands in no order of time, and one among the first would be missed.
    !first.missingFirst &&
    (second === undefined || (second.isPlace && second.descending === first.descending)) &&
    plan.size > 0 &&
    !meansAlerts(scope.indices)
  )
}

/** Hits in the order of the store, which stops reading at the last one, and a count that stops where it is long enough. */
async function inTimeOrder(run: Run): Promise<Found> {
  const { plan, world } = run
  const limit = plan.from + plan.size
  const filter = hitsFilter(plan)
  const hits: SortedDocument[] = []
  let [met, held] = [0, 0]
  for await (const page of documentsOf(world, { ...wantedOf(run, filter), ...timeOrderOf(plan) })) {
    for (const document of page) {
      if (hits.length >= limit) break
      const values = sortValuesOf(document, plan.sort)
      if (!isAfter(values, plan)) continue
      hits.push({ document, values })
      const characters = JSON.stringify(document.source).length
      run.budget.text(characters)
      held += characters
    }
    met += page.length
    if (hits.length >= limit || isOver(run)) break
  }
  // What has no time at all is not in that order and comes last.
  if (hits.length < limit && !run.stop.timedOut) {
    run.budget.text(-held)
    return inOnePass(run)
  }
  const total = met > plan.countedHits ? met : await countUpTo(run, filter)
  return { hits: hits.slice(plan.from), total, aggregations: undefined }
}

function timeOrderOf({
  sort,
  after,
}: SearchPlan): Pick<DocumentsWanted, 'order' | 'fromMs' | 'toMs'> {
  const ms = after?.[0]
  const isDescending = sort[0]?.descending === true
  const order = isDescending ? 'time-descending' : 'time-ascending'
  if (typeof ms !== 'number') return { order }
  return isDescending ? { order, toMs: ms } : { order, fromMs: ms }
}

function hitsFilter({ filter, postFilter }: SearchPlan): FilterPlan {
  return postFilter === undefined ? filter : { kind: 'and', of: [filter, postFilter] }
}

async function countUpTo(run: Run, filter: FilterPlan): Promise<number> {
  const { plan, world } = run
  if (plan.countedHits === 0) return 0
  let count = 0
  for await (const page of documentsOf(world, wantedOf(run, filter))) {
    count += page.length
    if (count > plan.countedHits || isOver(run)) break
  }
  return count
}

/** Everything that is meant, once, in the order of arrival; ends early where what is left cannot matter. */
async function inOnePass(run: Run): Promise<Found> {
  const { plan, world, context, budget, stop } = run
  const limit = plan.from + plan.size
  const top = topDocuments({ keys: plan.sort, limit, after: plan.after, budget })
  const isHit =
    plan.postFilter === undefined ? () => true : compileDocumentFilter(plan.postFilter, context)
  const tally = plan.aggregations()
  const isInOrder = plan.sort.every((key) => key.isPlace && !key.descending)
  let [seen, total, offered] = [0, 0, 0]
  reading: for await (const page of documentsOf(world, afterPlaceOf(run, isInOrder))) {
    for (const document of page) {
      if (plan.terminateAfter !== undefined && seen >= plan.terminateAfter) {
        stop.terminatedEarly = true
        break reading
      }
      seen++
      if (plan.hasAggregations) tally.add(document)
      if (!isHit(document)) continue
      total++
      if (isInOrder && offered >= limit) continue
      if (isInOrder && !isAfter(sortValuesOf(document, plan.sort), plan)) continue
      top.offer(document)
      offered++
    }
    const isEnough = isInOrder && offered >= limit && total > plan.countedHits
    if ((isEnough && !plan.hasAggregations) || isOver(run)) break
  }
  return {
    hits: top.taken().slice(plan.from),
    total,
    aggregations: plan.hasAggregations ? tally.result() : undefined,
  }
}

/** Where nobody counts what came before, it need not be read. */
function afterPlaceOf(run: Run, isInOrder: boolean): DocumentsWanted {
  const [place] = run.plan.after ?? []
  const mayBegin = isInOrder && run.plan.sort.length === 1 && run.plan.countedHits === 0
  const isFree = !run.plan.hasAggregations && typeof place === 'number'
  return mayBegin && isFree ? { ...wantedOf(run), afterPlace: place } : wantedOf(run)
}

function isAfter(values: SortedDocument['values'], { after, sort }: SearchPlan): boolean {
  return after === undefined || compareSortValues(values, after, sort.slice(0, after.length)) > 0
}

function isOver({ world, scope, stop }: Run): boolean {
  scope.signal.throwIfAborted()
  if (world.clock.nowMs() < stop.untilMs) return false
  stop.timedOut = true
  return true
}

function toldTotal(total: number, counted: number): SearchOutcome['total'] {
  return total > counted ? { value: counted, relation: 'gte' } : { value: total, relation: 'eq' }
}
