import { expect, test } from 'vitest'
import type { JsonObject } from '#base'
import { ruleFromWire, type Rule } from '#rule'
import { riskScoreOf, ruleNameOf, severityOf } from './overrides.ts'

function ruleWith(members: JsonObject): Rule {
  const { rule } = ruleFromWire({
    rule_id: 'r',
    name: 'N',
    description: 'd',
    type: 'query',
    query: '*',
    severity: 'medium',
    risk_score: 50,
    ...members,
  })
  if (rule === undefined) throw new Error('the rule could not be read')
  return rule
}

const bySeverity = ruleWith({
  severity_mapping: [
    { field: 'sev', operator: 'equals', value: 'bad', severity: 'high' },
    { field: 'sev', operator: 'equals', value: 'worst', severity: 'critical' },
    { field: 'sev', operator: 'equals', value: '3', severity: 'low' },
    { field: 'event.severity', operator: 'equals', value: '7.9', severity: 'critical' },
  ],
})

test.each([
  ['no mapping met leaves the own severity', { sev: 'else' }, 'medium'],
  ['one element of an array is enough', { sev: ['x', 'bad'] }, 'high'],
  ['the worst of several wins', { sev: ['worst', 'bad'] }, 'critical'],
  ['a whole number equals its text', { sev: 3 }, 'low'],
  ['a fraction equals nothing', { sev: 3.5 }, 'medium'],
  ['event.severity is compared with the floored number', { event: { severity: 7 } }, 'critical'],
  ['a dotted key is found', { 'event.severity': 7 }, 'critical'],
])('severity: %s', (_, source: JsonObject, expected) => {
  expect(severityOf(bySeverity, source)).toBe(expected)
})

const byRisk = ruleWith({
  risk_score_mapping: [
    { field: 'a.risk', operator: 'equals', value: '' },
    { field: 'other', operator: 'equals', value: '' },
  ],
})

test.each([
  ['a number counts, decimals kept', { a: { risk: 31.14 } }, 31.14],
  ['a numeric text counts', { 'a.risk': '34.5' }, 34.5],
  ['the greatest of an array that fits counts', { a: { risk: [3, '90', 101, -1] } }, 90],
  ['what does not fit leaves the own score', { a: { risk: 'much' } }, 50],
  ['an empty text is no number', { a: { risk: '' } }, 50],
  ['only the first mapping is asked', { other: 99 }, 50],
])('risk score: %s', (_, source: JsonObject, expected) => {
  expect(riskScoreOf(byRisk, source)).toBe(expected)
})

test('the name is the text of the overriding field, and the own one where that is none', () => {
  const rule = ruleWith({ rule_name_override: 'event.action' })
  expect(ruleNameOf(rule, { event: { action: 'boot' } })).toBe('boot')
  expect(ruleNameOf(rule, { event: { action: ['halt', 'boot'] } })).toBe('halt')
  expect(ruleNameOf(rule, { event: { action: 7 } })).toBe('N')
  expect(ruleNameOf(rule, { event: { action: '' } })).toBe('N')
})
