import type { WireAlertRow } from '#api'

/** Fields of alerts that a filter is often about. */
export const alertFields: readonly string[] = [
  'host.name',
  'user.name',
  'process.name',
  'process.executable',
  'process.args',
  'process.command_line',
  'process.parent.name',
  'process.parent.executable',
  'process.working_directory',
  'process.entry_leader.entry_meta.type',
  'process.entry_leader.entry_meta.source.ip',
  'container.id',
  'container.name',
  'container.image.name',
  'file.path',
  'source.ip',
  'destination.ip',
  'event.action',
  'event.category',
  'kibana.alert.rule.name',
  'kibana.alert.rule.rule_id',
  'kibana.alert.rule.tags',
  'kibana.alert.rule.type',
  'kibana.alert.rule.threat.technique.id',
  'kibana.alert.rule.threat.tactic.name',
  'kibana.alert.severity',
  'kibana.alert.risk_score',
  'kibana.alert.workflow_reason',
  'kibana.alert.workflow_user',
  'kibana.alert.new_terms',
]

/** Words that may follow in a filter in KQL: fields, values of those that the rows show, and what joins them. */
export function completionsOf(text: string, rows: readonly WireAlertRow[]): readonly string[] {
  const [, field, started] = /([\w.@-]+):\s?"?([^\s"()]*)$/.exec(text) ?? []
  if (field !== undefined) {
    const values = new Set(rows.map(valueGetters.get(field) ?? (() => '')))
    return [...values]
      .filter((value) => value !== '' && value.startsWith(started ?? '') && value !== started)
      .slice(0, maxOffered)
      .map(quoted)
  }
  const [word = ''] = /[\w.@-]*$/.exec(text) ?? []
  if (word === '') return []
  const fitting = alertFields.filter((name) => name.includes(word) && name !== word)
  return fitting
    .toSorted((a, b) => Number(b.startsWith(word)) - Number(a.startsWith(word)))
    .slice(0, maxOffered)
    .map((name) => `${name}: `)
}

/** The text with a completion in place of the word that it completes. */
export function completed(text: string, completion: string): string {
  const isValue = /[\w.@-]+:\s?"?[^\s"()]*$/.test(text)
  return text.replace(isValue ? /"?[^\s"():]*$/ : /[\w.@-]*$/, () => completion)
}

const maxOffered = 8

const valueGetters: ReadonlyMap<string, (row: WireAlertRow) => string> = new Map([
  ['host.name', ({ host }: WireAlertRow) => host],
  ['user.name', ({ user }: WireAlertRow) => user],
  ['kibana.alert.rule.name', ({ rule }: WireAlertRow) => rule],
  ['kibana.alert.severity', ({ severity }: WireAlertRow) => severity],
  ['kibana.alert.new_terms', ({ new_terms: [first = ''] }: WireAlertRow) => first],
])

function quoted(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}
