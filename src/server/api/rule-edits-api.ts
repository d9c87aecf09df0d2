import { randomUUID } from 'node:crypto'
import type { Api } from '#api'
import { Fault, hasErrors, type Diagnostic, type JsonObject } from '#base'
import { runRuleTests, type RuleOrigin } from '#detect'
import { checkRule, parseRuleTests, ruleFromWire, withoutInstallation, type Rule } from '#rule'
import { withSections } from '../kibana/rules.ts'
import type { ApiWorld } from './api-world.ts'
import { plainDiagnostic } from './plain-diagnostic.ts'
import { ruleOf, wireRule } from './rules-api.ts'

const origin: RuleOrigin = { user: 'api' }

/** The part of the API by which rules are written. */
export function ruleEditsApi(
  world: ApiWorld,
): Pick<Api, 'createRule' | 'replaceRule' | 'testRule'> {
  return {
    async createRule({ body }) {
      return wireRule(world, await world.rules.install(ruleIn(world, body.rule), origin))
    },
    async replaceRule({ id, body }) {
      const { uuid, rule: before, revision } = await ruleOf(world, id)
      if (revision !== body.revision) {
        throw new Fault(
          'conflict',
          'rule.changed-meanwhile',
          `the rule was changed meanwhile: it is at revision ${revision}, and this change was made to revision ${body.revision}`,
        )
      }
      const kept = { rule_id: before.ruleId, enabled: before.enabled }
      const rule = withSections(ruleIn(world, { ...body.rule, ...kept }), before)
      return wireRule(world, await world.rules.update(uuid, rule, origin))
    },
    async testRule({ id, body }) {
      const { rule } = await ruleOf(world, id)
      const { tests, diagnostics } = parseRuleTests(body.text, { path: 'tests' })
      const outcomes = await runRuleTests(tests, rule, { fields: world.fields })
      return {
        outcomes: outcomes.map(({ test, problems }) => ({
          name: test.name,
          line: test.line,
          alerts: test.alerts.length,
          problems,
        })),
        diagnostics: diagnostics.map(plainDiagnostic),
      }
    },
  }
}

/** The rule of a request. Faults: `invalid`, with everything that is wrong. */
export function ruleIn({ clock, fields }: ApiWorld, wire: JsonObject): Rule {
  const { rule, diagnostics } = ruleFromWire(wire, { defaultRuleId: randomUUID() })
  if (rule === undefined) throw wrong(diagnostics)
  const found = checkRule(rule, { nowMs: clock.nowMs(), fields })
  if (hasErrors(found)) throw wrong(found)
  return { ...rule, unknown: withoutInstallation(rule.unknown) }
}

function wrong(diagnostics: readonly Diagnostic[]): Fault {
  const told = diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ origin: member, message }) =>
      member === undefined ? message : `${member}: ${message}`,
    )
  return new Fault('invalid', 'rule.invalid', told.join('; '))
}
