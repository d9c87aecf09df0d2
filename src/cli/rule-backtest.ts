import { Fault, hasErrors, parseDate, parseDateMath, type Diagnostic } from '#base'
import type { Engine } from '#detect'
import type { ExceptionItem, Rule } from '#rule'
import { instantOf } from './alert-list.ts'
import { apiFeed } from './backtesting/api-feed.ts'
import type { Feed } from './backtesting/feed.ts'
import { fileFeed } from './backtesting/file-feed.ts'
import { findingsBook } from './backtesting/findings.ts'
import { gatherFor, type Gathered } from './backtesting/gathering.ts'
import { clockAt, executionsIn, replayOf, type Stretch } from './backtesting/replay.ts'
import { reportJson, reportText, type RuleReport } from './backtesting/report.ts'
import { storeFeed } from './backtesting/store-feed.ts'
import { namelessIndex, subjectOf, type Subject } from './backtesting/subjects.ts'
import type { Call } from './command.ts'
import { connect, dataDirectoryOf } from './connect.ts'
import { diagnosticText } from './diagnostics.ts'
import { exitCode, usageFault, type ExitCode } from './exit-code.ts'
import type { Format } from './format-option.ts'
import { progressLine } from './hunting/progress.ts'
import { formatOf } from './output.ts'
import { loadRuleFiles } from './rule-files.ts'
import { shown, type Terminal } from './terminal.ts'

/** `vedette rule backtest`: what rules would have told of past events, executed as their schedules would. */
export async function ruleBacktest(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = backtestFormat(call, terminal)
  requireOneSource(call)
  const range = rangeOf(call, terminal.clock.nowMs())
  const loaded = await rulesOf(call, terminal)
  const feed = await feedOf(call, terminal)
  try {
    const { subjects, unusable } = await subjectsOf(loaded.rules, feed, terminal)
    if (subjects.length === 0) return exitCode.bad
    const gathering = gatherFor(subjects, terminal.clock)
    const read = await feed.read(gathering).catch(async (thrown: unknown) => {
      await gathering.abandon()
      throw thrown
    })
    const gathered = await gathering.end()
    try {
      const reports = await replayed({ gathered, range, loaded, feed, terminal })
      write(reports, format, terminal)
      tellEnd(gathered, terminal)
      if (terminal.signal.aborted) return exitCode.interrupted
      const failed = reports.some(({ findings }) => findings.failed > 0)
      if (failed || unusable > 0 || loaded.errors > 0) return exitCode.bad
      return read.unreadable + gathered.refused > 0 ? exitCode.partial : exitCode.done
    } finally {
      await gathered.close()
    }
  } finally {
    await feed.close()
  }
}

function backtestFormat(call: Call, terminal: Terminal): Format {
  const format = formatOf(call, terminal)
  if (format === 'csv') throw usageFault('--format is one of table, json, ndjson')
  return format
}

function requireOneSource(call: Call): void {
  const sources = [call.texts('events').length > 0, call.text('data') !== undefined]
  if (sources.filter(Boolean).length !== 1) {
    throw usageFault('say where the events are: either --events PATH or --data DIR')
  }
}

interface AskedRange {
  readonly fromMs: number | undefined
  readonly toMs: number | undefined
}

function rangeOf(call: Call, nowMs: number): AskedRange {
  const [fromMs, toMs] = ['from', 'to'].map((option) => {
    const text = instantOf(call, option, nowMs)
    return text === undefined ? undefined : parseDate(text)
  })
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) {
    throw usageFault('--from must be before --to')
  }
  return { fromMs, toMs }
}

interface LoadedInput {
  readonly rules: readonly Rule[]
  /** Exception items of all files. */
  readonly items: readonly ExceptionItem[]
  /** Files and rules that could not be used; each was told. */
  readonly errors: number
}

async function rulesOf(call: Call, terminal: Terminal): Promise<LoadedInput> {
  const ruleFiles = await loadRuleFiles(call.positionals)
  const exceptionFiles = await loadRuleFiles(call.texts('exceptions'))
  const files = [...ruleFiles.files, ...exceptionFiles.files]
  const unreadable = [...ruleFiles.unreadable, ...exceptionFiles.unreadable]
  let errors = unreadable.length
  for (const { path, reason } of unreadable) {
    terminal.err(`error: cannot read ${shown(path)}: ${shown(reason)}\n`)
  }
  for (const { text, reading } of files) {
    const wrong = reading.diagnostics.filter((diagnostic) => hasErrors([diagnostic]))
    errors += wrong.length
    for (const diagnostic of wrong) terminal.err(diagnosticText(diagnostic, terminal, text))
  }
  return {
    rules: ruleFiles.files.flatMap(({ reading }) => reading.rules),
    items: files.flatMap(({ reading }) => reading.exceptions),
    errors,
  }
}

async function feedOf(call: Call, terminal: Terminal): Promise<Feed> {
  if (call.text('data') === undefined) {
    const index = call.text('index') ?? namelessIndex
    return fileFeed(call.texts('events'), { terminal, namelessIndex: index })
  }
  const directory = dataDirectoryOf(call, terminal)
  return storeFeed(directory, terminal).catch(async (thrown: unknown) => {
    if (!(thrown instanceof Fault && thrown.code === 'store.locked')) throw thrown
    terminal.note('a server holds the data directory: its API is asked for the events\n')
    const { api } = await connect(call, terminal)
    await api.getStatus({}).catch((cause: unknown) => {
      const message = `${thrown.message}\nhelp: what holds it does not answer; stop it and run this again`
      throw new Fault(thrown.kind, thrown.code, message, { cause })
    })
    return apiFeed(api, terminal)
  })
}

async function subjectsOf(
  rules: readonly Rule[],
  feed: Feed,
  terminal: Terminal,
): Promise<{ readonly subjects: readonly Subject[]; readonly unusable: number }> {
  const subjects: Subject[] = []
  const tell = (rule: Rule, diagnostics: readonly Diagnostic[]): void => {
    for (const { message } of diagnostics) {
      terminal.err(`error: ${shown(rule.name)} cannot run: ${shown(message)}\n`)
    }
  }
  let unusable = 0
  for (const rule of rules) {
    const installed = await feed.installedOf(rule)
    const subject = subjectOf(rule, { nowMs: terminal.clock.nowMs(), installed })
    if ('runnable' in subject) subjects.push(subject)
    else {
      unusable++
      tell(rule, subject.diagnostics)
    }
  }
  if (rules.length === 0) terminal.err('error: there is no rule in these files\n')
  return { subjects, unusable }
}

/** Beyond this a stray date in the events is likelier than the wish to wait. */
const maxExecutions = 20_000_000

function stretchOf(
  { firstMs, lastMs }: Gathered,
  range: AskedRange,
  subjects: readonly Subject[],
): Stretch | undefined {
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

async function replayed({
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
  const replay = replayOf(gathered, { stretch, clock: clockAt(stretch) })
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
      notes: notesOf(subject, gathered, stretch),
    }
  })
}

const listenEveryMs = 50

function replayProgress({
  stretch: { fromMs, toMs },
  atMs,
  alerts,
}: {
  readonly stretch: Stretch
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
  for (const listId of new Set(items.map((item) => item.listId))) {
    const list = { listId, name: listId, type: 'detection', namespaceType: 'single' } as const
    await engine.exceptions.putList({ ...list, unknown: {} })
  }
  for (const item of items) await engine.exceptions.putItem(item)
  const valueLists = new Map(
    there.flatMap((found) => found.valueLists.map((list) => [list.id, list])),
  )
  for (const list of valueLists.values()) await engine.exceptions.putValueList(list)
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
  { bySubject, firstMs }: Gathered,
  { fromMs }: Stretch,
): readonly string[] {
  const read = [...bySubject].find(([subject]) => subject.installed.rule === rule)?.[1].read ?? 0
  const notes: string[] = []
  if (read === 0) {
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

function write(reports: readonly RuleReport[], format: Format, terminal: Terminal): void {
  if (format === 'table') {
    terminal.out(reports.map((report) => reportText(report, terminal)).join('\n'))
    return
  }
  const texts = reports.map((report) => JSON.stringify(reportJson(report)))
  terminal.out(
    format === 'json' ? `[\n${texts.join(',\n')}\n]\n` : texts.map((text) => `${text}\n`).join(''),
  )
}

function tellEnd(gathered: Gathered, terminal: Terminal): void {
  const { events, kept, repeated, refused, nameless, storeKind } = gathered
  const where = storeKind === 'memory' ? 'in memory' : 'in a temporary store on disk'
  const extra = [
    ...(nameless > 0
      ? [`${nameless.toLocaleString('en')} name no index: every rule read them`]
      : []),
    ...(repeated > 0 ? [`${repeated} came twice`] : []),
    ...(refused > 0 ? [`${refused} were refused by the store`] : []),
    ...(terminal.signal.aborted ? ['interrupted: the numbers are those up to there'] : []),
  ]
  terminal.note(
    `${events.toLocaleString('en')} events, ${kept.toLocaleString('en')} of them kept ${where}${extra.map((text) => `; ${text}`).join('')}\n`,
  )
}
