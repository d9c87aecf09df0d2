import type { Api, WireTreeProcess } from '#api'
import { Fault } from '#base'
import { valuesOf } from '#event'
import { hostFacts, prevalenceOf, processTree, type TreeProcess } from '#investigate'
import type { ApiWorld } from './api-world.ts'

const dayMs = 86_400_000

/** The part of the API that is about processes and hosts. */
export function entitiesApi(world: ApiWorld): Pick<Api, 'getProcessTree' | 'getHost'> {
  const { events, fields, clock } = world
  const readingOf = (signal: AbortSignal | undefined) => ({
    events,
    context: { fields, nowMs: clock.nowMs() },
    ...(signal !== undefined && { signal }),
  })
  return {
    async getProcessTree({ id }, signal) {
      const reading = readingOf(signal)
      const tree = await processTree(id, reading)
      if (tree === undefined) {
        throw new Fault('not-found', 'process.not-found', `no stored event names a process ${id}`)
      }
      const nearest = tree.processes.toSorted((a, b) => Math.abs(a.depth) - Math.abs(b.depth))
      const [prevalence, alerts] = await Promise.all([
        prevalenceOf(
          nearest.map(({ executable }) => executable),
          reading,
        ),
        alertsIn(world, tree.processes),
      ])
      return {
        entity_id: id,
        processes: tree.processes.map((process) => {
          const common = prevalence.get(process.executable)
          return {
            ...wireProcess(process),
            ...(common !== undefined && { prevalence: common }),
            alerts: alerts.get(process.entityId) ?? [],
          }
        }),
        unseen_ancestors: tree.unseenAncestors,
        more: tree.hasMore,
      }
    },
    async getHost({ id, days = 7 }, signal) {
      const toMs = clock.nowMs()
      const within = { fromMs: toMs - days * dayMs, toMs }
      const found = await hostFacts(id, within, readingOf(signal))
      if (found === undefined) {
        throw new Fault('not-found', 'host.not-found', `no stored event names a host ${id}`)
      }
      const { firstMs, lastMs, rate, bucketMs, streams, moreStreams, ...rest } = found
      return {
        ...rest,
        ...(firstMs !== undefined && { first_at: isoOf(firstMs) }),
        ...(lastMs !== undefined && { last_at: isoOf(lastMs) }),
        from: isoOf(within.fromMs),
        to: isoOf(toMs),
        every_s: bucketMs / 1_000,
        rate: rate.map(({ startMs, events: count }) => ({ start: isoOf(startMs), events: count })),
        streams: streams.map(({ index, events: count, lastMs: ms }) => ({
          index,
          events: count,
          ...(ms !== undefined && { last_at: isoOf(ms) }),
        })),
        more_streams: moreStreams,
      }
    },
  }
}

const maxAlerts = 1_000

/** The alerts on processes of a tree, by entity id; of each host those of the time that the tree spans. */
async function alertsIn(
  { alerts }: ApiWorld,
  processes: readonly TreeProcess[],
): Promise<ReadonlyMap<string, WireTreeProcess['alerts']>> {
  const times = processes.flatMap(({ startedMs, endedMs }) =>
    [startedMs, endedMs].filter((ms) => ms !== undefined),
  )
  if (times.length === 0) return new Map()
  const hosts = [...new Set(processes.map(({ host }) => host))].filter((host) => host !== '')
  const byEntity = new Map<string, WireTreeProcess['alerts'][number][]>()
  for (const host of hosts.slice(0, 5)) {
    const fromMs = Math.min(...times) - dayMs
    const { items } = await alerts.list({ host, fromMs, limit: maxAlerts })
    for (const { id, body } of items) {
      const [entity = ''] = valuesOf(body, 'process.entity_id').map(String)
      const [rule = ''] = valuesOf(body, 'kibana.alert.rule.name').map(String)
      const [severity = ''] = valuesOf(body, 'kibana.alert.severity').map(String)
      byEntity.set(entity, [...(byEntity.get(entity) ?? []), { id, rule, severity }])
    }
  }
  return byEntity
}

function wireProcess({
  entityId,
  parentId,
  isSeen,
  startedMs,
  endedMs,
  exitCode,
  programs,
  ...same
}: TreeProcess): Omit<WireTreeProcess, 'alerts' | 'prevalence'> {
  return {
    ...same,
    entity_id: entityId,
    parent_id: parentId,
    seen: isSeen,
    ...(startedMs !== undefined && { started_at: isoOf(startedMs) }),
    ...(endedMs !== undefined && { ended_at: isoOf(endedMs) }),
    exit_code: exitCode,
    programs: programs.map(({ name, atMs }) => ({ name, at: isoOf(atMs) })),
  }
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}
