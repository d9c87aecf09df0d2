import type { Api } from '#api'
import type { InstalledRule } from '#rule'
import type { RuleTestState } from '../rule-tests/tested-rules.ts'
import type { ApiWorld } from './api-world.ts'
import { ruleOf } from './rules-api.ts'

/** The part of the API that is about the tests of rules. */
export function ruleTestsApi(
  world: ApiWorld,
): Pick<Api, 'listRuleTests' | 'getRuleTests' | 'keepRuleTests'> {
  const { tested, rules } = world
  const toldOf = async (installed: InstalledRule) => {
    const [[state], found] = await Promise.all([
      tested.statesOf([installed]),
      tested.textOf(installed.rule.ruleId),
    ])
    return { ...wireState(state), text: found?.text ?? '', from: found?.from ?? 'none' } as const
  }
  return {
    async listRuleTests() {
      const installed = await rules.list()
      const states = await tested.statesOf(installed)
      return {
        rules: installed.map(({ rule }, at) => ({
          rule_id: rule.ruleId,
          ...wireState(states[at]),
        })),
      }
    },
    getRuleTests: async ({ id }) => toldOf(await ruleOf(world, id)),
    async keepRuleTests({ id, body: { text } }) {
      const installed = await ruleOf(world, id)
      await tested.keep(installed.rule.ruleId, text.trim() === '' ? undefined : text)
      return toldOf(installed)
    },
  }
}

function wireState(state: RuleTestState | undefined) {
  if (state?.kind === 'passed' || state?.kind === 'failed') {
    return { state: state.kind, tests: state.tests, failed: state.failed } as const
  }
  return { state: state?.kind ?? 'none', tests: 0, failed: 0 } as const
}
