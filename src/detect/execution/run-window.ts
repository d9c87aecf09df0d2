import { alertBuilder } from '#alert'
import { ecsCatalogue } from '#event'
import type { Candidate, RunnableRule, WindowSearch } from '../rule-type.ts'
import { suppressBySearch } from '../suppression/suppress-by-search.ts'
import { suppressInMemory } from '../suppression/suppress-in-memory.ts'
import type { SuppressionRun } from '../suppression/suppression-run.ts'
import { alertWriter, type AlertWriter } from './alert-writer.ts'
import type { AlertBudget } from './budget.ts'
import type { ExecutionRequest } from './execution-request.ts'
import type { ExecutionLog } from './execution-log.ts'
import { bothCut, cutMessage, cutOf, maxCutCounted } from './cut-alerts.ts'
import { stretchOf, type CutAlerts } from './execution-record.ts'
import { memoryOf } from './own-alerts.ts'
import type { DetectionWorld } from './world.ts'

/** Counts that an execution adds up over its windows. */
export interface Tally {
  candidates: number
  created: number
  suppressed: number
  cut: CutAlerts | undefined
  writeMs: number
}

/** Nothing counted yet. */
export function emptyTally(): Tally {
  return { candidates: 0, created: 0, suppressed: 0, cut: undefined, writeMs: 0 }
}

/** One window of an execution, and what is gathered while it is read. */
export interface WindowRun {
  readonly request: Pick<ExecutionRequest, 'rule' | 'uuid' | 'kind' | 'startedAtMs' | 'manualRun'>
  readonly log: ExecutionLog
  readonly tally: Tally
  readonly search: WindowSearch
  readonly runnable: RunnableRule
  readonly budget: AlertBudget
}

/** Finds the candidates of one window and stores alerts for those that are new, suppressed where the rule says so. */
export async function runWindow(world: DetectionWorld, run: WindowRun): Promise<void> {
  const writer = writerOf(world, run)
  const { suppression, suppressionManner } = run.runnable
  if (suppression === undefined) await writeAll(writer, run)
  else {
    const { uuid } = run.request
    const nowMs = world.clock.nowMs()
    const suppressed: SuppressionRun = {
      suppression,
      search: run.search,
      writer,
      alerts: world.alerts,
      fields: world.fields,
      executionUuid: uuid,
      memory: memoryOf(run.request),
      nowMs,
      touched: new Set(),
    }
    if (suppressionManner === 'by-search') await suppressGroups(suppressed, run)
    else if (suppressionManner === 'by-rule-type') await suppressCandidateGroups(suppressed, run)
    else await suppressAll(suppressed, run)
  }
  run.tally.writeMs += writer.writeMs
}

function writerOf(
  world: DetectionWorld,
  { request, search, runnable, budget }: WindowRun,
): AlertWriter {
  const { rule, uuid, kind, startedAtMs } = request
  const build = alertBuilder({
    rule,
    fields: ecsCatalogue(),
    space: world.space,
    indices: search.indices,
    execution: { uuid, kind, startedAtMs },
    createdMs: world.clock.nowMs(),
    productVersion: world.productVersion,
    ...(world.publicBaseUrl === undefined ? {} : { publicBaseUrl: world.publicBaseUrl }),
  })
  return alertWriter({
    alerts: world.alerts,
    build,
    budget,
    loopGuard: runnable.guardsAgainstLoops ? rule.uuid : undefined,
    onCreated: (alerts) => world.onCreated(alerts),
    nowMs: () => world.clock.nowMs(),
  })
}

/** One alert for each candidate that is not stored yet, until the budget is spent; what follows then is only counted. */
async function writeAll(writer: AlertWriter, run: WindowRun): Promise<void> {
  const { runnable, search, tally } = run
  const left: Candidate[] = []
  let more = false
  for await (const page of runnable.candidates(search)) {
    search.signal.throwIfAborted()
    const fresh = await writer.fresh(page)
    if (left.length === 0) {
      tally.candidates += page.length
      const written = await writer.write(fresh)
      tally.created += written.created
      left.push(...written.left)
    } else left.push(...fresh)
    more = left.length >= maxCutCounted
    if (more) break
  }
  if (left.length > 0) tellCut(run, 'max_alerts', cutOf(left, { more }))
}

async function suppressGroups(suppressed: SuppressionRun, run: WindowRun): Promise<void> {
  const { created, suppressed: folded, left, more } = await suppressBySearch(suppressed)
  run.tally.created += created
  run.tally.suppressed += folded
  run.tally.candidates += created + folded
  if (more || left.length > 0) tellCut(run, 'max_alerts', cutOf(left, { more }))
}

/** Each candidate is a group; at most as many groups as alerts may be made are looked at. */
async function suppressCandidateGroups(suppressed: SuppressionRun, run: WindowRun): Promise<void> {
  const { runnable, search, tally } = run
  let room = search.maxAlerts
  for await (const page of runnable.candidates(search)) {
    search.signal.throwIfAborted()
    const groups = page.slice(0, room)
    room -= groups.length
    const outcome = await suppressInMemory(suppressed, groups)
    tally.candidates += groups.length
    tally.created += outcome.created
    tally.suppressed += outcome.suppressed
    const left = [...outcome.left, ...page.slice(groups.length)]
    if (left.length === 0) continue
    return tellCut(run, 'max_alerts', cutOf(left, { more: true }))
  }
}

/** As many candidates as five times the limit are looked at: folding makes few alerts of many. */
async function suppressAll(suppressed: SuppressionRun, run: WindowRun): Promise<void> {
  const { runnable, search, tally } = run
  const { maxAlerts, signal } = search
  let told = 0
  let folded = 0
  for await (const page of runnable.candidates(search)) {
    signal.throwIfAborted()
    tally.candidates += page.length
    const { left, ...outcome } = await suppressInMemory(suppressed, page)
    told += outcome.told
    folded += outcome.suppressed
    tally.created += outcome.created
    tally.suppressed += outcome.suppressed
    const isEnough = told >= maxAlerts || told + folded >= 5 * maxAlerts
    if (left.length === 0 && !isEnough) continue
    return tellCut(run, 'suppression_max_alerts', cutOf(left, { more: true }))
  }
}

function tellCut(
  { search, log, tally }: WindowRun,
  kind: 'max_alerts' | 'suppression_max_alerts',
  cut: CutAlerts,
): void {
  const { window, maxAlerts: limit } = search
  tally.cut = bothCut(tally.cut, cut)
  log.warn(kind, cutMessage(kind, cut, { limit, window: stretchOf(window) }))
}
