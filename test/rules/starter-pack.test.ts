import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ecsCatalogue, withMappings } from '#event'
import { eql } from '#query'
import { checkRule } from '#rule'
import { eventTypes } from '#sensor'
import { coveragePage, techniquesOf } from '../../scripts/starter-rules/coverage-page.ts'
import { starterPack } from '../support/starter-pack.ts'

const nowMs = Date.UTC(2026, 2, 2, 12)
const pack = starterPack()
const riskScores = { low: 21, medium: 47, high: 73, critical: 99 }

/** The schema's fields, and those that only our own sensor writes: a rule may ask for no other. */
const fields = withMappings(
  ecsCatalogue(),
  Object.fromEntries(
    eventTypes
      .flatMap((type) => type.fields)
      .filter(({ name }) => ecsCatalogue().mappingOf(name) === undefined)
      .map(({ name, type }) => [name, type]),
  ),
)

test('the pack has its rules, each with an id and a name of its own', () => {
  expect(pack.length).toBeGreaterThanOrEqual(95)
  expect(new Set(pack.map(({ rule }) => rule?.ruleId)).size).toBe(pack.length)
  expect(new Set(pack.map(({ rule }) => rule?.name)).size).toBe(pack.length)
})

test('the pack asks for single events, sequences and samples in EQL', () => {
  const kinds = pack.flatMap(({ rule }) => {
    const statement = rule?.params.type === 'eql' ? eql.parse(rule.params.query) : undefined
    return statement?.ok === true ? [statement.value.query.kind] : []
  })
  expect(kinds.length).toBeGreaterThanOrEqual(20)
  expect(new Set(kinds)).toEqual(new Set(['events', 'sequence', 'sample']))
  expect(kinds.filter((kind) => kind === 'sequence').length).toBeGreaterThanOrEqual(15)
})

test('the pack covers at least 25 techniques, and the page of the reference lists them', () => {
  const rules = pack.flatMap(({ rule }) => (rule === undefined ? [] : [rule]))
  expect(techniquesOf(rules).length).toBeGreaterThanOrEqual(25)
  const page = new URL('../../docs/reference/starter-rules.md', import.meta.url)
  expect(readFileSync(page, 'utf8')).toBe(coveragePage(pack))
})

test.each(pack)(
  '$folder is without fault and says what whoever reads its alert needs',
  ({ rule, locate, diagnostics }) => {
    expect(diagnostics).toEqual([])
    if (rule === undefined || locate === undefined) throw new Error('the rule must be readable')
    expect(checkRule(rule, { nowMs, fields, locate })).toEqual([])
    expect(rule).toMatchObject({ author: ['Vedette'], license: 'Apache-2.0' })
    expect(rule.riskScore).toBe(riskScores[rule.severity])
    for (const part of ['## Investigate', '## Respond']) expect(rule.note).toContain(part)
    expect(rule.setup).toContain('vedette serve')
    expect(rule.falsePositives.length).toBeGreaterThan(0)
    expect(rule.references.length).toBeGreaterThan(0)
    const tactics = rule.threat.map(({ tactic }) => `Tactic: ${tactic.name}`)
    expect(tactics.length).toBeGreaterThan(0)
    expect(tactics).toEqual(
      expect.arrayContaining(rule.tags.filter((tag) => tag.startsWith('Tactic'))),
    )
  },
)

test.each(pack)('$folder has at least two tests that fire and two that stay silent', (packed) => {
  const firing = packed.tests.filter(({ alerts }) => alerts.length > 0)
  expect(firing.length).toBeGreaterThanOrEqual(2)
  expect(packed.tests.length - firing.length).toBeGreaterThanOrEqual(2)
})
