import type { Api, WireReadiness } from '#api'
import type { RuleReadiness } from '#detect'
import { readRules, type InstalledRule, type Rule } from '#rule'
import type { ApiWorld } from './api-world.ts'
import { plainDiagnostic } from './plain-diagnostic.ts'
import { ruleOf } from './rules-api.ts'

type ReadinessCalls = Pick<Api, 'listReadiness' | 'getRuleReadiness' | 'checkReadiness'>

/** The part of the API that says whether rules can fire. */
export function readinessApi(world: ApiWorld): ReadinessCalls {
  const ofInstalled = async (installed: readonly InstalledRule[]) => {
    const found = await world.readinessOf(installed.map(({ rule }) => rule))
    return found.flatMap((readiness, at) => {
      const one = installed[at]
      return one === undefined ? [] : [readinessToWire(one.rule, readiness, one.uuid)]
    })
  }
  return {
    async listReadiness({ enabled }) {
      const all = await world.rules.list()
      const wanted = all.filter(({ rule }) => enabled === undefined || rule.enabled === enabled)
      return { rules: await ofInstalled(wanted) }
    },
    async getRuleReadiness({ id }) {
      const { rule, uuid } = await ruleOf(world, id)
      const [readiness] = await world.readinessOf([rule])
      if (readiness === undefined) throw new Error(`no readiness of rule ${id}`)
      return readinessToWire(rule, readiness, uuid)
    },
    async checkReadiness({ body: { files } }) {
      const readings = files.map(({ name, text }) =>
        readRules(new TextEncoder().encode(text), { path: name }),
      )
      const rules = readings.flatMap((reading) => reading.rules)
      const found = await world.readinessOf(rules)
      return {
        rules: found.flatMap((readiness, at) => {
          const rule = rules[at]
          return rule === undefined ? [] : [readinessToWire(rule, readiness)]
        }),
        diagnostics: readings.flatMap(({ diagnostics }) => diagnostics.map(plainDiagnostic)),
      }
    },
  }
}

/** A rule's readiness as the API tells it. */
export function readinessToWire(
  { ruleId, name, enabled }: Rule,
  { verdict, reasons, indices, patternsWithoutData, learnsUntilMs }: RuleReadiness,
  uuid?: string,
): WireReadiness {
  return {
    ...(uuid !== undefined && { id: uuid }),
    rule_id: ruleId,
    name,
    enabled,
    verdict,
    reasons,
    indices,
    patterns_without_data: patternsWithoutData,
    ...(learnsUntilMs !== undefined && { learns_until: new Date(learnsUntilMs).toISOString() }),
  }
}
