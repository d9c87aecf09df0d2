import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { ecsCatalogue } from '#event'
import { compileRule, runRuleTests } from '#detect'
import { checkRule, parseRuleTests, readRules } from '#rule'

const folder = fileURLToPath(new URL('../../rules/', import.meta.url))

describe.each(readdirSync(folder))('%s', (name) => {
  const path = `${folder}${name}/rule.toml`
  const reading = readRules(readFileSync(path), { path })
  const [rule] = reading.rules
  const testsPath = `${folder}${name}/tests.yaml`
  const { tests, diagnostics } = parseRuleTests(readFileSync(testsPath, 'utf8'), {
    path: testsPath,
  })

  test('the rule and its tests are read without a remark, and the rule can be run', () => {
    expect([...reading.diagnostics, ...diagnostics]).toEqual([])
    expect(reading.rules).toHaveLength(1)
    if (rule === undefined) return
    const problems = checkRule(rule, { nowMs: 0, fields: ecsCatalogue() })
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(compileRule(rule, ecsCatalogue()).ok).toBe(true)
  })

  test('some test of it fires and some test of it stays silent', () => {
    expect(tests.some(({ alerts }) => alerts.length > 0)).toBe(true)
    expect(tests.some(({ alerts }) => alerts.length === 0)).toBe(true)
  })

  test.each(tests.map((each) => [each.name, each] as const))('%s', async (_, each) => {
    if (rule === undefined) throw new Error('the rule could not be read')
    const outcomes = await runRuleTests([each], rule)
    expect(outcomes.flatMap(({ problems }) => problems)).toEqual([])
  })
})
