import type { Api } from '#api'
import { Fault } from '#base'
import { valuesOf } from '#event'
import { differencesOf } from '#investigate'
import { alertQueryOf, instantOf } from './alerts-api.ts'
import { nobody, type ApiWorld } from './api-world.ts'

type AlertListCalls = Pick<
  Api,
  'countAlertsByTime' | 'compareAlerts' | 'listViews' | 'putView' | 'removeView'
>

const maxCompared = 2_000

/** The part of the API that stands around the list of alerts. */
export function alertListApi(world: ApiWorld): AlertListCalls {
  const { alerts, views, clock } = world
  return {
    async countAlertsByTime({ buckets: asked = 60, ...choice }) {
      const fromMs = instantOf('from', choice.from)
      const toMs = instantOf('to', choice.to)
      if (toMs <= fromMs) throw new Fault('invalid', 'api.invalid-request', 'to: not after from')
      const query = { ...(await alertQueryOf(world, choice)), buildingBlocks: false }
      const stepMs = (toMs - fromMs) / asked
      const severe = (query.severity ?? ['critical', 'high']).filter(isSevere)
      const stretch = async (at: number) => {
        const startMs = Math.ceil(fromMs + at * stepMs)
        // Both ends of a range are in: the next stretch begins a millisecond later.
        const time = { fromMs: startMs, toMs: Math.ceil(fromMs + (at + 1) * stepMs) - 1 }
        const [all, worst] = await Promise.all([
          alerts.count({ ...query, ...time }),
          severe.length === 0 ? 0 : alerts.count({ ...query, severity: severe, ...time }),
        ])
        return { start: new Date(startMs).toISOString(), alerts: all, severe: worst }
      }
      const buckets = await Promise.all(Array.from({ length: asked }, (_, at) => stretch(at)))
      return { every_s: stepMs / 1_000, buckets }
    },
    async compareAlerts({ body: { ids } }) {
      const found = await Promise.all(ids.map((id) => alerts.get(id)))
      const chosen = found.filter((each) => each !== undefined)
      const rules = new Set(
        chosen.flatMap(({ body }) => valuesOf(body, 'kibana.alert.rule.uuid').map(String)),
      )
      const own = new Set(ids)
      const pages = await Promise.all(
        [...rules].map((ruleUuid) => alerts.list({ ruleUuid, limit: maxCompared })),
      )
      const others = pages.flatMap(({ items }) => items.filter(({ id }) => !own.has(id)))
      return {
        chosen: chosen.length,
        others: others.length,
        is_cut: pages.some(({ next }) => next !== undefined),
        differences: differencesOf(
          chosen.map(({ body }) => body),
          others.map(({ body }) => body),
        ),
      }
    },
    listViews: async () => ({ views: await views.list() }),
    async putView({ id, body }, _signal, by = nobody) {
      return views.put({ id, ...body, by, at: new Date(clock.nowMs()).toISOString() })
    },
    removeView: async ({ id }) => ({ removed: await views.remove(id) }),
  }
}

function isSevere(severity: string): boolean {
  return severity === 'critical' || severity === 'high'
}
