import { expect, test } from 'vitest'
import { parseRuleTests, readRules, type RuleTest } from '#rule'
import { runRuleTests } from './run-rule-tests.ts'

function ruleOf(type: string, query: string) {
  const text = `
[rule]
rule_id = "r"
name = "R"
description = "d"
risk_score = 1
severity = "low"
type = "${type}"
language = "${type === 'eql' ? 'eql' : 'kuery'}"
index = ["logs-*"]
query = "${query}"
`
  return readRules(Buffer.from(text), { path: 'r.toml' }).rules[0]
}

const queryRule = ruleOf('query', 'event.category: process')
const sequenceRule = ruleOf(
  'eql',
  'sequence by host.name [process where true] [process where true]',
)

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

async function outcomeOf(alerts: string, rule = queryRule) {
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

test('a sequence is one alert that says what its events share, and each event by itself', async () => {
  const right = '[{ host.name: h, _events: [{ user.name: a }, { user.name: b }] }]'
  expect((await outcomeOf(right, sequenceRule))?.problems).toEqual([])
  expect((await outcomeOf('[{ host.name: h }]', sequenceRule))?.problems).toEqual([])
})

test.each([
  ['in another order', '[{ _events: [{ user.name: b }, { user.name: a }] }]'],
  ['with an event too few', '[{ _events: [{ user.name: a }] }]'],
  ['with an event too many', '[{ _events: [{ user.name: a }, { user.name: b }, {}] }]'],
  ['with what only one of its events has', '[{ user.name: a }]'],
])('a sequence %s is another one', async (_, alerts) => {
  const outcome = await outcomeOf(alerts, sequenceRule)
  expect(outcome?.missing).toHaveLength(1)
  expect(outcome?.unexpected).toMatchObject([{ _events: { length: 2, 0: { 'user.name': 'a' } } }])
})
