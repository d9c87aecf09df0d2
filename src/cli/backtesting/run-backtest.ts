import { Fault, parseDateMath } from '#base'
import {
  clockAt,
  executionsIn,
  findingsBook,
  keepExceptions,
  replayOf,
  type BacktestStretch,
  type Engine,
  type Gathered,
  type Subject,
  type SubjectEvents,
} from '#detect'
import type { ExceptionItem } from '#rule'
import { progressLine } from '../hunting/progress.ts'
import { shown, type Terminal } from '../terminal.ts'
import type { AskedRange, LoadedInput } from './asked.ts'
import type { Feed } from './feed.ts'
import { installedFields } from '../installed-fields.ts'
import { productVersion } from '../version.ts'
import type { RuleReport } from './report.ts'

/** Replays gathered events through an engine and reports on each rule. Faults: `too-large` for a stretch without end. */
export async function runBacktest({
  gathered,
  range,
  loaded,
  feed,
  terminal,
}: {
  readonly gathered: Gathered
  readonly range: AskedRange
  readonly loaded: LoadedInput
  readonly feed: Feed
  readonly terminal: Terminal
}): Promise<readonly RuleReport[]> {
  const subjects = [...gathered.bySubject.keys()]
  const stretch = stretchOf(gathered, range, subjects)
  if (stretch === undefined) {
    terminal.err(
      'error: no event has a time that could be read; nothing can be executed over them\n',
    )
    return []
  }
  const books = new Map(subjects.map((subject) => [subject, findingsBook()]))
  const replay = replayOf(gathered, {
    stretch,
    clock: clockAt(stretch),
    fields: installedFields(),
    productVersion: productVersion(),
  })
  await installExceptions(replay.engine, subjects, { loaded, feed, terminal })
  const progress = progressLine(terminal, replayProgress)
  let alerts = 0
  let heardMs = terminal.clock.nowMs()
  const end = await replay.run(terminal.signal, {
    onAlerts(subject, found) {
      alerts += found.length
      books.get(subject)?.addAlerts(found)
    },
    onExecution: (subject, record) => books.get(subject)?.addExecution(record),
    async keptUp(atMs) {
      progress.tell({ stretch, atMs, alerts })
      const nowMs = terminal.clock.nowMs()
      if (nowMs - heardMs < listenEveryMs) return
      // Only a sleeping process hears Ctrl-C.
      await terminal.clock.sleep(0)
      heardMs = nowMs
    },
  })
  progress.clear()
  const interruptedMs = terminal.signal.aborted ? end.reachedMs : undefined
  return subjects.map((subject) => {
    const seen = gathered.bySubject.get(subject)
    return {
      rule: subject.installed.rule,
      findings: (books.get(subject) ?? findingsBook()).findings(),
      read: seen?.read ?? 0,
      matched: seen?.matchedMs.length ?? 0,
      stretch,
      interruptedMs,
      notes: notesOf(subject, seen, { firstMs: gathered.firstMs, stretch }),
    }
  })
}

const listenEveryMs = 50

function replayProgress({
  stretch: { fromMs, toMs },
  atMs,
  alerts,
}: {
  readonly stretch: BacktestStretch
  readonly atMs: number
  readonly alerts: number
}): string {
  const share = Math.floor(Math.min(1, (atMs - fromMs) / (toMs - fromMs)) * 100)
  return `executing ${share}%: ${new Date(atMs).toISOString().slice(0, 16)}, ${alerts.toLocaleString('en')} alerts`
}

/** Items count for the rules that name their list, as they do in an installation. */
async function installExceptions(
  engine: Engine,
  subjects: readonly Subject[],
  {
    loaded,
    feed,
    terminal,
  }: { readonly loaded: LoadedInput; readonly feed: Feed; readonly terminal: Terminal },
): Promise<void> {
  const named = new Set(
    subjects.flatMap(({ installed }) => installed.rule.exceptionsList.map(({ listId }) => listId)),
  )
  const there = await Promise.all(subjects.map(({ installed }) => feed.exceptionsOf(installed)))
  const items: readonly ExceptionItem[] = [
    ...there.flatMap((found) => found.items),
    ...loaded.items,
  ]
  const valueLists = there.flatMap((found) => found.valueLists)
  await keepExceptions(engine.exceptions, { items, valueLists })
  const idle = loaded.items.filter(({ listId }) => !named.has(listId))
  if (idle.length > 0) {
    const lists = [...new Set(idle.map(({ listId }) => listId))].map(shown).join(', ')
    terminal.err(
      `warning: ${idle.length} exception items apply to no rule here: none names the list ${lists}\n`,
    )
  }
}

function notesOf(
  { installed: { rule }, runnable }: Subject,
  seen: SubjectEvents | undefined,
  {
    firstMs,
    stretch: { fromMs },
  }: { readonly firstMs: number | undefined; readonly stretch: BacktestStretch },
): readonly string[] {
  const notes: string[] = []
  if (seen === undefined || seen.read === 0) {
    const patterns = (runnable.source.index ?? []).join(', ') || 'its default indices'
    notes.push(`no event is in an index that the rule reads (${patterns})`)
  }
  const { params } = rule
  if (params.type !== 'new_terms' || firstMs === undefined) return notes
  const historyMs = parseDateMath(params.historyWindowStart, { nowMs: fromMs })
  if (historyMs === undefined || historyMs >= firstMs) return notes
  const fullMs = fromMs + (firstMs - historyMs)
  notes.push(
    `the history of this rule (${params.historyWindowStart}) reaches back before the first event until ${new Date(fullMs).toISOString().slice(0, 10)}: up to then more is new than would have been`,
  )
  return notes
}

/** Beyond this a stray date in the events is likelier than the wish to wait. */
const maxExecutions = 20_000_000

function stretchOf(
  { firstMs, lastMs }: Gathered,
  range: AskedRange,
  subjects: readonly Subject[],
): BacktestStretch | undefined {
  const fromMs = range.fromMs ?? firstMs ?? range.toMs
  const toMs = range.toMs ?? lastMs ?? range.fromMs
  if (fromMs === undefined || toMs === undefined) return undefined
  const stretch = { fromMs, toMs: Math.max(fromMs + 1, toMs) }
  const count = executionsIn(subjects, stretch)
  if (count > maxExecutions) {
    const ends = `${new Date(fromMs).toISOString()} to ${new Date(toMs).toISOString()}`
    const help = 'say by --from and --to which time you mean'
    const message = `${ends} would take ${count.toLocaleString('en')} executions\nhelp: ${help}`
    throw new Fault('too-large', 'backtest.too-long', message)
  }
  return stretch
}
