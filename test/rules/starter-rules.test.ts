import { describe, expect, test } from 'vitest'
import { ecsCatalogue } from '#event'
import { compileRule, runRuleTests } from '#detect'
import { starterPack } from '../support/starter-pack.ts'

describe.each(starterPack())('$folder', ({ rule, tests }) => {
  if (rule === undefined) throw new Error('the rule must be readable')

  test('the rule can be run', () => {
    expect(compileRule(rule, ecsCatalogue())).toMatchObject({ ok: true })
  })

  test.each(tests.map((each) => [each.name, each] as const))('%s', async (_, each) => {
    const outcomes = await runRuleTests([each], rule)
    expect(outcomes.flatMap(({ problems }) => problems)).toEqual([])
  })
})
