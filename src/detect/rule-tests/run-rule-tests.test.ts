import { expect, test } from 'vitest'
import { parseRuleTests, readRules, type RuleTest } from '#rule'
import { runRuleTests } from './run-rule-tests.ts'

const text = `
[rule]
rule_id = "r"
name = "R"
description = "d"
risk_score = 1
severity = "low"
type = "query"
index = ["logs-*"]
query = "event.category: process"
`
const [rule] = readRules(Buffer.from(text), { path: 'r.toml' }).rules

function testsOf(alerts: string): readonly RuleTest[] {
  const yaml = `
index: logs-x
now: 2026-03-02T12:00:00Z
tests:
  - name: t
    events:
      - { at: -2m, event.category: process, user.name: a, host.name: h }
      - { at: -1m, event.category: process, user.name: b, host.name: h }
    alerts: ${alerts}
`
  return parseRuleTests(yaml, { path: 't.yaml' }).tests
}

async function outcomeOf(alerts: string) {
  if (rule === undefined) throw new Error('the rule must be readable')
  const [outcome] = await runRuleTests(testsOf(alerts), rule)
  return outcome
}

test('a broad expectation leaves the only alert that a narrow one can have to it', async () => {
  expect((await outcomeOf('[{ host.name: h }, { user.name: a }]'))?.problems).toEqual([])
  expect((await outcomeOf('[{ user.name: a }, { host.name: h }]'))?.problems).toEqual([])
})

test('what is missing and what is too much are both told, the latter whole', async () => {
  const outcome = await outcomeOf('[{ user.name: a }, { user.name: c }]')
  expect(outcome?.missing).toEqual([{ 'user.name': ['c'] }])
  expect(outcome?.unexpected).toMatchObject([{ 'user.name': 'b' }])
  expect(outcome?.problems).toHaveLength(2)
})
