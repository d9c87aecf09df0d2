import { randomUUID } from 'node:crypto'
import { Fault, isJsonObject, type JsonObject } from '#base'
import { withoutInstallation, type InstalledRule } from '#rule'
import { statusOf } from '../http/status.ts'
import type { Answer } from '../http/exchange.ts'
import {
  flagIn,
  invalidRequest,
  objectBody,
  ok,
  textMember,
  textsMember,
  type KibanaRoute,
  type KibanaWorld,
} from './call.ts'
import { routeError } from './error.ts'
import { ruleResponse } from './rule-wire.ts'
import { changedRule, kibanaOrigin } from './rules.ts'
import { editedMembers } from './rule-edits.ts'
import { fillPastGaps, runOverPast } from './rule-runs.ts'
import { exportText, ndjsonFile } from './rules-export.ts'
import { rulesOfQuery } from './rules-find.ts'

/** `_bulk_action`: one change of many rules. */
export const ruleBulkRoutes: readonly KibanaRoute[] = [
  {
    method: 'POST',
    path: '/api/detection_engine/rules/_bulk_action',
    async answer({ world, query, ...call }) {
      const body = await objectBody({ world, query, ...call })
      const { rules, missing } = await chosen(world, body)
      const action = textMember(body, 'action')
      const dryRun = flagIn(query, 'dry_run')
      if (action === 'export') {
        const text = await exportText(world, { rules, missing: [], withDetails: true })
        return ndjsonFile(text, 'rules_export.ndjson')
      }
      const change = action === undefined ? undefined : changes[action]
      if (change === undefined || !Object.hasOwn(changes, action ?? '')) {
        const known = [...Object.keys(changes), 'export'].join(', ')
        throw invalidRequest('body', `action: expected one of ${known}`)
      }
      const outcomes: Outcome[] = missing.map((id) => ({
        kind: 'failed',
        rule: { id },
        status: 500,
        message: 'Rule not found',
      }))
      for (const rule of rules)
        outcomes.push(await tried(() => change(world, rule, { body, dryRun }), rule))
      return bulkAnswer(outcomes, { action: action ?? '', dryRun })
    },
  },
]

async function chosen(
  world: KibanaWorld,
  body: JsonObject,
): Promise<{ readonly rules: readonly InstalledRule[]; readonly missing: readonly string[] }> {
  const query = textMember(body, 'query')
  if (body['ids'] === undefined) {
    return { rules: await rulesOfQuery(world, query ?? ''), missing: [] }
  }
  if (query !== undefined) {
    throw invalidRequest(
      'body',
      'Both query and ids are sent. Define either ids or query in request payload.',
    )
  }
  const rules: InstalledRule[] = []
  const missing: string[] = []
  for (const id of textsMember(body, 'ids')) {
    const rule = await world.rules.get(id)
    if (rule === undefined) missing.push(id)
    else rules.push(rule)
  }
  return { rules, missing }
}

type Outcome =
  | { readonly kind: 'updated' | 'created' | 'deleted'; readonly rule: InstalledRule }
  | { readonly kind: 'skipped'; readonly rule: InstalledRule; readonly reason: string }
  | {
      readonly kind: 'failed'
      readonly rule: JsonObject
      readonly status: number
      readonly message: string
    }

interface How {
  readonly body: JsonObject
  readonly dryRun: boolean
}

type BulkChange = (world: KibanaWorld, rule: InstalledRule, how: How) => Promise<Outcome>

const changes: { readonly [action: string]: BulkChange } = {
  enable: (world, rule, how) => switched(world, rule, { ...how, enabled: true }),
  disable: (world, rule, how) => switched(world, rule, { ...how, enabled: false }),
  async delete({ rules }, rule, { dryRun }) {
    if (!dryRun) await rules.remove(rule.uuid)
    return { kind: 'deleted', rule }
  },
  async duplicate(world, rule, { body, dryRun }) {
    if (dryRun) return { kind: 'created', rule }
    const asked = isJsonObject(body['duplicate'] ?? null) ? Object(body['duplicate']) : {}
    const exceptionsList = asked['include_exceptions'] === false ? [] : rule.rule.exceptionsList
    const copy = {
      ...rule.rule,
      ruleId: randomUUID(),
      name: `${rule.rule.name} [Duplicate]`,
      enabled: false,
      exceptionsList,
      unknown: withoutInstallation(rule.rule.unknown),
    }
    return { kind: 'created', rule: await world.rules.install(copy, kibanaOrigin) }
  },
  async edit(world, rule, { body, dryRun }) {
    const members = editedMembers(rule.rule, body['edit'])
    if (members === undefined) return { kind: 'skipped', rule, reason: 'RULE_NOT_MODIFIED' }
    if (dryRun) return { kind: 'updated', rule }
    return { kind: 'updated', rule: await changedRule(world, rule, members) }
  },
  async run(world, rule, { body, dryRun }) {
    await runOverPast(world, rule, { asked: body['run'], dryRun })
    return { kind: 'updated', rule }
  },
  async fill_gaps(world, rule, { body, dryRun }) {
    const hasAny = await fillPastGaps(world, rule, { asked: body['fill_gaps'], dryRun })
    return hasAny ? { kind: 'updated', rule } : { kind: 'skipped', rule, reason: 'NO_GAPS_TO_FILL' }
  },
}

async function switched(
  { rules }: KibanaWorld,
  rule: InstalledRule,
  { enabled, dryRun }: How & { readonly enabled: boolean },
): Promise<Outcome> {
  if (dryRun) return { kind: 'updated', rule }
  return { kind: 'updated', rule: await rules.setEnabled(rule.uuid, enabled, kibanaOrigin) }
}

const wrongForAll = new Set(['kibana.invalid-edit', 'kibana.invalid-request'])

async function tried(change: () => Promise<Outcome>, rule: InstalledRule): Promise<Outcome> {
  try {
    return await change()
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown
    const named = { id: rule.uuid, name: rule.rule.name }
    // What is wrong with the request itself is wrong for every rule.
    if (wrongForAll.has(thrown.code)) throw thrown
    return {
      kind: 'failed',
      rule: named,
      status: statusOf(thrown.kind),
      message: thrown.message,
    }
  }
}

function bulkAnswer(
  outcomes: readonly Outcome[],
  { action, dryRun }: { readonly action: string; readonly dryRun: boolean },
): Answer {
  const failed = outcomes.filter((each) => each.kind === 'failed')
  const skipped = outcomes.filter((each) => each.kind === 'skipped')
  const rulesOf = (kind: 'updated' | 'created' | 'deleted') =>
    dryRun ? [] : outcomes.flatMap((each) => (each.kind === kind ? [ruleResponse(each.rule)] : []))
  const summary = {
    failed: failed.length,
    skipped: skipped.length,
    succeeded: outcomes.length - failed.length - skipped.length,
    total: outcomes.length,
  }
  const attributes: JsonObject = {
    results: {
      updated: rulesOf('updated'),
      created: rulesOf('created'),
      deleted: rulesOf('deleted'),
      skipped: dryRun
        ? []
        : skipped.map(({ rule, reason }) => ({
            id: rule.uuid,
            name: rule.rule.name,
            skip_reason: reason,
          })),
    },
    summary,
  }
  if (failed.length === 0) {
    return ok({ success: true, rules_count: outcomes.length, attributes })
  }
  const errors = [...Map.groupBy(failed, ({ message, status }) => `${status} ${message}`).values()]
  const message =
    summary.succeeded > 0 ? `Bulk ${action} partially failed` : `Bulk ${action} failed`
  const body: JsonObject = {
    ...routeError(500, message),
    attributes: {
      ...attributes,
      errors: errors.map((group) => ({
        message: group[0]?.message ?? '',
        status_code: group[0]?.status ?? 500,
        rules: group.map(({ rule }) => rule),
      })),
    },
  }
  return { status: 500, body }
}
