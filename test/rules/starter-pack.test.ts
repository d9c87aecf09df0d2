import { expect, test } from 'vitest'
import { ecsCatalogue } from '#event'
import { compileFilter, languageOf, type Matcher } from '#query'
import { checkRule, type Rule } from '#rule'
import { starterPack } from '../support/starter-pack.ts'

const fields = ecsCatalogue()
const nowMs = Date.UTC(2026, 2, 2, 12)
const pack = starterPack()

test('the pack has its rules, each with an id and a name of its own', () => {
  expect(pack.length).toBeGreaterThanOrEqual(8)
  expect(new Set(pack.map(({ rule }) => rule?.ruleId)).size).toBe(pack.length)
  expect(new Set(pack.map(({ rule }) => rule?.name)).size).toBe(pack.length)
})

test.each(pack)(
  '$folder is without fault and says what whoever reads its alert needs',
  (packed) => {
    const { rule, locate, diagnostics } = packed
    expect(diagnostics).toEqual([])
    if (rule === undefined || locate === undefined) throw new Error('the rule must be readable')
    const said = checkRule(rule, { nowMs, fields, locate })
    // The fields of our own documents come with the sensor, not with the catalogue of ECS.
    expect(said.filter(({ message }) => !message.includes('"vedette.'))).toEqual([])
    expect(rule).toMatchObject({ author: ['Vedette'], license: 'Apache-2.0' })
    for (const part of ['## Investigate', '## Respond']) expect(rule.note).toContain(part)
    expect(rule.setup).toContain('vedette serve')
    expect(rule.falsePositives.length).toBeGreaterThan(0)
    expect(rule.threat.length).toBeGreaterThan(0)
  },
)

test.each(pack)('$folder has tests that fire and tests that stay silent', ({ tests }) => {
  expect(tests.some(({ alerts }) => alerts.length > 0)).toBe(true)
  expect(tests.some(({ alerts }) => alerts.length === 0)).toBe(true)
  expect(new Set(tests.map(({ name }) => name)).size).toBe(tests.length)
})

test.each(pack)('$folder: the query matches where its tests fire', ({ rule, tests }) => {
  const matches = matcherOf(rule)
  const matchesBelow = tests.filter(({ events, alerts }) => {
    const matched = events.filter(({ source }) => matches(source))
    return matched.length < alerts.length
  })
  expect(matchesBelow.map(({ name }) => name)).toEqual([])
})

const queryRules = pack.filter(({ rule }) => rule?.params.type === 'query')

test.each(queryRules)('$folder: the query matches nothing where its tests are silent', (packed) => {
  const matches = matcherOf(packed.rule)
  const matched = packed.tests.filter(
    ({ events, alerts }) => alerts.length === 0 && events.some(({ source }) => matches(source)),
  )
  expect(matched.map(({ name }) => name)).toEqual([])
})

function matcherOf(rule: Rule | undefined): Matcher {
  const params = rule?.params
  if (params?.type !== 'query' && params?.type !== 'new_terms') {
    throw new Error('the rules of the pack are of types that run')
  }
  const plan = languageOf(params.language)?.parse(params.query)
  if (plan?.ok !== true) throw new Error('the query must parse')
  return compileFilter(plan.value, { fields, nowMs })
}
