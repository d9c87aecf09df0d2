import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arbitraryJson, arbitraryRule, arbitraryUnknown } from './arbitrary-rule.fixture.ts'
import { rulesOnly } from './format.ts'
import { elasticToml } from './formats/elastic-toml/elastic-toml.ts'
import { kibanaNdjson } from './formats/kibana-ndjson/kibana-ndjson.ts'
import { readRules } from './read-rules.ts'
import { ruleFromWire, ruleToWire } from './rule-codec.ts'

test('any rule comes back from its wire form as it was', () => {
  fc.assert(
    fc.property(arbitraryRule, (rule) => {
      expect(ruleFromWire(ruleToWire(rule)).rule).toEqual(rule)
    }),
  )
})

test('any rule comes back from a TOML file as it was, with the tables beside it', () => {
  fc.assert(
    fc.property(arbitraryRule, arbitraryUnknown, (rule, sections) => {
      const whole = Object.keys(sections).length === 0 ? rule : { ...rule, sections }
      const { text, diagnostics } = elasticToml.write(rulesOnly([whole]))
      expect(diagnostics).toEqual([])
      expect(elasticToml.read(text, { path: 'r.toml' }).rules).toEqual([whole])
    }),
  )
})

test('any rules come back from an export as they were', () => {
  const distinct = fc.uniqueArray(arbitraryRule, { selector: (rule) => rule.ruleId, maxLength: 3 })
  fc.assert(
    fc.property(distinct, (rules) => {
      const { text } = kibanaNdjson.write(rulesOnly(rules))
      const path = 'export.ndjson'
      expect(readRules(new TextEncoder().encode(text), { path }).rules).toEqual(rules)
    }),
  )
})

test('no JSON value makes reading throw', () => {
  fc.assert(
    fc.property(arbitraryJson, arbitraryRule, (value, rule) => {
      const wire = ruleToWire(rule)
      for (const key of Object.keys(wire)) {
        const { diagnostics } = ruleFromWire({ ...wire, [key]: value })
        expect(diagnostics.every(({ message }) => message !== '')).toBe(true)
      }
    }),
    { numRuns: 30 },
  )
})
