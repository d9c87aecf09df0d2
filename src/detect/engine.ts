import type { Alert } from '#alert'
import { Fault, uuidOf } from '#base'
import { ecsCatalogue } from '#event'
import type { InstalledRule, Rule, RuleUuid } from '#rule'
import type { AcceptedEvent, Collection } from '#store'
import { connectorShelf, type ConnectorShelf } from './connector-shelf.ts'
import { alertListeners } from './alert-listeners.ts'
import { alertBook, alertsOf, type AlertBook } from './alerts.ts'
import { exceptionBook, type ExceptionBook } from './exceptions.ts'
import { budgetBook } from './execution/budget.ts'
import type { EngineOptions } from './engine-options.ts'
import { eventReader } from './execution/event-reader.ts'
import { executeRule, type ExecutionOutcome } from './execution/execute.ts'
import {
  executionBook,
  executionsForgetter,
  type ExecutionBook,
} from './execution/execution-book.ts'
import { executionsOf, type ExecutionRecord } from './execution/execution-record.ts'
import type { ExecutionRequest } from './execution/execution-request.ts'
import { coveredBy } from './execution/rule-window.ts'
import { forgetNotes, windowNotesIn } from './execution/window-notes.ts'
import type { DetectionWorld } from './execution/world.ts'
import { firstSeenBook } from './first-seen/first-seen-book.ts'
import { firstSeenFacts, type FirstSeenFacts } from './first-seen/first-seen-facts.ts'
import { indexedHistory } from './first-seen/indexed-history.ts'
import { scanHistory } from './first-seen/scan-history.ts'
import { livePath, type LiveFacts } from './live/live-path.ts'
import { postings, type PostingsFacts } from './postings/postings.ts'
import { assessRules } from './readiness/assess-rules.ts'
import type { DataSource, RuleReadiness } from './readiness/readiness.ts'
import { roster, type RosterRule } from './roster.ts'
import { compileRule } from './rule-types.ts'
import { savedQueryBook, type SavedQueryBook } from './saved-queries.ts'
import { ruleBook, type RuleBook, type RuleChange } from './rules.ts'
import { gapBook, type GapBook } from './schedule/gaps.ts'
import { manualRunner } from './schedule/manual-runner.ts'
import { manualRunBook, manualRunsIn, type ManualRunBook } from './schedule/manual-runs.ts'
import { ruleStateCollection, scheduler, type RuleState } from './schedule/scheduler.ts'

/** How to execute a rule once. */
export interface OnceOptions {
  /** Epoch milliseconds; the rule's times are relative to this. */
  readonly startedAtMs: number
  readonly previousStartedAtMs?: number
  /** Default: scheduled. */
  readonly kind?: 'scheduled' | 'manual'
  readonly signal?: AbortSignal
}

/** Rules at work over one store. */
export interface Engine {
  readonly rules: RuleBook
  readonly exceptions: ExceptionBook
  /** Queries that rules of type `saved_query` run by their ids. */
  readonly savedQueries: SavedQueryBook
  readonly connectors: ConnectorShelf
  readonly alerts: AlertBook
  readonly executions: ExecutionBook
  /** Event time that no execution read although its rule was on. */
  readonly gaps: Pick<GapBook, 'list'>
  /** Executions over past time, made in the background while the engine is started. */
  readonly manualRuns: ManualRunBook
  /** Begins to execute enabled rules as they fall due and to answer offered events. */
  start(): Promise<void>
  /** Ends what is running and waits for it. The store stays open. */
  stop(): Promise<void>
  /**
   * Tells of events that the store has accepted, so that matching ones alert at once. Never waits. While
   * the engine is not started it does nothing: scheduled executions find the events.
   */
  offer(events: readonly AcceptedEvent[]): void
  /** Resolves once everything offered so far is answered and no manual run is left to be made. */
  idle(): Promise<void>
  /** Executes an enabled rule now. Faults: `not-found` for one that is not enabled. */
  runNow(uuid: RuleUuid): Promise<ExecutionRecord>
  /** Executes any rule once, installed or not, whatever its schedule. */
  executeOnce(rule: InstalledRule, options: OnceOptions): Promise<ExecutionRecord>
  /** Whether rules, installed or not, can fire on what the store holds now, and why not; in the order given. */
  readinessOf(
    rules: readonly Rule[],
    sources?: readonly DataSource[],
  ): Promise<readonly RuleReadiness[]>
  /** Calls back with alerts once they are stored; the function given back ends that. */
  onAlert(listener: (alerts: readonly Alert[]) => void): () => void
  facts(): EngineFacts
}

/** How the engine is doing. */
export interface EngineFacts {
  readonly enabledRules: number
  readonly runningExecutions: number
  readonly live: LiveFacts
  readonly postings: PostingsFacts
  readonly firstSeen: FirstSeenFacts
}

/** An engine that does nothing until it is started, except what it is asked to do once. */
export function createEngine(options: EngineOptions): Engine {
  const { store, clock, logger, fields = ecsCatalogue(), concurrency = 32 } = options
  const { documents } = store
  const { executionsKeptMs = 1_209_600_000 } = options
  const alerts = alertsOf(documents)
  const executions = executionsOf(documents)
  const listeners = alertListeners(logger)
  const enabled = roster(fields)
  const exceptions = exceptionBook({
    documents,
    clock,
    logger,
    onChange: () => enabled.touch(),
  })
  const savedQueries = savedQueryBook(documents, { onChange: () => enabled.touch() })
  const posted = postings({
    events: store.events,
    fields,
    clock,
    logger,
    maxBytes: options.postingsBytes ?? 64 * 1024 * 1024,
  })
  const firstSeen = firstSeenBook({
    store,
    fields,
    clock,
    logger,
    productVersion: options.productVersion ?? '0.1.0',
    isAtWork: (uuid) => enabled.get(uuid) !== undefined,
    maxBytes: options.firstSeenBytes ?? 256 * 1024 * 1024,
  })
  const indexed = indexedHistory(firstSeen, () => store.events.sequences())
  const events =
    options.keepsPostings === false ? store.events : { ...store.events, search: posted.search }
  const world: DetectionWorld = {
    clock,
    logger,
    reader: eventReader({ events, alerts, space: options.space ?? 'default' }),
    history: options.indexesFirstSeen === false ? scanHistory : indexed,
    alerts,
    executions,
    budgets: budgetBook(alerts),
    fields,
    space: options.space ?? 'default',
    defaultIndices: options.defaultIndices ?? ['logs-*'],
    dataViews: options.dataViews ?? {},
    settings: options.settings ?? {},
    productVersion: options.productVersion ?? '0.1.0',
    maxAlertsLimit: options.maxAlertsLimit ?? 1_000,
    exceptionsOf: (rule) => exceptions.of(rule),
    savedQueries,
    windowNotes: windowNotesIn(documents),
    excepted: exceptions.tally,
    onCreated: (created) => listeners.tell(created),
    ...(options.publicBaseUrl === undefined ? {} : { publicBaseUrl: options.publicBaseUrl }),
    ...(options.isMapped === undefined ? {} : { isMapped: options.isMapped }),
  }
  const gaps = gapBook(documents)
  const executed = async (
    { installed: rule, runnable }: RosterRule,
    request: Omit<ExecutionRequest, 'rule' | 'runnable'>,
  ): Promise<ExecutionOutcome> => {
    const outcome = await executeRule(world, { ...request, rule, runnable })
    if (outcome.read !== 'whole') return outcome
    await gaps.cover(rule.uuid, coveredBy(rule.rule, outcome.plan))
    // A rule may have been removed meanwhile, and its gaps with it.
    if (outcome.plan.gap !== undefined && (await rules.get(rule.uuid)) !== undefined) {
      const { uuid: executionUuid } = request
      await gaps.record(rule, { window: outcome.plan.gap, executionUuid, nowMs: clock.nowMs() })
    }
    return outcome
  }
  const forgetOld = executionsForgetter(executions, { clock, keptMs: executionsKeptMs })
  const states: Collection<RuleState> = documents.collection(ruleStateCollection)
  const schedule = scheduler({
    clock,
    logger,
    roster: enabled,
    states,
    concurrency,
    execute: async (rule, due, signal) => {
      const outcome = await executed(rule, { ...due, kind: 'scheduled', signal })
      await forgetOld()
      return outcome
    },
  })
  const runs = manualRunsIn(documents)
  const runner = manualRunner({
    runs,
    roster: enabled,
    clock,
    logger,
    exclusively: (uuid, work) => schedule.exclusively(uuid, work),
    execute: (rule, run, at) => {
      const uuid = uuidOf('manual', run.id, String(at.startedAtMs))
      return executed(rule, { ...at, uuid, kind: 'manual', manualRun: run })
    },
  })
  const live = livePath({ world, roster: enabled, clock, logger })
  let started = false
  let offeredMs = -Infinity
  /**
   * What comes after the clock was set back lies in time that executions have read. The schedule must begin anew there
   * before the clock is set forwards again, which may be sooner than it looks by itself.
   */
  const noticeClock = (): void => {
    const nowMs = clock.nowMs()
    if (nowMs < offeredMs) schedule.wake()
    offeredMs = nowMs
  }
  const onChange = async (change: RuleChange): Promise<void> => {
    const before = change.kind === 'added' ? undefined : change.before
    const after = change.kind === 'removed' ? undefined : change.after
    if (after === undefined) {
      if (before !== undefined) {
        enabled.remove(before.uuid)
        await forgetNotes(world.windowNotes, before.uuid)
        await gaps.forget(before.uuid)
      }
    } else enabled.put(after)
    const [was, is] = [before?.rule.enabled ?? false, after?.rule.enabled ?? false]
    const uuid = (after ?? before)?.uuid ?? ''
    if (is && !was) await schedule.enabled(uuid)
    if (was && !is) {
      firstSeen.release(uuid)
      await schedule.disabled(uuid)
    }
    schedule.wake()
  }
  const rules = ruleBook({
    documents,
    clock,
    newUuid: options.newUuid ?? (() => crypto.randomUUID()),
    onChange,
  })
  const once = async (rule: InstalledRule, at: OnceOptions): Promise<ExecutionRecord> => {
    const { startedAtMs, previousStartedAtMs, kind = 'scheduled' } = at
    const { record } = await executeRule(world, {
      rule,
      runnable: compileRule(rule.rule, fields),
      uuid: uuidOf('once', rule.uuid, String(startedAtMs), kind, crypto.randomUUID()),
      kind,
      startedAtMs,
      ...(previousStartedAtMs === undefined ? {} : { previousStartedAtMs }),
      signal: at.signal ?? new AbortController().signal,
    })
    return record
  }
  return {
    rules,
    exceptions,
    savedQueries,
    connectors: connectorShelf(documents),
    alerts: alertBook(alerts),
    executions: executionBook(executions),
    gaps,
    manualRuns: manualRunBook({
      runs,
      gaps,
      clock,
      ruleOf: (uuid) => rules.get(uuid),
      check: ({ rule }) => compileRule(rule, fields),
      onAsked: (run) => runner.add(run),
      keptMs: executionsKeptMs,
    }),
    async start() {
      const installed = await rules.list()
      for (const rule of installed) enabled.put(rule)
      await firstSeen.keepRules(installed.map(({ uuid }) => uuid))
      await schedule.start()
      await runner.start()
      started = true
    },
    async stop() {
      started = false
      await Promise.all([runner.stop(), schedule.stop()])
      await live.stop()
      await firstSeen.stop()
      await posted.clear()
      await exceptions.tally.flush()
    },
    offer: (events) => {
      if (!started) return
      noticeClock()
      firstSeen.offer(events)
      posted.offer(events)
      live.offer(events)
    },
    async idle() {
      await live.idle()
      await runner.idle()
    },
    async runNow(uuid) {
      return required(await schedule.runNow(uuid), uuid)
    },
    executeOnce: once,
    readinessOf: (asked, sources = []) =>
      assessRules(asked, { world, events: store.events, sources }),
    onAlert: (listener) => listeners.add(listener),
    facts: () => ({
      enabledRules: [...enabled.rules()].length,
      runningExecutions: schedule.running,
      live: live.facts(),
      postings: posted.facts(),
      firstSeen: firstSeenFacts(firstSeen, indexed),
    }),
  }
}

function required<T>(found: T | undefined, uuid: RuleUuid): T {
  if (found !== undefined) return found
  throw new Fault(
    'not-found',
    'rule.not-enabled',
    `run rule ${uuid}: there is no enabled rule of this id`,
  )
}
