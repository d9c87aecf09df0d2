import { messageOf } from '#base'
import type { InstalledRule, RuleWindow } from '#rule'
import type { RunnableRule, WindowSearch } from '../rule-type.ts'
import { alertBudget } from './budget.ts'
import { effectiveFilter } from './effective-filter.ts'
import { readerExcepting } from './excepting.ts'
import { readerUntil } from './reader-until.ts'
import { timeFieldsOf } from './event-time.ts'
import type { EventReader } from './event-reader.ts'
import type { ExecutionRequest } from './execution-request.ts'
import { executionLog, type ExecutionLog } from './execution-log.ts'
import { isoOf, stretchOf, type ExecutionRecord } from './execution-record.ts'
import { memoryOf, ownAlerts } from './own-alerts.ts'
import { hasIndices, indicesOf } from './preflight.ts'
import { readyRule } from './ready-rule.ts'
import { windowsOf, type WindowPlan } from './rule-window.ts'
import { emptyTally, runWindow, type Tally } from './run-window.ts'
import { windowNotes } from './window-notes.ts'
import type { DetectionWorld } from './world.ts'

/** What an execution came to. */
export interface ExecutionOutcome {
  readonly record: ExecutionRecord
  /**
   * `refused`: something about the rule kept it from reading anything. `broken`: the world refused in the
   * middle of it. Either way what it should have read is still unread.
   */
  readonly read: 'whole' | 'refused' | 'broken'
  readonly plan: WindowPlan
}

/**
 * Executes a rule once: reads its windows, oldest first, and stores alerts for what is new in them. What
 * is wrong with the rule or the world ends up in the record, which is stored and given back. Faults: only
 * those of storing the record.
 */
export async function executeRule(
  world: DetectionWorld,
  request: ExecutionRequest,
): Promise<ExecutionOutcome> {
  const beganMs = world.clock.nowMs()
  const log = executionLog()
  const tally = emptyTally()
  const plan = windowsOf(request.rule.rule, request)
  if (!plan.ok) log.fail('window', plan.error)
  const windows = plan.ok ? plan.value : { windows: [] }
  let read: ExecutionOutcome['read'] = 'broken'
  try {
    read = await runWindows(world, { request, plan: windows, log, tally })
  } catch (thrown) {
    log.fail('execution', messageOf(thrown))
    world.logger.warn('execution failed', {
      rule: request.rule.rule.ruleId,
      reason: messageOf(thrown),
    })
  }
  const finishedMs = world.clock.nowMs()
  const done = read === 'refused' ? { windows: [] } : windows
  const record = recordOf(request, { plan: done, log, tally, beganMs, finishedMs })
  await world.executions.put(record.uuid, record)
  world.excepted.settle()
  return { record, read, plan: windows }
}

interface Running {
  readonly request: ExecutionRequest
  readonly plan: WindowPlan
  readonly log: ExecutionLog
  readonly tally: Tally
}

async function runWindows(world: DetectionWorld, running: Running): Promise<'whole' | 'refused'> {
  const { request, plan, log } = running
  const { rule } = request
  if (plan.windows.length === 0) return 'refused'
  const runnable = await readyRule(request.runnable, world.savedQueries)
  if (!runnable.ok) {
    for (const { message } of runnable.error) log.fail('not_runnable', message)
    return 'refused'
  }
  const problem = runnable.value.problemAt?.(world.clock.nowMs())
  if (problem !== undefined) {
    log.fail('history_window', problem)
    return 'refused'
  }
  const indices = indicesOf(runnable.value.source, world)
  if (indices === undefined) {
    const message = `data view ${runnable.value.source.dataViewId} was not found`
    log.fail('data_view_not_found', message)
    return 'refused'
  }
  const time = timeFieldsOf(rule.rule)
  const anyIndex = await hasIndices(world, { indices, time }, log)
  if (plan.gap !== undefined) log.fail('gap', gapMessage(rule, plan.gap))
  if (!anyIndex) return 'whole'
  const search = await searchOf(world, running, { runnable: runnable.value, indices, time })
  const newest = plan.windows.at(-1)
  // Shared with early answers. Opened before windows that catch up store alerts: their limit is their own.
  const ownBudget = await world.budgets.of(request.uuid, search.maxAlerts)
  for (const window of plan.windows) {
    request.signal.throwIfAborted()
    const laterMs = newest === undefined ? 0 : newest.toMs - window.toMs
    await runWindow(world, {
      request,
      log,
      tally: running.tally,
      search: { ...search, window, dueMs: request.startedAtMs - laterMs },
      runnable: runnable.value,
      budget: window === newest ? ownBudget : alertBudget(search.maxAlerts),
    })
  }
  world.budgets.close(request.uuid)
  return 'whole'
}

function gapMessage({ rule }: InstalledRule, { fromMs, toMs }: RuleWindow): string {
  return `nothing read the events from ${isoOf(fromMs)} to ${isoOf(toMs)}: fill the gap with \`vedette rule fill ${rule.ruleId}\``
}

async function searchOf(
  world: DetectionWorld,
  { request, plan, log }: Running,
  {
    runnable,
    indices,
    time,
  }: Pick<WindowSearch, 'indices' | 'time'> & { readonly runnable: RunnableRule },
): Promise<Omit<WindowSearch, 'window' | 'dueMs'>> {
  const { rule, kind, startedAtMs, signal } = request
  const memory = memoryOf(request)
  const exceptions = await world.exceptionsOf(rule)
  const context = { fields: world.fields, nowMs: startedAtMs }
  const effective = effectiveFilter({
    filter: runnable.filter,
    exceptions: exceptions.items,
    valueLists: exceptions.valueLists,
    settings: world.settings,
    context,
    readsDocuments: runnable.readsDocuments,
  })
  const { filter, notApplied } = effective
  if (notApplied.length > 0) {
    log.warn(
      'exceptions_not_applied',
      `these exceptions could not be applied: ${notApplied.join(', ')}`,
    )
  }
  const reader = readerWithin(world, rule, runnable)
  return {
    owner: { ruleUuid: rule.uuid, space: world.space },
    time,
    indices,
    filter,
    context,
    reader: readerExcepting(reader, effective, {
      windows: plan.windows,
      note: (itemId, event) => world.excepted.note(itemId, event, rule.uuid),
    }),
    lookUps: reader,
    history: world.history,
    notes: windowNotes(world.windowNotes, rule, kind),
    ownAlerts: (window) => {
      const isFirst = request.previousStartedAtMs === undefined
      return ownAlerts(world.alerts, { ruleUuid: rule.uuid, memory, isFirst, window })
    },
    maxAlerts: limitOf(world, rule, log),
    signal,
    warn: (kind, message) => log.warn(kind, message),
    noteSearch: (name) => log.noteSearch(name),
  }
}

/** What the rule reads with, for as long as it may. */
function readerWithin(
  { reader, clock }: DetectionWorld,
  { rule }: InstalledRule,
  { longestMs }: RunnableRule,
): EventReader {
  if (longestMs === undefined) return reader
  const message = `the execution took longer than the rule's interval of ${rule.interval} and was ended: lengthen interval and from, narrow the query, or use fewer indicators`
  const untilMs = clock.nowMs() + longestMs
  return readerUntil(reader, { nowMs: () => clock.nowMs(), untilMs, message })
}

/** The rule's own limit, or the installation's where that is lower. */
function limitOf(world: DetectionWorld, { rule }: InstalledRule, log: ExecutionLog): number {
  const { maxAlertsLimit } = world
  if (rule.maxAlerts <= maxAlertsLimit) return rule.maxAlerts
  const message = `max_signals ${rule.maxAlerts} is above the limit of ${maxAlertsLimit}, which counts instead`
  log.warn('max_alerts_above_limit', message)
  return maxAlertsLimit
}

function recordOf(
  request: ExecutionRequest,
  {
    plan,
    log,
    tally,
    beganMs,
    finishedMs,
  }: {
    readonly plan: WindowPlan
    readonly log: ExecutionLog
    readonly tally: Tally
    readonly beganMs: number
    readonly finishedMs: number
  },
): ExecutionRecord {
  const { rule, uuid, kind, startedAtMs, previousStartedAtMs } = request
  const totalMs = finishedMs - beganMs
  return {
    uuid,
    ruleUuid: rule.uuid,
    ruleId: rule.rule.ruleId,
    ruleName: rule.rule.name,
    kind,
    status: log.status,
    startedAt: isoOf(startedAtMs),
    finishedAt: isoOf(finishedMs),
    previousStartedAt: previousStartedAtMs === undefined ? null : isoOf(previousStartedAtMs),
    windows: plan.windows.map(stretchOf),
    candidates: tally.candidates,
    created: tally.created,
    suppressed: tally.suppressed,
    warnings: log.warnings,
    errors: log.errors,
    totalMs,
    searchMs: Math.max(0, totalMs - tally.writeMs),
    writeMs: tally.writeMs,
    gap: plan.gap === undefined ? null : stretchOf(plan.gap),
    cut: tally.cut ?? null,
    manualRun: request.manualRun?.id ?? null,
    searches: log.searches,
  }
}
