import { parseDateMath } from '#base'
import { alertColumns, type AlertRow } from './alert-columns.ts'
import type { Call } from './command.ts'
import { connect } from './connect.ts'
import { exitCode, usageFault, type ExitCode } from './exit-code.ts'
import { limitOf } from './limit-option.ts'
import { formatOf, rowWriter } from './output.ts'
import type { Terminal } from './terminal.ts'

const pageSize = 500

/** `vedette alert list`: alerts, newest first. */
export async function alertList(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const limit = limitOf(call)
  const { api } = await connect(call, terminal)
  const nowMs = terminal.clock.nowMs()
  const asked = requestOf(call, nowMs)
  const rows = rowWriter<AlertRow>(terminal, {
    format,
    columns: alertColumns(nowMs),
    json: ({ id, document }) => ({ id, ...document }),
  })
  let written = 0
  let after: string | undefined
  let total = 0
  do {
    const page = await api.listAlerts({
      ...asked,
      limit: Math.min(pageSize, limit - written),
      ...(after !== undefined && { after }),
    })
    rows.write(page.alerts)
    written += page.alerts.length
    total = page.total
    after = page.alerts.length === 0 ? undefined : page.next
  } while (after !== undefined && written < limit)
  rows.end()
  if (terminal.outIsTty) {
    const hint = written === 0 ? '; try `vedette selftest`' : ''
    terminal.note(`${written} of ${total} alert${total === 1 ? '' : 's'}${hint}\n`)
  }
  return exitCode.done
}

function requestOf(call: Call, nowMs: number) {
  const status = statusesOf(call)
  const from = instantOf(call, 'since', nowMs)
  const severity = call.texts('severity').map(severityOf)
  const rule = call.text('rule')
  return {
    ...(status.length > 0 && { status }),
    ...(severity.length > 0 && { severity }),
    ...(rule !== undefined && { rule }),
    ...(from !== undefined && { from }),
  }
}

const statuses = ['open', 'acknowledged', 'closed'] as const

function statusesOf(call: Call) {
  return call.texts('status').flatMap((text) =>
    text.split(',').map((word) => {
      const found = statuses.find((status) => status === word)
      if (found === undefined) throw usageFault(`--status is one of ${statuses.join(', ')}`)
      return found
    }),
  )
}

const severities = ['low', 'medium', 'high', 'critical'] as const

/** The severity that a word names. Faults: `cli.usage`. */
export function severityOf(word: string): (typeof severities)[number] {
  const found = severities.find((severity) => severity === word)
  if (found === undefined)
    throw usageFault(`\`${word}\` is no severity; they are ${severities.join(', ')}`)
  return found
}

/** The instant that an option names: `24h` (ago), a date, or date math; undefined where it is not given. */
export function instantOf(call: Call, option: string, nowMs: number): string | undefined {
  const text = call.text(option)
  if (text === undefined) return undefined
  const math = /^\d+(ms|s|m|h|d|w|M|y)$/.test(text) ? `now-${text}` : text
  const ms = parseDateMath(math, { nowMs })
  if (ms === undefined) {
    throw usageFault(`--${option} ${text} is no time; write 24h, now-7d, or 2026-11-24T02:00Z`)
  }
  return new Date(ms).toISOString()
}
