import { visibleText } from '#base'
import type { AlertNote, Message } from './connector.ts'

/** What a template can name, and what stands for it: of several alerts those of the first. */
const places: { readonly [name: string]: (alert: AlertNote, count: number) => string } = {
  'rule.name': ({ rule }) => rule,
  'rule.id': ({ ruleId }) => ruleId,
  severity: ({ severity }) => severity,
  risk: ({ risk }) => String(risk),
  reason: ({ reason }) => reason,
  host: ({ host }) => host,
  user: ({ user }) => user,
  time: ({ at }) => at,
  'alert.id': ({ id }) => id,
  count: (_alert, count) => String(count),
  more: (_alert, count) => (count > 1 ? `, and ${count - 1} more` : ''),
}

/** What most connectors tell. */
export const plainTemplate =
  '[{{severity}}] {{rule.name}} on {{host}}{{more}}\n{{reason}}\n{{time}} · alert {{alert.id}}'

const place = /\{\{\s*([\w.]*)\s*\}\}/g
const longestValue = 1_000

/** What is wrong with a template, a sentence each. */
export function problemsOfTemplate(template: string): readonly string[] {
  return Array.from(template.matchAll(place), ([, name = '']) => name)
    .filter((name) => !Object.hasOwn(places, name))
    .map((name) => `{{${name}}} is unknown; known are ${Object.keys(places).join(', ')}`)
}

/** A message of alerts, at least one. Values go in once and as visible text: what an event says is never read as a template. */
export function messageOf(
  template: string,
  { id, alerts, count }: Pick<Message, 'id' | 'alerts' | 'count'>,
): Message {
  const [first] = alerts
  if (first === undefined) throw new Error('a message without an alert')
  const text = template.replace(place, (whole, name: string) => {
    const value = Object.hasOwn(places, name) ? places[name]?.(first, count) : undefined
    return value === undefined ? whole : visibleText(value.slice(0, longestValue))
  })
  const worst = alerts.reduce((a, b) => (b.risk > a.risk ? b : a))
  const more = count > 1 ? `, and ${count - 1} more` : ''
  const title = visibleText(`[${worst.severity}] ${first.rule} on ${first.host}${more}`)
  return { title: title.slice(0, 250), text, severity: worst.severity, alerts, count, id }
}

/** An alert that nobody raised, for previews and tests. */
export const sampleAlert: AlertNote = {
  id: 'sample',
  ruleId: 'sample',
  rule: 'Sample: a test of this channel',
  severity: 'low',
  risk: 21,
  reason: 'Somebody asked Vedette to send a test. Nothing happened.',
  host: 'sample-host',
  user: 'sample',
  at: '2026-01-01T00:00:00.000Z',
}
