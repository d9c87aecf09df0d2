import { Fault, isJsonObject, type JsonObject } from '#base'
import type { RuleOrigin } from '#detect'
import { ruleToWire, type InstalledRule, type Rule } from '#rule'
import { statusOf } from '../http/status.ts'
import {
  invalidRequest,
  objectBody,
  ok,
  type KibanaCall,
  type KibanaRoute,
  type KibanaWorld,
} from './call.ts'
import { taken } from './error.ts'
import { nameInBody, nameInQuery, namedRule, ruleOfBody, ruleResponse } from './rule-wire.ts'

/** Who changes things through this API. */
export const kibanaOrigin: RuleOrigin = { user: 'api' }

const rulesPath = '/api/detection_engine/rules'

/** One rule at a time, and the older routes that take several. */
export const ruleRoutes: readonly KibanaRoute[] = [
  {
    method: 'GET',
    path: rulesPath,
    answer: async ({ world, query }) =>
      ok(ruleResponse(await namedRule(world, nameInQuery(query)))),
  },
  {
    method: 'DELETE',
    path: rulesPath,
    answer: async ({ world, query }) =>
      ok(await removed(world, await namedRule(world, nameInQuery(query)))),
  },
  { method: 'POST', path: rulesPath, answer: one(created) },
  { method: 'PUT', path: rulesPath, answer: one(replaced) },
  { method: 'PATCH', path: rulesPath, answer: one(patched) },
  { method: 'POST', path: `${rulesPath}/_bulk_create`, answer: several(created) },
  { method: 'PUT', path: `${rulesPath}/_bulk_update`, answer: several(replaced) },
  { method: 'PATCH', path: `${rulesPath}/_bulk_update`, answer: several(patched) },
  { method: 'POST', path: `${rulesPath}/_bulk_delete`, answer: several(removedByName) },
  { method: 'DELETE', path: `${rulesPath}/_bulk_delete`, answer: several(removedByName) },
]

type Change = (world: KibanaWorld, body: JsonObject) => Promise<JsonObject>

function one(change: Change): KibanaRoute['answer'] {
  return async (call) => ok(await change(call.world, await objectBody(call)))
}

/** Each of a list on its own: what goes wrong with one is told in its place. */
function several(change: Change): KibanaRoute['answer'] {
  return async (call: KibanaCall) => {
    const bodies = (await call.body()) ?? null
    if (!Array.isArray(bodies)) throw invalidRequest('body', 'expected an array')
    const outcomes: JsonObject[] = []
    for (const body of bodies) {
      try {
        if (!isJsonObject(body)) throw invalidRequest('body', 'expected an object')
        outcomes.push(await change(call.world, body))
      } catch (thrown) {
        if (!(thrown instanceof Fault)) throw thrown
        outcomes.push(failureOf(body, thrown))
      }
    }
    return ok(outcomes)
  }
}

function failureOf(body: unknown, fault: Fault): JsonObject {
  const { id, ruleId } = nameInBody(Object(body))
  return {
    ...(id === undefined ? {} : { id }),
    ...(ruleId === undefined ? {} : { rule_id: ruleId }),
    error: { status_code: statusOf(fault.kind), message: fault.message },
  }
}

async function created(world: KibanaWorld, body: JsonObject): Promise<JsonObject> {
  const rule = ruleOfBody(body, world)
  if ((await world.rules.byRuleId(rule.ruleId)) !== undefined) {
    throw taken(`rule_id: "${rule.ruleId}" already exists`)
  }
  return ruleResponse(await world.rules.install(rule, kibanaOrigin))
}

/** The whole text is new; what it does not say has its default, except whether the rule is on. */
async function replaced(world: KibanaWorld, body: JsonObject): Promise<JsonObject> {
  const { uuid, rule } = await namedRule(world, nameInBody(body))
  const kept = { rule_id: rule.ruleId, enabled: rule.enabled, version: rule.version }
  const wanted = ruleOfBody({ ...kept, ...body }, world)
  return ruleResponse(await world.rules.update(uuid, withSections(wanted, rule), kibanaOrigin))
}

async function patched(world: KibanaWorld, body: JsonObject): Promise<JsonObject> {
  const installed = await namedRule(world, nameInBody(body))
  return ruleResponse(await changedRule(world, installed, body))
}

/** A rule with some members of its wire form replaced, checked and stored. Faults: `invalid`. */
export async function changedRule(
  world: KibanaWorld,
  { uuid, rule }: InstalledRule,
  members: JsonObject,
): Promise<InstalledRule> {
  const { id: _id, ...wanted } = members
  // Null takes a member away: it has its default again.
  const said = Object.entries({ ...ruleToWire(rule), ...wanted }).filter(
    ([, value]) => value !== null,
  )
  const after = ruleOfBody(Object.fromEntries(said), world)
  return world.rules.update(uuid, withSections(after, rule), kibanaOrigin)
}

/** The rule with what stood beside it in its file: requests and Kibana's exports have no place for that. */
export function withSections(after: Rule, before: Rule): Rule {
  return before.sections === undefined ? after : { ...after, sections: before.sections }
}

async function removed(world: KibanaWorld, installed: InstalledRule): Promise<JsonObject> {
  await world.rules.remove(installed.uuid)
  return ruleResponse(installed)
}

async function removedByName(world: KibanaWorld, body: JsonObject): Promise<JsonObject> {
  return removed(world, await namedRule(world, nameInBody(body)))
}
