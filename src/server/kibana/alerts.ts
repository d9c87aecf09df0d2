import { alertIndexOf, statusOf, type AlertBody, type AlertStatus } from '#alert'
import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import { compileFilter, fromQueryDsl } from '#query'
import type { Versioned } from '#store'
import { moveAlerts } from '../api/alerts-api.ts'
import {
  invalidRequest,
  objectBody,
  ok,
  textMember,
  textsMember,
  type KibanaRoute,
  type KibanaWorld,
} from './call.ts'
import { refused } from './error.ts'

const path = '/api/detection_engine/signals'

/** The newest alerts are looked at, so many at most. */
const maxSearched = 10_000

/** Alerts: their status, and a plain search. */
export const alertRoutes: readonly KibanaRoute[] = [
  {
    method: 'POST',
    path: `${path}/status`,
    async answer(call) {
      const { world } = call
      const body = await objectBody(call)
      const status = statuses.get(textMember(body, 'status') ?? '')
      if (status === undefined) {
        throw invalidRequest('body', 'status: expected one of open, closed, acknowledged')
      }
      const reason = textMember(body, 'reason')
      const ids =
        body['signal_ids'] === undefined
          ? (await matching(world, body['query'])).map(({ id }) => id)
          : textsMember(body, 'signal_ids')
      const by = call.exchange.caller?.name
      const outcomes = await moveAlerts(world, ids, {
        status,
        by,
        ...(reason === undefined ? {} : { reason }),
      })
      const count = (result: string) => outcomes.filter((each) => each.result === result).length
      return ok({
        took: 0,
        timed_out: false,
        total: outcomes.length - count('not-found'),
        updated: count('changed'),
        noops: count('unchanged'),
        deleted: 0,
        batches: 1,
        version_conflicts: 0,
        failures: [],
      })
    },
  },
  {
    method: 'POST',
    path: `${path}/search`,
    isReading: true,
    async answer(call) {
      const body = await objectBody(call)
      if (body['aggs'] !== undefined || body['aggregations'] !== undefined) {
        throw refused('aggregations of alerts are not answered; ask for alerts and count them')
      }
      const found = await matching(call.world, body['query'])
      const size = typeof body['size'] === 'number' ? body['size'] : 10
      const index = alertIndexOf('default')
      return ok({
        took: 0,
        timed_out: false,
        _shards: { total: 1, successful: 1, skipped: 0, failed: 0 },
        hits: {
          total: { value: found.length, relation: found.length < maxSearched ? 'eq' : 'gte' },
          max_score: null,
          hits: found.slice(0, size).map(({ id, body: source }) => ({
            _index: index,
            _id: id,
            _score: null,
            _source: { ...source, 'kibana.alert.workflow_status': statusOf(source) },
          })),
        },
      })
    },
  },
]

const statuses: ReadonlyMap<string, AlertStatus> = new Map([
  ['open', 'open'],
  ['closed', 'closed'],
  ['acknowledged', 'acknowledged'],
  ['in-progress', 'acknowledged'],
])

/** The newest alerts that a query means, newest first. Faults: `invalid` for clauses that are not known. */
async function matching(
  { alerts, fields, clock }: KibanaWorld,
  query: JsonValue | undefined,
): Promise<readonly Versioned<AlertBody>[]> {
  const page = await alerts.list({ parts: 'all', limit: maxSearched })
  const matches = query === undefined ? () => true : matcherOf(query)
  return page.items.filter(({ id, body }) => matches({ ...body, _id: id }))

  function matcherOf(asked: JsonValue): (document: JsonObject) => boolean {
    if (!isJsonObject(asked)) throw invalidRequest('body', 'query: expected an object')
    const plan = fromQueryDsl(asked, { fields })
    if (!plan.ok) throw refused(plan.error.map(({ message }) => message).join('; '))
    return compileFilter(plan.value, { fields, nowMs: clock.nowMs() })
  }
}
