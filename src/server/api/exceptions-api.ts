import { randomUUID } from 'node:crypto'
import type { Api, WireException, WireExceptionItem } from '#api'
import { Fault, hasErrors, isJsonObject, type JsonObject } from '#base'
import { reviewExceptions } from '#detect'
import { exceptionItemFromWire, exceptionItemToWire, type ExceptionItem } from '#rule'
import { instantOf } from './alerts-api.ts'
import type { ApiWorld } from './api-world.ts'
import { ruleOf } from './rules-api.ts'

type ExceptionCalls = Pick<
  Api,
  | 'listExceptionItems'
  | 'addExceptionItem'
  | 'addRuleException'
  | 'removeExceptionItem'
  | 'reviewExceptions'
  | 'listExceptions'
  | 'setExceptionExpiry'
>

/** The part of the API that is about exceptions. */
export function exceptionsApi(world: ApiWorld): ExceptionCalls {
  const { exceptions } = world
  return {
    async listExceptionItems({ list_id: listId }) {
      return { items: (await exceptions.items(listId)).map(exceptionItemToWire) }
    },
    async addExceptionItem({ list_id: listId, body }) {
      const item = exceptionItemOf(world, listId, body)
      await ensureList(world, { listId, name: listId, type: 'detection' })
      await exceptions.putItem(item)
      return exceptionItemToWire(item)
    },
    async addRuleException({ id, body }) {
      const installed = await ruleOf(world, id)
      const listId = `rule-${installed.uuid}`
      const item = exceptionItemOf(world, listId, body)
      const name = `exceptions of ${installed.rule.name}`
      await ensureList(world, { listId, name, type: 'rule_default' })
      await exceptions.putItem(item)
      const { rule } = installed
      if (!rule.exceptionsList.some((list) => list.listId === listId)) {
        const added = { id: listId, listId, type: 'rule_default', namespaceType: 'single' } as const
        const exceptionsList = [...rule.exceptionsList, added]
        await world.rules.update(installed.uuid, { ...rule, exceptionsList }, { user: 'api' })
      }
      return exceptionItemToWire(item)
    },
    reviewExceptions: ({ list_id: listId }) => review(world, listId),
    listExceptions: () => allExceptions(world),
    async setExceptionExpiry({ list_id: listId, item_id: itemId, body: { expire_time: until } }) {
      const found = (await exceptions.items(listId)).find((item) => item.itemId === itemId)
      if (found === undefined) {
        const message = `there is no item ${itemId} in the exception list ${listId}`
        throw new Fault('not-found', 'exception.item-not-found', message)
      }
      if (until !== undefined) instantOf('expire_time', until)
      const { expireTime: _old, ...rest } = found
      const item = until === undefined ? rest : { ...rest, expireTime: until }
      await exceptions.putItem(item)
      return exceptionItemToWire(item)
    },
    async removeExceptionItem({ list_id: listId, item_id: itemId }) {
      const isThere = (await exceptions.items(listId)).some((item) => item.itemId === itemId)
      return { removed: isThere && (await exceptions.removeItem(itemId)) }
    },
  }
}

async function review(
  world: ApiWorld,
  listId: string,
): Promise<Awaited<ReturnType<Api['reviewExceptions']>>> {
  const found = await reviewOf(world, listId)
  const ruleIds = new Map(found.rules.map(({ uuid, rule }) => [uuid, rule.ruleId]))
  return {
    list_id: listId,
    rules: [...ruleIds.values()],
    alerts_looked_at: found.alertsLookedAt,
    items: found.items.map((reviewed) => wireReview(reviewed, ruleIds, world.clock.nowMs())),
  }
}

/** Every exception; each list is reviewed, one after the other: each looks through alerts. */
async function allExceptions(world: ApiWorld): Promise<Awaited<ReturnType<Api['listExceptions']>>> {
  const items: WireException[] = []
  let lookedAt = 0
  for (const { listId } of await world.exceptions.lists()) {
    const found = await reviewOf(world, listId)
    const ruleIds = new Map(found.rules.map(({ uuid, rule }) => [uuid, rule.ruleId]))
    const rules = found.rules.map(({ uuid, rule }) => ({ id: uuid, name: rule.name }))
    lookedAt += found.alertsLookedAt
    for (const reviewed of found.items) {
      const { entries } = exceptionItemToWire(reviewed.item)
      items.push({
        ...wireReview(reviewed, ruleIds, world.clock.nowMs()),
        list_id: listId,
        entries: Array.isArray(entries) ? entries.filter(isJsonObject) : [],
        rules,
      })
    }
  }
  return { items, alerts_looked_at: lookedAt }
}

async function reviewOf(world: ApiWorld, listId: string) {
  const { exceptions, rules, alerts, fields, clock } = world
  if ((await exceptions.list(listId)) === undefined) {
    throw new Fault('not-found', 'exception.list-not-found', `there is no exception list ${listId}`)
  }
  return reviewExceptions({ exceptions, rules, alerts, fields, nowMs: clock.nowMs() }, listId)
}

function wireReview(
  {
    item,
    verdict,
    createdMs,
    matches,
    truePositives,
  }: Awaited<ReturnType<typeof reviewOf>>['items'][number],
  ruleIds: ReadonlyMap<string, string>,
  nowMs: number,
) {
  return {
    item_id: item.itemId,
    name: item.name,
    verdict,
    ...(createdMs !== undefined && {
      created_at: isoOf(createdMs),
      age_days: Math.round((nowMs - createdMs) / 864_000) / 100,
    }),
    ...(item.expireTime !== undefined && { expire_time: item.expireTime }),
    matches: matches?.count ?? 0,
    ...(matches !== undefined && {
      first_match: isoOf(matches.firstMs),
      last_match: isoOf(matches.lastMs),
      last_rule: ruleIds.get(matches.lastRuleUuid) ?? matches.lastRuleUuid,
    }),
    true_positives: truePositives.length,
    true_positive_alerts: truePositives.slice(0, 10),
  }
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}

/** An item of a request. Faults: `invalid`. */
export function exceptionItemOf(
  world: Pick<ApiWorld, 'clock'>,
  listId: string,
  body: WireExceptionItem,
): ExceptionItem {
  const wire: JsonObject = {
    type: 'simple',
    namespace_type: 'single',
    description: body.name,
    created_at: isoOf(world.clock.nowMs()),
    ...body,
    list_id: listId,
    item_id: body.item_id ?? randomUUID(),
  }
  const { value, diagnostics } = exceptionItemFromWire(wire)
  if (value !== undefined && !hasErrors(diagnostics)) return value
  const told = diagnostics.map(({ origin = '', message }) => `${origin} ${message}`.trim())
  throw new Fault('invalid', 'exception.invalid-item', told.join('; '))
}

async function ensureList(
  { exceptions }: ApiWorld,
  { listId, name, type }: { readonly listId: string; readonly name: string; readonly type: string },
): Promise<void> {
  const isThere = (await exceptions.lists()).some((list) => list.listId === listId)
  if (isThere) return
  await exceptions.putList({ listId, name, type, namespaceType: 'single', unknown: {} })
}
