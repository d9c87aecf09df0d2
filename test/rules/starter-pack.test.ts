import { expect, test } from 'vitest'
import { ecsCatalogue } from '#event'
import { checkRule } from '#rule'
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
