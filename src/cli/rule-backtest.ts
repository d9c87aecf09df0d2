import { gatherFor, type Gathered } from '#detect'
import { feedOf, rangeOf, rulesOf, subjectsOf } from './backtesting/asked.ts'
import { reportJson, reportText, type RuleReport } from './backtesting/report.ts'
import { runBacktest } from './backtesting/run-backtest.ts'
import type { Call } from './command.ts'
import { exitCode, usageFault, type ExitCode } from './exit-code.ts'
import type { Format } from './format-option.ts'
import { formatOf } from './output.ts'
import type { Terminal } from './terminal.ts'

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
      const reports = await runBacktest({ gathered, range, loaded, feed, terminal })
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
