import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkRule } from './check-rule.ts'
import { readRules } from './read-rules.ts'
import { parseRuleTests } from './rule-tests.ts'

const toml = `[metadata]
maturity = "x" # why

[rule]
rule_id = "r"
name = 'A "rule"'
description = """
Says what
it does."""
risk_score = 21
severity = "low"
tags = ["a", 'b'] 
type = "new_terms"
query = '''
process.name:("a" or b*) and not (user.id:0)
'''
meta = { a = [1, 2.5, { b = true }], "c d" = 1979-05-27 }

[[rule.threat]]
framework = "F"
[rule.threat.tactic]
id = "T"
name = "N"
reference = "R"

[rule.new_terms]
field = "new_terms_fields"
value = ["process.name"]
[[rule.new_terms.history_window_start]]
field = "history_window_start"
value = "now-14d"
`

const ndjson = `{"rule_id":"a","name":"n\\u0041","description":"d","severity":"low","risk_score":1,"type":"query","query":"a:b"}
{"item_id":"i","list_id":"l","name":"n","entries":[{"field":"f","type":"match","operator":"included","value":"v"}]}
{"list_id":"l","name":"n","type":"detection"}
`

const yaml = `index: logs-a-default
now: 2026-03-02T12:00:00Z
tests:
  - name: one
    events: [{ at: -1m, a.b: [1, "x"] }]
    alerts: [{ a.b: 1 }]
`

/** The text with a few pieces cut out, repeated or replaced. */
function damaged(text: string): fc.Arbitrary<string> {
  const bits = fc.constantFrom(
    '"',
    "'",
    '[',
    ']',
    '{',
    '}',
    '\n',
    '=',
    '.',
    ',',
    '\\',
    '#',
    '"""',
    '0',
    ' ',
    '\u0000',
    '\ud800',
    ':',
    '- ',
    '&a ',
    '*a',
  )
  const blow = fc.record({ at: fc.nat(text.length), cut: fc.nat(8), bit: bits })
  return fc
    .array(blow, { minLength: 1, maxLength: 4 })
    .map((blows) =>
      blows.reduce((now, { at, cut, bit }) => now.slice(0, at) + bit + now.slice(at + cut), text),
    )
}

test.each([
  ['r.toml', toml],
  ['r.ndjson', ndjson],
])('whatever happens to %s, it is told in the file and nothing is thrown', (path, text) => {
  fc.assert(
    fc.property(damaged(text), (broken) => {
      const { rules, locators, diagnostics } = readRules(new TextEncoder().encode(broken), { path })
      const later = rules.flatMap((rule, i) => {
        const locate = locators[i]
        return locate === undefined ? [] : checkRule(rule, { nowMs: 0, locate })
      })
      const lines = broken.replaceAll('\ud800', '\ufffd').split('\n')
      for (const { origin, line, column, span } of [...diagnostics, ...later]) {
        expect(origin).toBe(path)
        expect(span.end).toBeGreaterThanOrEqual(span.start)
        expect(lines[line - 1]?.length ?? -1).toBeGreaterThanOrEqual(column - 1)
      }
    }),
    { numRuns: 400 },
  )
})

test('whatever happens to a file of tests, it is told and nothing is thrown', () => {
  fc.assert(
    fc.property(damaged(yaml), (broken) => {
      const { tests, diagnostics } = parseRuleTests(broken, { path: 't.yaml' })
      expect(tests.length + diagnostics.length).toBeGreaterThan(0)
    }),
    { numRuns: 400 },
  )
})

test.each([
  ['r.toml', `[${'a.'.repeat(20_000)}a]\n[rule]\nname = "n"\n`],
  ['r.toml', `[rule]\nmeta = ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`],
  ['r.toml', `[rule]\n${'meta.'.repeat(20_000)}x = 1\n`],
  ['r.ndjson', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}\n`],
])('%s nested without end is refused', (path, text) => {
  const { rules, diagnostics } = readRules(new TextEncoder().encode(text), { path })
  expect(rules).toEqual([])
  expect(diagnostics.length).toBeGreaterThan(0)
})

test('a file of tests nested without end is refused', () => {
  const text = `tests: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`
  expect(parseRuleTests(text, { path: 't.yaml' }).diagnostics.length).toBeGreaterThan(0)
})
