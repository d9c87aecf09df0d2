import type { Alert } from '#alert'
import { parseDateMath, type Clock } from '#base'
import type { FieldCatalogue } from '#event'
import type { ExceptionItem, ValueList } from '#rule'
import type { EventStore, SearchRequest } from '#store'
import { findingsBook, type Findings } from './findings.ts'
import { gatherFor, type Gathering } from './gathering.ts'
import { keepExceptions } from './keep-exceptions.ts'
import { clockAt, replayOf, type BacktestStretch } from './replay.ts'
import { dataViewIndices, defaultIndices, type Subject } from './subjects.ts'

/** What is told while a rule is executed over past events. */
export interface BacktestListener {
  /** Events were found that the rule's query means; told now and then. */
  onRead(matched: number): Promise<void>
  /** Executions were made up to `atMs`, and these alerts since the last time. */
  onProgress(atMs: number, alerts: readonly Alert[]): Promise<void>
}

/** What a backtest came to. */
export interface BacktestEnd {
  readonly findings: Findings
  /** Event time up to which the rule was executed. */
  readonly reachedMs: number
  readonly executions: number
  /** Events that pass the rule's query, history included. */
  readonly matched: number
  /** There were more such events than are looked at. */
  readonly isCut: boolean
  /** Events that exceptions kept from the rule. */
  readonly excepted: number
}

/** So many events are gathered; they lie in a temporary store meanwhile. */
export const maxBacktestEvents = 200_000

/**
 * Executes one rule over the events of a running store as its schedule would have. The store is read once, by the
 * rule's own query, and not touched otherwise. Ends early, with what was found up to there, when the signal aborts.
 */
export async function backtestInStore(
  subject: Subject,
  {
    events,
    clock,
    fields,
    stretch,
    exceptions,
    signal,
  }: {
    readonly events: EventStore
    readonly clock: Clock
    readonly fields: FieldCatalogue
    readonly stretch: BacktestStretch
    readonly exceptions: {
      readonly items: readonly ExceptionItem[]
      readonly valueLists: readonly ValueList[]
    }
    readonly signal: AbortSignal
  },
  listener: BacktestListener,
): Promise<BacktestEnd> {
  const gathering = gatherFor([subject], clock)
  const { matched, isCut } = await gathered(gathering, {
    events,
    questions: questionsOf(subject, stretch, fields),
    signal,
    listener,
  }).catch(async (thrown: unknown) => {
    await gathering.abandon()
    throw thrown
  })
  const found = await gathering.end()
  try {
    const replay = replayOf(found, { stretch, clock: clockAt(stretch), fields })
    await keepExceptions(replay.engine.exceptions, exceptions)
    const book = findingsBook()
    let fresh: Alert[] = []
    let heardMs = clock.nowMs()
    const end = await replay.run(signal, {
      onAlerts(_, alerts) {
        book.addAlerts(alerts)
        fresh.push(...alerts)
      },
      onExecution: (_, record) => book.addExecution(record),
      async keptUp(atMs) {
        const nowMs = clock.nowMs()
        if (nowMs - heardMs < tellEveryMs) return
        // The server has others to answer, and only a sleeping process hears that the reader has gone.
        await clock.sleep(0)
        heardMs = nowMs
        await listener.onProgress(atMs, fresh)
        fresh = []
      },
    })
    await listener.onProgress(end.reachedMs, fresh)
    const { tally } = replay.engine.exceptions
    const dropped = await tally.of(exceptions.items.map(({ itemId }) => itemId))
    const excepted = dropped.reduce((sum, { count }) => sum + count, 0)
    return { ...end, findings: book.findings(), matched, isCut, excepted }
  } finally {
    await found.close()
  }
}

const tellEveryMs = 100

type Question = Pick<SearchRequest, 'indices' | 'filter' | 'context' | 'time'>

/** What has to be read: what the query means from the start of the history on, and what it is compared with. */
function questionsOf(
  { installed: { rule }, runnable, matches, time }: Subject,
  { fromMs, toMs }: BacktestStretch,
  fields: FieldCatalogue,
): readonly Question[] {
  const { source, filter, comparedWith } = runnable
  const context = { fields, nowMs: toMs }
  const starts = [
    fromMs,
    parseDateMath(rule.from, { nowMs: fromMs }) ?? fromMs,
    runnable.historyStartMs?.(fromMs) ?? fromMs,
  ]
  const patterns =
    source.index ?? (source.dataViewId === undefined ? defaultIndices : dataViewIndices)
  const own = {
    indices: patterns,
    filter: matches === undefined ? ({ kind: 'all' } as const) : filter,
    context,
    time: { fields: time, fromMs: Math.min(...starts), toMs },
  }
  return comparedWith === undefined
    ? [own]
    : [own, { indices: comparedWith.indices, filter: comparedWith.filter, context }]
}

async function gathered(
  { take, keptUp }: Gathering,
  {
    events,
    questions,
    signal,
    listener,
  }: {
    readonly events: EventStore
    readonly questions: readonly Question[]
    readonly signal: AbortSignal
    readonly listener: BacktestListener
  },
): Promise<{ readonly matched: number; readonly isCut: boolean }> {
  let matched = 0
  for (const question of questions) {
    const pages = events.search({ ...question, order: 'sequence', signal })
    for await (const page of pages) {
      for (const event of page) take(event)
      matched += page.length
      await keptUp()
      await listener.onRead(matched)
      if (matched >= maxBacktestEvents) return { matched, isCut: true }
      if (signal.aborted) return { matched, isCut: false }
    }
  }
  return { matched, isCut: false }
}
