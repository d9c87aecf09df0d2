import type { AlertBody, AlertStatus } from '#alert'
import { parseDate } from '#base'
import { alertRow, type AlertRow } from './alert-row.ts'
import { textOf, textsOf } from './text-of.ts'

/** An alert that has to do with another, and how. */
export interface RelatedAlert {
  readonly row: AlertRow
  readonly how: 'same process tree' | 'same user' | 'same host'
}

/** What else was told around an alert. */
export interface RelatedAlerts {
  /** Within an hour on the same host, the nearest kin first; none of the same rule. */
  readonly near: readonly RelatedAlert[]
  /** Of the same rule within 30 days, this one not counted. */
  readonly sameRule: { readonly [status in AlertStatus]: number } & {
    /** Closed ones, by what they were closed as. */
    readonly falsePositives: number
    readonly truePositives: number
    /** Only the newest closed ones were looked at for that. */
    readonly isCut: boolean
  }
}

/** Where alerts are read: an alert book, as far as it is needed here. */
export interface AlertReader {
  list(query: {
    readonly host?: string
    readonly ruleUuid?: string
    readonly status?: readonly AlertStatus[]
    readonly fromMs?: number
    readonly toMs?: number
    readonly limit?: number
  }): Promise<{ readonly items: readonly { readonly id: string; readonly body: AlertBody }[] }>
  count(query: {
    readonly ruleUuid?: string
    readonly status?: readonly AlertStatus[]
    readonly fromMs?: number
  }): Promise<number>
}

const hourMs = 3_600_000
const monthMs = 30 * 86_400_000
const maxNear = 200
const maxTold = 8
const maxClosed = 1_000

/** What else was told around an alert, of its host and of its rule. */
export async function relatedAlerts(
  { id, body }: { readonly id: string; readonly body: AlertBody },
  alerts: AlertReader,
  nowMs: number,
): Promise<RelatedAlerts> {
  const [near, sameRule] = await Promise.all([
    nearOf({ id, body }, alerts),
    ofSameRule(body, alerts, nowMs),
  ])
  return { near, sameRule }
}

async function nearOf(
  { id, body }: { readonly id: string; readonly body: AlertBody },
  alerts: AlertReader,
): Promise<readonly RelatedAlert[]> {
  const host = textOf(body, 'host.name')
  const atMs = parseDate(textOf(body, '@timestamp'))
  if (host === '' || atMs === undefined) return []
  const { items } = await alerts.list({
    host,
    fromMs: atMs - hourMs,
    toMs: atMs + hourMs,
    limit: maxNear,
  })
  const rule = textOf(body, 'kibana.alert.rule.uuid')
  return items
    .filter((each) => each.id !== id && textOf(each.body, 'kibana.alert.rule.uuid') !== rule)
    .map((each) => ({ row: alertRow(each.id, each.body), how: kinshipOf(body, each.body) }))
    .toSorted((a, b) => order.indexOf(a.how) - order.indexOf(b.how))
    .slice(0, maxTold)
}

const order: readonly RelatedAlert['how'][] = ['same process tree', 'same user', 'same host']

function kinshipOf(one: AlertBody, other: AlertBody): RelatedAlert['how'] {
  const family = new Set(familyOf(one))
  if (familyOf(other).some((member) => family.has(member))) return 'same process tree'
  const user = textOf(one, 'user.name')
  return user !== '' && user === textOf(other, 'user.name') ? 'same user' : 'same host'
}

/** A process and its nearest ancestors: further up everything on a host is kin. */
function familyOf(body: AlertBody): readonly string[] {
  return [
    textOf(body, 'process.entity_id'),
    textOf(body, 'process.parent.entity_id'),
    ...textsOf(body, 'process.Ext.ancestry').slice(0, 2),
  ].filter((entity) => entity !== '')
}

async function ofSameRule(
  body: AlertBody,
  alerts: AlertReader,
  nowMs: number,
): Promise<RelatedAlerts['sameRule']> {
  const query = { ruleUuid: textOf(body, 'kibana.alert.rule.uuid'), fromMs: nowMs - monthMs }
  const [open, acknowledged, closed, { items }] = await Promise.all([
    alerts.count({ ...query, status: ['open'] }),
    alerts.count({ ...query, status: ['acknowledged'] }),
    alerts.count({ ...query, status: ['closed'] }),
    alerts.list({ ...query, status: ['closed'], limit: maxClosed }),
  ])
  const closedAs = (reason: string) =>
    items.filter((each) => textOf(each.body, 'kibana.alert.workflow_reason') === reason).length
  const own = textOf(body, 'kibana.alert.workflow_status')
  const without = (status: AlertStatus, count: number) =>
    Math.max(0, count - (own === status ? 1 : 0))
  return {
    open: without('open', open),
    acknowledged: without('acknowledged', acknowledged),
    closed: without('closed', closed),
    falsePositives: closedAs('false_positive'),
    truePositives: closedAs('true_positive'),
    isCut: closed > maxClosed,
  }
}
