import type { AlertBody } from '#alert'
import { textOf, textsOf } from '../text-of.ts'

/** A question about stored events that a step of a guide asks for. */
export interface Pivot {
  readonly id: string
  /** Words of a step that ask for it. */
  readonly asks: RegExp
  /** What is counted, in the singular: `event`. */
  readonly noun: string
  /** KQL; undefined where the alert lacks what the question needs. */
  readonly kql: (alert: AlertBody) => string | undefined
  /** How far before and after the event is looked, milliseconds. */
  readonly aroundMs: number
}

const hourMs = 3_600_000
const quarterMs = 900_000

/** Every pivot, the most particular first: a step gets the first two that fit. */
export const pivots: readonly Pivot[] = [
  {
    id: 'container',
    asks: /inside|in the container|container\.id|ran in|of the new container/i,
    noun: 'container event',
    kql: (alert) =>
      both(alert, ['host.name'], 'event.dataset: vedette.container or container.id: *'),
    aroundMs: quarterMs,
  },
  {
    id: 'network',
    asks: /network|connection|destination|remote|download|registr|outbound|command and control/i,
    noun: 'network event',
    kql: (alert) => both(alert, ['host.name'], 'event.category: network'),
    aroundMs: quarterMs,
  },
  {
    id: 'persistence',
    asks: /persist|cron|systemd|unit|start.?up|scheduled|authorized_keys/i,
    noun: 'event',
    kql: (alert) =>
      both(
        alert,
        ['host.name'],
        'process.name: (crontab or systemctl or at or chkconfig or update-rc.d) or file.path: (/etc/cron* or /etc/systemd/*)',
      ),
    aroundMs: hourMs,
  },
  {
    id: 'ancestry',
    asks: /parent|ancest|process tree|execution chain|spawn|came from|how .* (?:started|launched)/i,
    noun: 'event',
    kql: (alert) =>
      valueOf('process.entity_id', textOf(alert, 'process.parent.entity_id')) ??
      valueOf('process.executable', textOf(alert, 'process.parent.executable')),
    aroundMs: hourMs,
  },
  {
    id: 'session',
    asks: /user|account|session|login|logon|ssh|person|who /i,
    noun: 'user event',
    kql: (alert) => both(alert, ['host.name', 'user.name'], ''),
    aroundMs: hourMs,
  },
  {
    id: 'file',
    asks: /\bfiles?\b|hash|binary|executable|script|signature/i,
    noun: 'start',
    kql: (alert) =>
      valueOf('process.hash.sha256', textOf(alert, 'process.hash.sha256')) ??
      valueOf('process.executable', textOf(alert, 'process.executable')),
    aroundMs: 24 * hourMs,
  },
  {
    id: 'prevalence',
    asks: /other hosts|prevalen|elsewhere|other endpoints|environment|how common/i,
    noun: 'start',
    kql: (alert) => valueOf('process.executable', textOf(alert, 'process.parent.executable')),
    aroundMs: 30 * 24 * hourMs,
  },
  {
    id: 'around',
    asks: /around|timeframe|time frame|same time|before and after|surrounding|other events|activity/i,
    noun: 'event',
    kql: (alert) => both(alert, ['host.name'], ''),
    aroundMs: quarterMs,
  },
]

function both(alert: AlertBody, fields: readonly string[], more: string): string | undefined {
  const parts = fields.map((field) => valueOf(field, textsOf(alert, field)[0] ?? ''))
  if (parts.includes(undefined)) return undefined
  return [...parts, ...(more === '' ? [] : [`(${more})`])].join(' and ')
}

/** `field: "value"`, whatever the value holds; undefined for an empty one. */
function valueOf(field: string, value: string): string | undefined {
  if (value === '') return undefined
  return `${field}: "${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}
