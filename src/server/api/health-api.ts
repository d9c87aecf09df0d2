import type { Api, WireHealthReport } from '#api'
import { parseDate } from '#base'
import type { ExecutionRecord } from '#detect'
import { parseInterval, type InstalledRule } from '#rule'
import type { ApiWorld } from './api-world.ts'
import { wireExecution } from './runs-api.ts'

const dayMs = 86_400_000
const maxHosts = 50
const maxRules = 50
const slowestTold = 10
/** Executions by which the state of all rules is told: of 2,000 rules, those of the last ten minutes. */
const latest = 4_000
/** Rules that are not among those are asked for one by one. */
const maxAskedAlone = 200

/** The part of the API that says whether anything is missed. */
export function healthApi(world: ApiWorld): Pick<Api, 'getHealthReport'> {
  return {
    async getHealthReport(_none, signal) {
      const [hosts, rules, { items }] = await Promise.all([
        hostsOf(world, signal),
        world.rules.list(),
        world.executions.list({ limit: latest }),
      ])
      const records = items.map(({ body }) => body)
      const enabled = rules.filter(({ rule }) => rule.enabled)
      const { questions, bytes, byPostings, bySearch, givenUp } = world.postings()
      return {
        ...hosts,
        ingest: world.arrivals().map(({ startMs, events }) => ({ start: isoOf(startMs), events })),
        executions: executionsTold(records),
        late: await lateRules(world, enabled, records),
        capped: latestByRule(records.filter(({ cut }) => cut !== null)).map(wireExecution),
        failed: latestByRule(records, Infinity)
          .filter(({ status }) => status === 'failed')
          .slice(0, maxRules)
          .map(wireExecution),
        postings: {
          questions,
          bytes,
          by_postings: byPostings,
          by_search: bySearch,
          given_up: givenUp,
        },
      }
    },
  }
}

/** Hosts of the last day, those first that were silent longest. */
async function hostsOf(
  { events, fields, clock }: ApiWorld,
  signal: AbortSignal | undefined,
): Promise<Pick<WireHealthReport, 'hosts' | 'more_hosts'>> {
  const nowMs = clock.nowMs()
  const asked = {
    indices: ['*'],
    context: { fields, nowMs },
    time: { fields: { primary: '@timestamp' }, fromMs: nowMs - dayMs, toMs: nowMs + dayMs },
    ...(signal !== undefined && { signal }),
  }
  const { values, distinct } = await events.topValues({
    ...asked,
    filter: { kind: 'all' },
    field: 'host.name',
    limit: maxHosts,
  })
  const hosts = await Promise.all(
    values.map(async ({ value: host, events: count }) => {
      const pages = events.search({
        ...asked,
        filter: {
          kind: 'match-any',
          field: { kind: 'field', name: 'host.name' },
          values: [host],
        },
        order: 'time-descending',
        limit: 1,
      })
      for await (const [event] of pages) {
        const told: unknown = event?.source['@timestamp']
        const atMs = typeof told === 'string' ? parseDate(told) : undefined
        if (atMs !== undefined) return { host, events: count, last_at: isoOf(atMs) }
      }
      return { host, events: count }
    }),
  )
  const lastOf = ({ last_at: at = '' }: (typeof hosts)[number]): string => at
  return {
    hosts: hosts.toSorted((a, b) => (lastOf(a) < lastOf(b) ? -1 : 1)),
    more_hosts: distinct - hosts.length,
  }
}

function executionsTold(records: readonly ExecutionRecord[]): WireHealthReport['executions'] {
  const scheduled = records.filter(({ kind }) => kind === 'scheduled')
  const lags = scheduled
    .map(({ startedAt, finishedAt }) => Math.max(0, msOf(finishedAt) - msOf(startedAt)))
    .toSorted((a, b) => a - b)
  const lagAt = (part: number): number =>
    Math.round(lags[Math.min(lags.length - 1, Math.floor(part * lags.length))] ?? 0)
  const bySlowness = records.toSorted((a, b) => b.totalMs - a.totalMs)
  const oldest = records.at(-1)
  return {
    looked_at: records.length,
    ...(oldest !== undefined && { since: oldest.finishedAt }),
    ...(lags.length > 0 && { lag_ms: { p50: lagAt(0.5), p95: lagAt(0.95), most: lagAt(1) } }),
    slowest: latestByRule(bySlowness).slice(0, slowestTold).map(wireExecution),
  }
}

/** Rules whose next execution should have been made more than an interval ago. */
async function lateRules(
  { executions, clock }: ApiWorld,
  enabled: readonly InstalledRule[],
  records: readonly ExecutionRecord[],
): Promise<WireHealthReport['late']> {
  const nowMs = clock.nowMs()
  const lastByRule = new Map(latestByRule(records, Infinity).map((each) => [each.ruleUuid, each]))
  const unseen = enabled.filter(({ uuid }) => !lastByRule.has(uuid)).slice(0, maxAskedAlone)
  for (const { uuid } of unseen) {
    const last = await executions.latestOf(uuid)
    if (last !== undefined) lastByRule.set(uuid, last)
  }
  const late = enabled.flatMap(({ uuid, rule }) => {
    const last = lastByRule.get(uuid)
    const intervalMs = parseInterval(rule.interval)
    if (last === undefined || intervalMs === undefined) return []
    const dueMs = msOf(last.startedAt) + intervalMs
    if (nowMs <= dueMs + intervalMs) return []
    return [{ rule_uuid: uuid, rule_name: rule.name, due_at: isoOf(dueMs) }]
  })
  return late.toSorted((a, b) => (a.due_at < b.due_at ? -1 : 1)).slice(0, maxRules)
}

/** The first of each rule, in the order given. */
function latestByRule(
  records: readonly ExecutionRecord[],
  most = maxRules,
): readonly ExecutionRecord[] {
  const firstByRule = new Map<string, ExecutionRecord>()
  for (const record of records) {
    if (!firstByRule.has(record.ruleUuid)) firstByRule.set(record.ruleUuid, record)
  }
  return [...firstByRule.values()].slice(0, most)
}

function msOf(iso: string): number {
  return parseDate(iso) ?? 0
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}
