import type { Api } from '#api'
import { alertLine, leavesOf, textAt, whatHappened, type AlertRow } from './alert-columns.ts'
import { findAlert } from './alert-reference.ts'
import type { Call } from './command.ts'
import { connect } from './connect.ts'
import { exitCode, type ExitCode } from './exit-code.ts'
import { formatOf } from './output.ts'
import type { Terminal } from './terminal.ts'

/** `vedette alert show`: one alert, with the reason why it is one. */
export async function alertShow(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const { api } = await connect(call, terminal)
  const alert = await findAlert(api, call.positionals[0] ?? '')
  if (format === 'table') terminal.out(pageOf(alert, await blocksOf(alert, api), terminal))
  else if (format === 'csv') terminal.out(`${alertLine(alert)}\n`)
  else {
    const indent = format === 'json' ? 2 : 0
    terminal.out(`${JSON.stringify({ id: alert.id, ...alert.document }, null, indent)}\n`)
  }
  return exitCode.done
}

const headline: readonly (readonly [string, string])[] = [
  ['severity', 'kibana.alert.severity'],
  ['risk score', 'kibana.alert.risk_score'],
  ['status', 'kibana.alert.workflow_status'],
  ['happened', 'kibana.alert.original_time'],
  ['alerted', '@timestamp'],
  ['host', 'host.name'],
  ['user', 'user.name'],
  ['executable', 'process.executable'],
  ['parent', 'process.parent.executable'],
  ['directory', 'process.working_directory'],
  ['container', 'container.id'],
]

/** The building blocks of a sequence, in its order; none for other alerts. */
async function blocksOf(alert: AlertRow, api: Api): Promise<readonly AlertRow[]> {
  if (textAt(alert, 'kibana.alert.group.id') !== alert.id) return []
  const { alerts } = await api.listAlerts({ sequence: alert.id, limit: 500 })
  const placeOf = (block: AlertRow) => Number(textAt(block, 'kibana.alert.group.index'))
  return alerts.toSorted((a, b) => placeOf(a) - placeOf(b))
}

function pageOf(alert: AlertRow, blocks: readonly AlertRow[], terminal: Terminal): string {
  const facts = headline.flatMap(([name, field]) => {
    const text = textAt(alert, field)
    return text === '' ? [] : [`  ${name.padEnd(12)}${text}`]
  })
  const lines = [
    terminal.tint('strong', textAt(alert, 'kibana.alert.rule.name')),
    whatHappened(alert),
    ...whyNew(alert),
    ...blocks.map(
      (block) => `  ${textAt(block, 'kibana.alert.original_time')}  ${whatHappened(block)}`,
    ),
    '',
    ...facts,
    '',
    textAt(alert, 'kibana.alert.reason'),
    ...guideOf(alert),
    '',
    terminal.tint('faint', 'everything the alert carries:'),
    ...leavesOf(alert.document)
      .filter(([name]) => !name.startsWith('kibana.alert.rule.'))
      .map(([name, value]) => `  ${terminal.tint('faint', name)} ${value.slice(0, 2_000)}`),
    '',
    terminal.tint('faint', `id ${alert.id}`),
  ]
  return `${lines.join('\n')}\n`
}

function whyNew(alert: AlertRow): readonly string[] {
  const terms = textAt(alert, 'kibana.alert.new_terms')
  if (terms === '') return []
  const fields = textAt(alert, 'kibana.alert.rule.parameters.new_terms_fields')
  const history = textAt(alert, 'kibana.alert.rule.parameters.history_window_start')
  const since = history === '' ? '' : `; not seen since ${history}`
  return [`new: ${terms}${fields === '' ? '' : ` (${fields}${since})`}`]
}

function guideOf(alert: AlertRow): readonly string[] {
  const guide = textAt(alert, 'kibana.alert.rule.note')
  return guide === '' ? [] : ['', guide.replaceAll('\\n', '\n')]
}
