import { alertBuilder } from '#alert'
import { ecsCatalogue } from '#event'
import type { RunnableRule, WindowSearch } from '../rule-type.ts'
import { suppressBySearch } from '../suppression/suppress-by-search.ts'
import { suppressInMemory } from '../suppression/suppress-in-memory.ts'
import type { SuppressionRun } from '../suppression/suppression-run.ts'
import { alertWriter, type AlertWriter } from './alert-writer.ts'
import type { AlertBudget } from './budget.ts'
import type { ExecutionRequest } from './execution-request.ts'
import type { ExecutionLog } from './execution-log.ts'
import { limitMessages } from './message.ts'
import type { DetectionWorld } from './world.ts'

/** Counts that an execution adds up over its windows. */
export interface Tally {
  candidates: number
  created: number
  suppressed: number
  writeMs: number
}

/** Nothing counted yet. */
export function emptyTally(): Tally {
  return { candidates: 0, created: 0, suppressed: 0, writeMs: 0 }
}

/** One window of an execution, and what is gathered while it is read. */
export interface WindowRun {
  readonly request: Pick<ExecutionRequest, 'rule' | 'uuid' | 'kind' | 'startedAtMs'>
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
    const { uuid, kind } = run.request
    const nowMs = world.clock.nowMs()
    const suppressed: SuppressionRun = {
      suppression,
      search: run.search,
      writer,
      alerts: world.alerts,
      fields: world.fields,
      executionUuid: uuid,
      kind,
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

/** One alert for each candidate that is not stored yet, until the budget is spent and more would follow. */
async function writeAll(
  writer: AlertWriter,
  { runnable, search, tally, log }: WindowRun,
): Promise<void> {
  for await (const page of runnable.candidates(search)) {
    search.signal.throwIfAborted()
    tally.candidates += page.length
    const { created, cut } = await writer.write(await writer.fresh(page))
    tally.created += created
    if (!cut) continue
    log.warn('max_alerts', limitMessages.max_alerts)
    return
  }
}

async function suppressGroups(
  suppressed: SuppressionRun,
  { tally, log }: WindowRun,
): Promise<void> {
  const outcome = await suppressBySearch(suppressed)
  tally.created += outcome.created
  tally.suppressed += outcome.suppressed
  tally.candidates += outcome.created + outcome.suppressed
  if (outcome.cut) log.warn('max_alerts', limitMessages.max_alerts)
}

/** Each candidate is a group; at most as many groups as alerts may be made are looked at. */
async function suppressCandidateGroups(
  suppressed: SuppressionRun,
  { runnable, search, tally, log }: WindowRun,
): Promise<void> {
  let left = search.maxAlerts
  for await (const page of runnable.candidates(search)) {
    search.signal.throwIfAborted()
    const groups = page.slice(0, left)
    left -= groups.length
    const outcome = await suppressInMemory(suppressed, groups)
    tally.candidates += groups.length
    tally.created += outcome.created
    tally.suppressed += outcome.suppressed
    if (!outcome.cut && groups.length === page.length) continue
    log.warn('max_alerts', limitMessages.max_alerts)
    return
  }
}

/** As many candidates as five times the limit are looked at: folding makes few alerts of many. */
async function suppressAll(
  suppressed: SuppressionRun,
  { runnable, search, tally, log }: WindowRun,
): Promise<void> {
  const { maxAlerts, signal } = search
  let told = 0
  let folded = 0
  for await (const page of runnable.candidates(search)) {
    signal.throwIfAborted()
    tally.candidates += page.length
    const outcome = await suppressInMemory(suppressed, page)
    told += outcome.told
    folded += outcome.suppressed
    tally.created += outcome.created
    tally.suppressed += outcome.suppressed
    if (!outcome.cut && told < maxAlerts && told + folded < 5 * maxAlerts) continue
    log.warn('suppression_max_alerts', limitMessages.suppression_max_alerts)
    return
  }
}
