import { statusOf } from '#alert'
import type { AlertBody, StatusChange } from '#alert'
import type { Api, RequestOf, routes, WireAlert } from '#api'
import { Fault, parseDate } from '#base'
import type { AlertQuery, StatusOutcome } from '#detect'
import { nobody, type ApiWorld } from './api-world.ts'
import { ruleOf } from './rules-api.ts'

type AlertCalls = Pick<Api, 'listAlerts' | 'getAlert' | 'setAlertStatus' | 'setAlertsStatus'>

/** The part of the API that is about alerts. */
export function alertsApi(world: ApiWorld): AlertCalls {
  const { alerts } = world
  return {
    async listAlerts({ sequence, limit = 100, after, ...asked }) {
      const query = {
        ...(await alertQueryOf(world, asked)),
        ...(sequence !== undefined && { groupId: sequence, parts: 'blocks' as const }),
      }
      const page = await alerts.list({ ...query, limit, ...(after !== undefined && { after }) })
      const total = await alerts.count(query)
      return {
        alerts: page.items.map(wireOf),
        total,
        ...(page.next !== undefined && { next: page.next }),
      }
    },
    getAlert: async ({ id }) => wireOf(await alertOf(world, id)),
    async setAlertStatus({ id, body }, _signal, by) {
      await alertOf(world, id)
      await moveAlerts(world, [id], { ...body, by })
      return wireOf(await alertOf(world, id))
    },
    async setAlertsStatus({ body: { ids, ...change } }, _signal, by) {
      const outcomes = await moveAlerts(world, ids, { ...change, by })
      const missing = outcomes.filter(({ result }) => result === 'not-found').map(({ id }) => id)
      const changed = outcomes.filter(({ result }) => result !== 'not-found').map(({ id }) => id)
      return { changed, missing }
    },
  }
}

/** Moves alerts through triage, writes down who did it, and tells open pages. */
export async function moveAlerts(
  { alerts, cases, clock, feed }: Pick<ApiWorld, 'alerts' | 'cases' | 'clock' | 'feed'>,
  ids: readonly string[],
  {
    status,
    reason,
    by = nobody,
  }: Pick<StatusChange, 'status' | 'reason'> & { readonly by: string | undefined },
): Promise<readonly StatusOutcome[]> {
  const atMs = clock.nowMs()
  const change = { status, atMs, user: by, ...(reason !== undefined && { reason }) }
  const outcomes = await alerts.changeStatus(ids, change)
  const moved = outcomes.filter(({ result }) => result === 'changed').map(({ id }) => id)
  const what = `${deeds[status]}${reason === undefined ? '' : ` as ${reason.replaceAll('_', ' ')}`}`
  await cases.activity.record(
    moved.map((alertId) => ({ alertId, atMs, who: by, kind: 'status', what })),
  )
  feed.publish({ what: 'changed', ids: moved })
  return outcomes
}

const deeds = { open: 'reopened it', acknowledged: 'acknowledged it', closed: 'closed it' } as const

/** The alerts that a request asks for. Faults: `invalid`, `not-found` for a rule. */
export async function alertQueryOf(
  world: ApiWorld,
  {
    status,
    severity,
    rule,
    host,
    from,
    to,
  }: Pick<
    RequestOf<(typeof routes)['listAlertRows']>,
    'status' | 'severity' | 'rule' | 'host' | 'from' | 'to'
  >,
): Promise<AlertQuery> {
  return {
    ...(status !== undefined && { status }),
    ...(severity !== undefined && { severity }),
    ...(rule !== undefined && { ruleUuid: (await ruleOf(world, rule)).uuid }),
    ...(host !== undefined && { host }),
    ...(from !== undefined && { fromMs: instantOf('from', from) }),
    ...(to !== undefined && { toMs: instantOf('to', to) }),
  }
}

/** One alert. Faults: `not-found`. */
export async function alertOf({ alerts }: ApiWorld, id: string) {
  const found = await alerts.get(id)
  if (found !== undefined) return found
  throw new Fault('not-found', 'alert.not-found', `there is no alert ${id}`)
}

function wireOf({ id, body }: { readonly id: string; readonly body: AlertBody }): WireAlert {
  return { id, document: { ...body, 'kibana.alert.workflow_status': statusOf(body) } }
}

/** Epoch milliseconds of a date in a request. Faults: `invalid`. */
export function instantOf(name: string, text: string): number {
  const ms = parseDate(text)
  if (ms !== undefined) return ms
  throw new Fault('invalid', 'api.invalid-request', `${name}: ${text} is no ISO 8601 date`)
}
