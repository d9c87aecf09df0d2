import {
  alertCollection,
  statusOf,
  withStatus,
  type Alert,
  type AlertBody,
  type AlertStatus,
  type StatusChange,
} from '#alert'
import { Fault } from '#base'
import type { Collection, DocumentStore, KeyCondition, Page, Versioned } from '#store'

/** Which alerts to list, and in which order. */
export interface AlertQuery {
  readonly status?: readonly AlertStatus[]
  readonly severity?: readonly string[]
  readonly ruleUuid?: string
  readonly ruleId?: string
  readonly host?: string
  /** False leaves out what building-block rules tell, too; default: it is there. */
  readonly buildingBlocks?: boolean
  /** Creation time, epoch milliseconds, both ends included. */
  readonly fromMs?: number
  readonly toMs?: number
  /** Default `alone`: alerts that stand for themselves or a sequence. `blocks`: building blocks of sequences. */
  readonly parts?: 'alone' | 'blocks' | 'all'
  /** Only the alerts of this sequence. */
  readonly groupId?: string
  /** Default: newest first. */
  readonly sort?: 'created' | 'severity' | 'risk' | 'original-time'
  readonly direction?: 'asc' | 'desc'
  /** Default 100, at most 10,000. */
  readonly limit?: number
  /** The `next` of the page before. */
  readonly after?: string
}

/** What became of one status change of a request. */
export type StatusOutcome =
  | { readonly id: string; readonly result: 'changed' | 'unchanged'; readonly version: number }
  | { readonly id: string; readonly result: 'not-found' }

/** The alerts of an installation: read, counted, moved through their statuses. */
export interface AlertBook {
  get(id: string): Promise<Versioned<AlertBody> | undefined>
  list(query?: AlertQuery): Promise<Page<AlertBody>>
  count(query?: Omit<AlertQuery, 'sort' | 'direction' | 'limit' | 'after'>): Promise<number>
  /** Moves each alert; one that stands there already is left as it is. Missing ids are told, not thrown. */
  changeStatus(ids: readonly string[], change: StatusChange): Promise<readonly StatusOutcome[]>
  /** Moves one alert only if its version is still this one. Faults: `not-found`, `conflict`. */
  changeStatusOf(id: string, ifVersion: number, change: StatusChange): Promise<Versioned<AlertBody>>
}

/** The one collection that alerts are kept in. */
export function alertsOf(documents: DocumentStore): Collection<AlertBody> {
  return documents.collection(alertCollection)
}

/** Alerts for people: everything but making them. */
export function alertBook(alerts: Collection<AlertBody>): AlertBook {
  return {
    get: (id) => alerts.get(id),
    list: (query = {}) =>
      alerts.find({
        where: conditionsOf(query),
        sort: { key: sortKeys[query.sort ?? 'created'], direction: query.direction ?? 'desc' },
        ...(query.limit === undefined ? {} : { limit: query.limit }),
        ...(query.after === undefined ? {} : { after: query.after }),
      }),
    count: (query = {}) => alerts.count(conditionsOf(query)),
    async changeStatus(ids, change) {
      const outcomes: StatusOutcome[] = []
      for (const id of new Set(ids)) outcomes.push(await changeOne(alerts, id, change))
      return outcomes
    },
    async changeStatusOf(id, ifVersion, change) {
      const found = await alerts.get(id)
      if (found === undefined) {
        throw new Fault('not-found', 'alert.not-found', `change alert ${id}: there is none`)
      }
      if (found.version !== ifVersion) {
        const message = `change alert ${id}: version ${ifVersion} was expected, ${found.version} is there: read it again`
        throw new Fault('conflict', 'alert.changed-meanwhile', message)
      }
      const body = withStatus(found.body, change)
      return body === found.body ? found : alerts.put(id, body, { ifVersion })
    },
  }
}

const sortKeys = {
  created: 'created_ms',
  severity: 'severity_rank',
  risk: 'risk_score',
  'original-time': 'original_ms',
} as const

async function changeOne(
  alerts: Collection<AlertBody>,
  id: string,
  change: StatusChange,
): Promise<StatusOutcome> {
  const found = await alerts.get(id)
  if (found === undefined) return { id, result: 'not-found' }
  if (withStatus(found.body, change) === found.body) {
    return { id, result: 'unchanged', version: found.version }
  }
  const written = await alerts.update(id, (body) => withStatus(body, change))
  if (written === undefined) return { id, result: 'not-found' }
  return { id, result: 'changed', version: written.version }
}

function conditionsOf(query: AlertQuery): readonly KeyCondition[] {
  const { status, severity, ruleUuid, ruleId, host, fromMs, toMs } = query
  const { buildingBlocks = true, parts = 'alone', groupId } = query
  return [
    ...(parts === 'all' ? [] : [{ key: 'sequence_block', in: [parts === 'blocks' ? 1 : 0] }]),
    ...(groupId === undefined ? [] : [{ key: 'group_id', in: [groupId] }]),
    ...(status === undefined ? [] : [{ key: 'status', in: status }]),
    ...(severity === undefined ? [] : [{ key: 'severity', in: severity }]),
    ...(ruleUuid === undefined ? [] : [{ key: 'rule_uuid', in: [ruleUuid] }]),
    ...(ruleId === undefined ? [] : [{ key: 'rule_id', in: [ruleId] }]),
    ...(host === undefined ? [] : [{ key: 'host', in: [host] }]),
    ...(buildingBlocks ? [] : [{ key: 'building_block', in: [0] }]),
    ...(fromMs === undefined && toMs === undefined
      ? []
      : [
          {
            key: 'created_ms',
            ...(fromMs === undefined ? {} : { from: fromMs }),
            ...(toMs === undefined ? {} : { to: toMs }),
          },
        ]),
  ]
}

/** Whether a stored alert may still be added to by suppression. */
export function isOpenTo(alert: Alert): boolean {
  return statusOf(alert.body) !== 'closed'
}
