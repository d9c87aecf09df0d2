import { randomUUID } from 'node:crypto'
import type { AlertBody } from '#alert'
import type { Api, WireAlertContext, WireAlertRow, WireExceptionPreview, WireWhyNew } from '#api'
import type { JsonObject } from '#base'
import { compileRule, previewException } from '#detect'
import { valuesOf } from '#event'
import {
  alertRow,
  commandLine,
  processChain,
  relatedAlerts,
  whyNew,
  withStarts,
  type AlertRow,
  type ChainProcess,
  type SeenValue,
  type WhyNew,
} from '#investigate'
import type { Versioned } from '#store'
import { alertOf, alertQueryOf } from './alerts-api.ts'
import type { ApiWorld } from './api-world.ts'
import { searchAlerts } from './alert-search.ts'
import { exceptionItemOf } from './exceptions-api.ts'

type InvestigationCalls = Pick<Api, 'listAlertRows' | 'getAlertContext' | 'previewAlertException'>

/** The part of the API by which an alert is understood. */
export function investigationApi(world: ApiWorld): InvestigationCalls {
  const { alerts } = world
  return {
    async listAlertRows({ limit = 100, after, query: text = '', ...asked }) {
      const query = { ...(await alertQueryOf(world, asked)), buildingBlocks: false }
      if (text.trim() !== '') {
        const found = await searchAlerts(world, query, { query: text, limit })
        const { open, acknowledged, closed } = found.counts
        const statuses = query.status ?? (['open', 'acknowledged', 'closed'] as const)
        return {
          rows: found.items.map(({ id, body }) => wireRow(alertRow(id, body))),
          total: statuses.reduce((sum, status) => sum + found.counts[status], 0),
          counts: { open, acknowledged, closed },
          is_cut: found.isCut,
        }
      }
      const { status: _status, ...anyStatus } = query
      const [page, total, open, acknowledged, closed] = await Promise.all([
        alerts.list({ ...query, limit, ...(after !== undefined && { after }) }),
        alerts.count(query),
        alerts.count({ ...anyStatus, status: ['open'] }),
        alerts.count({ ...anyStatus, status: ['acknowledged'] }),
        alerts.count({ ...anyStatus, status: ['closed'] }),
      ])
      return {
        rows: page.items.map(({ id, body }) => wireRow(alertRow(id, body))),
        total,
        ...(page.next !== undefined && { next: page.next }),
        counts: { open, acknowledged, closed },
      }
    },
    getAlertContext: async ({ id }, signal) => contextOf(world, await alertOf(world, id), signal),
    previewAlertException: async ({ id, body: { entries } }) =>
      previewOf(world, await alertOf(world, id), entries),
  }
}

/** What an exception of these entries would have kept from being told, this alert among it or not. */
async function previewOf(
  world: ApiWorld,
  own: Versioned<AlertBody>,
  entries: readonly JsonObject[],
): Promise<WireExceptionPreview> {
  const item = exceptionItemOf(world, `preview-${randomUUID()}`, { name: 'preview', entries })
  const found = await previewException(item, own, { ...world, nowMs: world.clock.nowMs() })
  return {
    matches_own: found.matchesOwn,
    failing: found.failing,
    removed: found.removed.length,
    total: found.total,
    true_positives: found.truePositives,
    removed_ids: found.removed,
    sample: await sampleOf(world, found.removed),
  }
}

const maxSample = 8

async function sampleOf(
  { alerts }: ApiWorld,
  ids: readonly string[],
): Promise<readonly WireAlertRow[]> {
  const found = await Promise.all(ids.slice(0, maxSample).map((id) => alerts.get(id)))
  return found.flatMap((alert) =>
    alert === undefined ? [] : [wireRow(alertRow(alert.id, alert.body))],
  )
}

async function contextOf(
  world: ApiWorld,
  alert: Versioned<AlertBody>,
  signal: AbortSignal | undefined,
): Promise<WireAlertContext> {
  const { fields, events, clock } = world
  const { body } = alert
  const nowMs = clock.nowMs()
  const context = { fields, nowMs }
  const reading = { events, context, ...(signal !== undefined && { signal }) }
  const runnable = await runnableOf(world, body)
  const indices = valuesOf(body, 'kibana.alert.rule.indices').map(String)
  const fieldsToExcept = exceptionFields(body)
  const suggested = fieldsToExcept.filter((each) => each.suggested)
  const [why, chain, related, preview] = await Promise.all([
    runnable === undefined
      ? undefined
      : whyNew(body, { filter: runnable.filter, indices }, reading),
    processChain(body, reading).then((found) => found && withStarts(found, reading)),
    relatedAlerts(alert, world.alerts, nowMs),
    runnable === undefined || suggested.length === 0
      ? undefined
      : previewOf(
          world,
          alert,
          suggested.map(({ field, value }) => ({
            field,
            value,
            type: 'match',
            operator: 'included',
          })),
        ),
  ])
  return {
    rule_installed: runnable !== undefined,
    ...(why !== undefined && { why: wireWhy(why) }),
    command: commandLine(body, runnable?.filter, context).map(({ text, isMatched, risk }) => ({
      text,
      matched: isMatched,
      ...(risk !== undefined && { risk }),
    })),
    ...(chain !== undefined && {
      chain: {
        processes: chain.processes.map(wireProcess),
        unseen: chain.unseen,
        more_children: chain.moreChildren,
      },
    }),
    related: {
      near: related.near.map(({ row, how }) => ({ row: wireRow(row), how })),
      same_rule: {
        open: related.sameRule.open,
        acknowledged: related.sameRule.acknowledged,
        closed: related.sameRule.closed,
        false_positives: related.sameRule.falsePositives,
        true_positives: related.sameRule.truePositives,
        is_cut: related.sameRule.isCut,
      },
    },
    exception_fields: fieldsToExcept,
    ...(preview !== undefined && { exception_preview: preview }),
  }
}

/** The rule of an alert as it stands now; undefined where it is gone or cannot run. */
async function runnableOf({ rules, fields }: ApiWorld, body: AlertBody) {
  const [uuid] = valuesOf(body, 'kibana.alert.rule.uuid')
  const installed = await rules.get(String(uuid))
  if (installed === undefined) return undefined
  const compiled = compileRule(installed.rule, fields)
  return compiled.ok ? compiled.value : undefined
}

/** Fields that tell one cause of alerts from another, those of the rule's own question first. */
function exceptionFields(body: AlertBody): WireAlertContext['exception_fields'] {
  const own = ['new_terms_fields', 'threshold.field'].flatMap((name) =>
    valuesOf(body, `kibana.alert.rule.parameters.${name}`).map(String),
  )
  const suggested = own.length > 0 ? own : ['process.executable']
  const all = new Set([
    ...suggested,
    'host.name',
    'user.name',
    'process.executable',
    'process.parent.executable',
    'process.command_line',
    'container.image.name',
    'file.path',
  ])
  return [...all].flatMap((field) => {
    const [value] = valuesOf(body, field)
    if (value === undefined) return []
    return [{ field, value: String(value), suggested: suggested.includes(field) }]
  })
}

function wireRow(row: AlertRow): WireAlertRow {
  return {
    id: row.id,
    status: row.status,
    closed_as: row.closedAs,
    severity: row.severity,
    risk_score: row.riskScore,
    created_at: row.createdAt,
    happened_at: row.happenedAt,
    rule: row.rule,
    rule_uuid: row.ruleUuid,
    host: row.host,
    user: row.user,
    what: row.what,
    new_terms: row.newTerms,
    suppressed: row.suppressed,
  }
}

function wireWhy(why: WhyNew): WireWhyNew {
  return {
    fields: why.fields,
    from: isoOf(why.window.fromMs),
    to: isoOf(why.window.toMs),
    own: wireSeen(why.own),
    others: why.others.map(wireSeen),
    more_others: why.moreOthers,
    coverage: why.coverage,
    ...(why.historyFromMs !== undefined && { history_from: isoOf(why.historyFromMs) }),
    ...(why.completeAtMs !== undefined && { complete_at: isoOf(why.completeAtMs) }),
    is_cut: why.isCut,
  }
}

function wireSeen({ value, count, hosts, firstMs, lastMs, buckets }: SeenValue) {
  return { value, count, hosts, first_at: isoOf(firstMs), last_at: isoOf(lastMs), buckets }
}

function wireProcess({ entityId, startedMs, ...process }: ChainProcess) {
  return {
    ...process,
    entity_id: entityId,
    ...(startedMs !== undefined && { started_at: isoOf(startedMs) }),
  }
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}
