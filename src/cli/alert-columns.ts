import { isJsonObject, parseDate, type JsonObject, type JsonValue } from '#base'
import { valuesOf } from '#event'
import type { Column } from './output.ts'
import { shown, type Tone } from './terminal.ts'

/** An alert as tables show it. */
export interface AlertRow {
  readonly id: string
  readonly document: JsonObject
}

/** A member of an alert as text, whether it is stored dotted or nested; several values with commas between. */
export function textAt({ document }: Pick<AlertRow, 'document'>, field: string): string {
  return valuesOf(document, field).map(shown).join(', ')
}

const tones: { readonly [severity: string]: Tone } = {
  critical: 'bad',
  high: 'bad',
  medium: 'warning',
}

/** The columns of a list of alerts; times are relative to `nowMs`. */
export function alertColumns(nowMs: number): readonly Column<AlertRow>[] {
  return [
    { title: 'ID', value: ({ id }) => id.slice(0, 10), dispensable: 0 },
    {
      title: 'SEVERITY',
      value: (row) => textAt(row, 'kibana.alert.severity'),
      tone: (row) => tones[textAt(row, 'kibana.alert.severity')],
      dispensable: 1,
    },
    {
      title: 'STATUS',
      value: (row) => textAt(row, 'kibana.alert.workflow_status'),
      dispensable: 4,
    },
    { title: 'WHEN', value: (row) => whenText(row, nowMs), dispensable: 2 },
    { title: 'RULE', value: (row) => textAt(row, 'kibana.alert.rule.name'), dispensable: 0 },
    { title: 'HOST', value: (row) => textAt(row, 'host.name'), dispensable: 6 },
    { title: 'USER', value: (row) => textAt(row, 'user.name'), dispensable: 5 },
    { title: 'NEW', value: (row) => textAt(row, 'kibana.alert.new_terms'), dispensable: 3 },
    { title: 'WHAT HAPPENED', value: whatHappened, dispensable: 0 },
  ]
}

function whenText(row: AlertRow, nowMs: number): string {
  const text = textAt(row, 'kibana.alert.original_time') || textAt(row, '@timestamp')
  const ms = parseDate(text)
  return ms === undefined ? text : ago(nowMs - ms)
}

/** How long ago, in the largest unit that fits. */
function ago(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 0) return 'ahead'
  if (seconds < 60) return `${seconds}s ago`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m ago`
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)}h ago`
  return `${Math.floor(seconds / 86_400)}d ago`
}

/** One line: the command as it was given, else the reason that the alert carries. */
export function whatHappened(row: AlertRow): string {
  // What the events of a sequence have in common is no command.
  const isSequence = textAt(row, 'kibana.alert.group.id') === row.id
  const command = isSequence ? '' : valuesOf(row.document, 'process.args').map(shown).join(' ')
  const parent = textAt(row, 'process.parent.name')
  if (command === '') return textAt(row, 'kibana.alert.reason')
  return parent === '' ? command : `${parent} → ${command}`
}

/** One alert as a line for logs and terminals. */
export function alertLine(row: AlertRow): string {
  const severity = textAt(row, 'kibana.alert.severity')
  const fresh = textAt(row, 'kibana.alert.new_terms')
  const host = textAt(row, 'host.name')
  return [
    severity.toUpperCase(),
    textAt(row, 'kibana.alert.rule.name'),
    ...(host === '' ? [] : [`on ${host}`]),
    whatHappened(row),
    ...(fresh === '' ? [] : [`(new: ${fresh})`]),
    row.id.slice(0, 10),
  ].join('  ')
}

/** Every leaf of an alert, for showing it whole. */
export function leavesOf(value: JsonValue, path = ''): readonly (readonly [string, string])[] {
  if (!isJsonObject(value)) return [[path, shown(value)]]
  return Object.entries(value).flatMap(([name, member]) =>
    leavesOf(member, path === '' ? name : `${path}.${name}`),
  )
}
