import { availableParallelism } from 'node:os'
import type { Alert } from '#alert'
import { parseDate } from '#base'
import { alertColumns, textAt, type AlertRow } from './alert-columns.ts'
import { instantOf, severityOf } from './alert-list.ts'
import type { Call } from './command.ts'
import { exitCode, usageFault, type ExitCode } from './exit-code.ts'
import { chosenRules, rankOf } from './hunting/chosen-rules.ts'
import { createHunter, type Hunter, type IdleRule } from './hunting/hunter.ts'
import { inputReader, type Tally } from './hunting/input-reader.ts'
import { inputsAt } from './hunting/inputs.ts'
import { formatNamed, formatNames } from './hunting/formats.ts'
import type { SiftPlan } from './hunting/sift-plan.ts'
import { crewFor, siftPlanOf } from './hunting/start.ts'
import { formatOf, rowWriter } from './output.ts'
import { shown, type Terminal } from './terminal.ts'

const maxThreads = 256

/** A table on a terminal holds its rows in memory; more than these are counted only. */
const maxTableRows = 2_000

/** `vedette hunt`: rules over files or stdin, streaming; nothing is kept but what rules for new terms and sequences remember. */
export async function hunt(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const nowMs = terminal.clock.nowMs()
  const failOn = call.text('fail-on')
  const failRank = failOn === undefined ? Number.POSITIVE_INFINITY : rankOf(severityOf(failOn))
  const within = timesOf(call, nowMs)
  const { rules, exceptions, unreadable: badRules } = await chosenRules(call, terminal)
  const hunter = createHunter(rules, { exceptions, clock: terminal.clock })
  tellIdle(hunter.idle, terminal)
  if (hunter.running.length === 0) throw usageFault('none of the rules can run')

  const rows = rowWriter<AlertRow>(terminal, {
    format,
    columns: alertColumns(nowMs),
    json: ({ id, document }) => ({ id, ...document }),
  })
  const holdsRows = format === 'table' && terminal.outIsTty
  const { inputs, unreadable } = await inputsAt(call.positionals)
  const reader = inputReader({
    terminal,
    format: inputFormatOf(call),
    look: (event, places) => hunter.judge(event, places),
    onAlerts(alerts) {
      const found = alerts.map(rowOf)
      for (const row of found) {
        const rank = rankOf(textAt(row, 'kibana.alert.severity'))
        reader.tally.worstRank = Math.max(reader.tally.worstRank, rank)
      }
      const before = reader.tally.alerts - alerts.length
      rows.write(holdsRows ? found.slice(0, Math.max(0, maxTableRows - before)) : found)
    },
  })
  for (const { path, reason } of unreadable) reader.tellUnreadable(path, reason)
  const plan = await siftPlanOf(hunter, { inputs, within, nowMs, readsAll: call.has('read-all') })
  const crew = crewFor(inputs, { plan, threads: threadsOf(call), terminal })
  try {
    await reader.read(inputs, crew)
  } finally {
    await crew.close()
  }
  rows.end()
  tellEnd(terminal, hunter, reader.tally)
  if (holdsRows && reader.tally.alerts > maxTableRows) {
    terminal.note(`the first ${maxTableRows} alerts are shown; --format ndjson gives all\n`)
  }
  if (terminal.signal.aborted) return exitCode.interrupted
  if (reader.tally.worstRank >= failRank) return exitCode.bad
  const incomplete = reader.tally.unreadable > 0 || badRules > 0 || hunter.overfull().length > 0
  return incomplete ? exitCode.partial : exitCode.done
}

function rowOf({ id, body }: Alert): AlertRow {
  return { id, document: body }
}

function tellIdle(idle: readonly IdleRule[], terminal: Terminal): void {
  if (idle.length === 0) return
  const byReason = Map.groupBy(
    idle,
    ({ diagnostics }) => diagnostics[0]?.message ?? 'unknown reason',
  )
  terminal.note(`${idle.length} rules cannot run:\n`)
  for (const [reason, rules] of byReason) {
    terminal.note(`  ${rules.length} because ${shown(reason)}\n`)
    for (const { rule } of rules) terminal.note(`    ${shown(rule.ruleId)}  ${shown(rule.name)}\n`)
  }
}

function timesOf(call: Call, nowMs: number): SiftPlan['within'] {
  const from = instantOf(call, 'from', nowMs)
  const to = instantOf(call, 'to', nowMs)
  if (from === undefined && to === undefined) return undefined
  const fromMs = (from === undefined ? undefined : parseDate(from)) ?? Number.NEGATIVE_INFINITY
  const toMs = (to === undefined ? undefined : parseDate(to)) ?? Number.POSITIVE_INFINITY
  return { fromMs, toMs }
}

function inputFormatOf(call: Call): string | undefined {
  const name = call.text('input-format')
  if (name === undefined || formatNamed(name) !== undefined) return name
  throw usageFault(`--input-format ${name} is not known: one of ${formatNames.join(', ')}`)
}

/** Threads that read: one a core, if nothing else is said. */
function threadsOf(call: Call): number {
  const text = call.text('threads')
  if (text === undefined) return availableParallelism()
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= maxThreads) return count
  throw usageFault(`--threads ${text}: expected a number from 1 to ${maxThreads}`)
}

function tellEnd(terminal: Terminal, hunter: Hunter, tally: Tally): void {
  for (const rule of hunter.overfull()) {
    terminal.err(
      `warning: ${shown(rule.name)}: too many combinations or unfinished sequences to remember; some that came later were not told\n`,
    )
  }
  const seconds = Math.max(0.001, (terminal.clock.nowMs() - tally.startedMs) / 1000)
  const events = tally.events + tally.passedOver
  const rate = Math.round(events / seconds)
  const peakMib = Math.round(process.resourceUsage().maxRSS / 1024)
  const extra = [
    ...(tally.passedOver > 0
      ? [`${count(tally.passedOver, 'line')} passed over unread: no rule can be about them`]
      : []),
    ...(tally.unreadable > 0 ? [`${tally.unreadable} unreadable`] : []),
    ...(tally.timeless > 0 ? [`${tally.timeless} without a time`] : []),
    ...(terminal.signal.aborted ? ['interrupted'] : []),
  ]
  terminal.note(
    `${count(events, 'event')}, ${count(hunter.running.length, 'rule')}, ${count(tally.alerts, 'alert')} ` +
      `in ${seconds.toFixed(1)} s: ${rate.toLocaleString('en')} events/s, peak memory ${peakMib} MiB` +
      `${extra.length > 0 ? `; ${extra.join(', ')}` : ''}\n`,
  )
}

function count(number: number, what: string): string {
  return `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`
}
