import { manualClock, silentLogger, type ManualClock } from '#base'
import { isSequenceBlock, type Alert } from '#alert'
import type { FieldCatalogue } from '#event'
import { createEngine, type Engine } from '../engine.ts'
import type { ExecutionRecord } from '../execution/execution-record.ts'
import { windowsOf } from '../execution/rule-window.ts'
import type { Gathered } from './gathering.ts'
import { dataViewIndices, defaultIndices, type Subject } from './subjects.ts'

/** When executions start: the first an interval after `fromMs`, the last at or after `toMs`; epoch milliseconds. */
export interface BacktestStretch {
  readonly fromMs: number
  readonly toMs: number
}

/** What a replay tells while it runs. */
export interface ReplayListener {
  /** Alerts but the building blocks of sequences. */
  onAlerts(subject: Subject, alerts: readonly Alert[]): void
  onExecution(subject: Subject, record: ExecutionRecord): void
  /** After each execution, and now and then between; `atMs` is where the replay is. */
  keptUp(atMs: number): Promise<void>
}

/** How much of a replay was done. */
export interface ReplayEnd {
  /** Event time up to which every rule was executed. */
  readonly reachedMs: number
  /** Executions of all rules, with those that needed no reading because nothing lay in their windows. */
  readonly executions: number
}

/** An engine over gathered events, with a clock that the replay moves. */
export interface Replay {
  readonly engine: Engine
  run(signal: AbortSignal, listener: ReplayListener): Promise<ReplayEnd>
}

/**
 * Executes rules over a stretch of time as their schedules would: one execution after the other, each with
 * the clock at its due time, rules of one due time in their order. An execution is left out only where no
 * event that passes the rule's query lies in its windows: it could neither find nor fold anything.
 */
export function replayOf(
  { store, bySubject }: Gathered,
  {
    stretch,
    clock,
    ...installation
  }: {
    readonly stretch: BacktestStretch
    readonly clock: ManualClock
    readonly fields?: FieldCatalogue
    readonly productVersion?: string
  },
): Replay {
  const subjects = [...bySubject.keys()]
  const dataViews = subjects.flatMap(({ runnable: { source } }) => source.dataViewId ?? [])
  const engine = createEngine({
    store,
    clock,
    logger: silentLogger,
    ...installation,
    defaultIndices,
    dataViews: Object.fromEntries(dataViews.map((id) => [id, dataViewIndices])),
  })
  return {
    engine,
    async run(signal, listener) {
      let current: Subject | undefined
      const unsubscribe = engine.onAlert((alerts) => {
        const alone = alerts.filter(({ body }) => !isSequenceBlock(body))
        if (current !== undefined) listener.onAlerts(current, alone)
      })
      let executions = 0
      let reachedMs = stretch.fromMs
      try {
        for (const { subject, startedAtMs, previousStartedAtMs } of dueIn(subjects, stretch)) {
          if (signal.aborted) break
          executions++
          if (executions % 1_000 === 0) await listener.keptUp(startedAtMs)
          const starts = {
            startedAtMs,
            ...(previousStartedAtMs !== undefined && { previousStartedAtMs }),
          }
          const matched = bySubject.get(subject)?.matchedMs
          if (isEmpty(subject, starts, matched ?? none)) {
            reachedMs = startedAtMs
            continue
          }
          await clock.advanceTo(startedAtMs)
          current = subject
          const record = await engine.executeOnce(subject.installed, { ...starts, signal })
          if (signal.aborted) break
          listener.onExecution(subject, heard(subject, record))
          reachedMs = startedAtMs
          await listener.keptUp(startedAtMs)
        }
      } finally {
        unsubscribe()
      }
      return { reachedMs, executions }
    },
  }
}

/**
 * Where only what passes the query was kept, the store is no witness of which indices and fields the events
 * had: what an execution says of that is left out.
 */
function heard({ matches }: Subject, record: ExecutionRecord): ExecutionRecord {
  if (matches === undefined) return record
  const warnings = record.warnings.filter(({ kind }) => !ofStore.has(kind))
  return { ...record, warnings }
}

const ofStore: ReadonlySet<string> = new Set(['no_matching_index', 'missing_timestamp_field'])

/** A manual clock where a replay begins. */
export function clockAt({ fromMs }: BacktestStretch): ManualClock {
  return manualClock(fromMs)
}

const none = new Float64Array()

interface Due {
  readonly subject: Subject
  readonly startedAtMs: number
  readonly previousStartedAtMs: number | undefined
}

/** Every due time of every rule, in order of time. */
function* dueIn(subjects: readonly Subject[], { fromMs, toMs }: BacktestStretch): Generator<Due> {
  // Rules share few intervals, however many they are.
  const beats = [...Map.groupBy(subjects, ({ intervalMs }) => intervalMs)].map(
    ([intervalMs, ofBeat]) => ({ intervalMs, ofBeat, previousMs: fromMs, n: 0 }),
  )
  for (;;) {
    const going = beats.filter(({ n, previousMs }) => n === 0 || previousMs < toMs)
    const [first] = going.toSorted(
      (a, b) => a.previousMs + a.intervalMs - (b.previousMs + b.intervalMs),
    )
    if (first === undefined) return
    const startedAtMs = first.previousMs + first.intervalMs
    const previousStartedAtMs = first.n === 0 ? undefined : first.previousMs
    for (const subject of first.ofBeat) yield { subject, startedAtMs, previousStartedAtMs }
    first.previousMs = startedAtMs
    first.n++
  }
}

/** How many executions a stretch has. */
export function executionsIn(
  subjects: readonly Subject[],
  { fromMs, toMs }: BacktestStretch,
): number {
  return subjects.reduce(
    (sum, { intervalMs }) => sum + Math.max(1, Math.ceil((toMs - fromMs) / intervalMs)),
    0,
  )
}

function isEmpty(
  { matches, installed }: Subject,
  starts: Parameters<typeof windowsOf>[1],
  matchedMs: Float64Array,
): boolean {
  if (matches === undefined) return false
  const plan = windowsOf(installed.rule, starts)
  if (!plan.ok || plan.value.gap !== undefined) return false
  return plan.value.windows.every(({ fromMs, toMs }) => {
    const at = firstAtOrAfter(matchedMs, fromMs)
    const ms = matchedMs[at]
    return ms === undefined || ms > toMs
  })
}

function firstAtOrAfter(sorted: Float64Array, ms: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) < ms) low = middle + 1
    else high = middle
  }
  return low
}
