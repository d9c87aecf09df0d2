import type { Api, WireRule } from '#api'
import { Fault, hasErrors, type Diagnostic, type JsonValue } from '#base'
import { compileRule, type RuleOrigin } from '#detect'
import { checkRule, readRules, ruleToWire, type InstalledRule, type Rule } from '#rule'
import type { ApiWorld } from './api-world.ts'

type RuleCalls = Pick<
  Api,
  | 'listRules'
  | 'getRule'
  | 'removeRule'
  | 'importRules'
  | 'setRuleEnabled'
  | 'runRule'
  | 'listExecutions'
>

const origin: RuleOrigin = { user: 'api' }

/** The part of the API that is about rules and their executions. */
export function rulesApi(world: ApiWorld): RuleCalls {
  const { rules } = world
  return {
    async listRules({ enabled }) {
      const all = await rules.list()
      const wanted = all.filter(({ rule }) => enabled === undefined || rule.enabled === enabled)
      return { rules: wanted.map((rule) => wireOf(world, rule)) }
    },
    getRule: async ({ id }) => wireOf(world, await ruleOf(world, id)),
    removeRule: async ({ id }) => ({ removed: await rules.remove((await ruleOf(world, id)).uuid) }),
    async setRuleEnabled({ id, body }) {
      const { uuid } = await ruleOf(world, id)
      return wireOf(world, await rules.setEnabled(uuid, body.enabled, origin))
    },
    importRules: ({ body }) => importRules(world, body),
    async runRule({ id }, signal) {
      const { uuid } = await ruleOf(world, id)
      return asJson(await world.runNow(uuid, signal ?? new AbortController().signal))
    },
    async listExecutions({ rule, limit = 100 }) {
      const ruleUuid = rule === undefined ? undefined : (await ruleOf(world, rule)).uuid
      const found = await world.executions({ limit, ...(ruleUuid !== undefined && { ruleUuid }) })
      return { executions: found.map(asJson) }
    },
  }
}

/** Records are JSON members all through. */
function asJson<T extends { readonly [name: string]: JsonValue }>(record: T): T {
  return record
}

/** The installed rule of a uuid or a rule_id. Faults: `not-found`. */
export async function ruleOf({ rules }: ApiWorld, id: string): Promise<InstalledRule> {
  const found = (await rules.get(id)) ?? (await rules.byRuleId(id))
  if (found !== undefined) return found
  throw new Fault('not-found', 'rule.not-found', `there is no rule ${id}`)
}

function wireOf({ fields }: ApiWorld, installed: InstalledRule): WireRule {
  const { uuid, rule, revision, immutable } = installed
  return {
    id: uuid,
    rule_id: rule.ruleId,
    enabled: rule.enabled,
    revision,
    immutable,
    rule: ruleToWire(rule),
    runnable: compileRule(rule, fields).ok,
  }
}

async function importRules(
  world: ApiWorld,
  { name, text }: { readonly name: string; readonly text: string },
): Promise<Awaited<ReturnType<Api['importRules']>>> {
  const reading = readRules(new TextEncoder().encode(text), { path: name })
  const diagnostics: Diagnostic[] = [...reading.diagnostics]
  for (const list of reading.exceptionLists) await world.exceptions.putList(list)
  for (const item of reading.exceptions) await world.exceptions.putItem(item)
  const imported = []
  for (const [at, rule] of reading.rules.entries()) {
    const locate = reading.locators[at]
    const found = checkRule(rule, {
      nowMs: world.clock.nowMs(),
      fields: world.fields,
      ...(locate !== undefined && { locate }),
    })
    diagnostics.push(...found)
    if (hasErrors(found)) continue
    imported.push(await installOrUpdate(world, rule))
  }
  return { imported, diagnostics: diagnostics.map(plain) }
}

async function installOrUpdate({ rules }: ApiWorld, rule: Rule) {
  const { ruleId, name } = rule
  const before = await rules.byRuleId(ruleId)
  if (before === undefined) {
    const { uuid } = await rules.install(rule, origin)
    return { id: uuid, rule_id: ruleId, name, change: 'created' as const }
  }
  // Whoever switched a rule on or off meant it beyond the next import.
  const wanted = { ...rule, enabled: before.rule.enabled }
  const after = await rules.update(before.uuid, wanted, origin)
  const change = after.revision === before.revision ? ('unchanged' as const) : ('updated' as const)
  return { id: after.uuid, rule_id: ruleId, name, change }
}

/** A diagnostic without what formats add to it. */
function plain({
  code,
  severity,
  message,
  span,
  help,
  patch,
  origin: from,
}: Diagnostic): Diagnostic {
  return {
    code,
    severity,
    message,
    span,
    ...(help !== undefined && { help }),
    ...(patch !== undefined && { patch }),
    ...(from !== undefined && { origin: from }),
  }
}
