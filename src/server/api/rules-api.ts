import type { Api, WireRule } from '#api'
import { Fault } from '#base'
import { compileRule, type RuleOrigin } from '#detect'
import { guideSteps } from '#investigate'
import { ruleToWire, type InstalledRule } from '#rule'
import type { ApiWorld } from './api-world.ts'
import { ruleDiff, ruleDiffWith } from './rule-diff.ts'
import { exportRules } from './rule-export.ts'
import { importRules } from './rule-import.ts'

type RuleCalls = Pick<
  Api,
  | 'listRules'
  | 'getRule'
  | 'getRuleGuide'
  | 'removeRule'
  | 'importRules'
  | 'exportRules'
  | 'setRuleEnabled'
  | 'diffRule'
  | 'diffRuleWith'
>

const origin: RuleOrigin = { user: 'api' }

/** The part of the API that is about rules. */
export function rulesApi(world: ApiWorld): RuleCalls {
  const { rules } = world
  return {
    async listRules({ enabled }) {
      const all = await rules.list()
      const wanted = all.filter(({ rule }) => enabled === undefined || rule.enabled === enabled)
      return { rules: wanted.map((rule) => wireRule(world, rule)) }
    },
    getRule: async ({ id }) => wireRule(world, await ruleOf(world, id)),
    async getRuleGuide({ id }) {
      const { note = '' } = (await ruleOf(world, id)).rule
      return { blocks: guideSteps(note).map(({ kind, text, depth }) => ({ kind, text, depth })) }
    },
    removeRule: async ({ id }) => ({ removed: await rules.remove((await ruleOf(world, id)).uuid) }),
    async setRuleEnabled({ id, body }) {
      const { uuid } = await ruleOf(world, id)
      return wireRule(world, await rules.setEnabled(uuid, body.enabled, origin))
    },
    importRules: ({ body }) => importRules(world, body),
    async exportRules({ format = 'ndjson', rules: ids }) {
      const asked = ids && (await Promise.all(ids.map((id) => ruleOf(world, id))))
      return exportRules(world, asked ?? (await rules.list()), format)
    },
    diffRule: async ({ id, version }) => ruleDiff(world, await ruleOf(world, id), { version }),
    diffRuleWith: async ({ id, body }) => ruleDiffWith(world, await ruleOf(world, id), body),
  }
}

/** The installed rule of a uuid or a rule_id. Faults: `not-found`. */
export async function ruleOf({ rules }: ApiWorld, id: string): Promise<InstalledRule> {
  const found = (await rules.get(id)) ?? (await rules.byRuleId(id))
  if (found !== undefined) return found
  throw new Fault('not-found', 'rule.not-found', `there is no rule ${id}`)
}

/** An installed rule as the API tells it. */
export function wireRule({ fields }: ApiWorld, installed: InstalledRule): WireRule {
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
