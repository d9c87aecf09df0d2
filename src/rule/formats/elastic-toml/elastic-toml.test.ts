import { expect, test } from 'vitest'
import { checkRule } from '../../check-rule.ts'
import { readRules } from '../../read-rules.ts'
import { rulesOnly } from '../../format.ts'
import { elasticToml } from './elastic-toml.ts'

const path = 'rules/a.toml'
const nowMs = Date.UTC(2026, 2, 2)

const head = `[metadata]
creation_date = "2026/03/02"

[rule]
author = ["Somebody"]
description = "Says what it does."
name = "A rule"
risk_score = 21
rule_id = "r-1"
severity = "low"
`

function read(text: string) {
  return readRules(new TextEncoder().encode(text), { path })
}

test('new terms are read from the table in which they are written, and the rest of the file is kept', () => {
  const text = `${head}type = "new_terms"
query = "*"

[rule.new_terms]
field = "new_terms_fields"
value = ["process.parent.executable"]
[[rule.new_terms.history_window_start]]
field = "history_window_start"
value = "now-14d"

[transform]
[[transform.osquery]]
label = "Users"
`
  const { rules, diagnostics } = read(text)
  expect(diagnostics).toEqual([])
  expect(rules[0]).toMatchObject({
    params: {
      type: 'new_terms',
      newTermsFields: ['process.parent.executable'],
      historyWindowStart: 'now-14d',
    },
    unknown: {},
    sections: {
      metadata: { creation_date: '2026/03/02' },
      transform: { osquery: [{ label: 'Users' }] },
    },
  })
})

test('a value of the wrong kind is told with its line and column', () => {
  const text = `${head.replace('risk_score = 21', 'risk_score   =  "21"')}type = "query"\n`
  const { rules, diagnostics } = read(text)
  expect(rules).toEqual([])
  expect(diagnostics).toEqual([
    {
      code: 'rule.wrong-type',
      severity: 'error',
      message: 'risk_score is "21"; it must be a whole number from 0 to 100',
      origin: path,
      span: { start: text.indexOf('"21"'), end: text.indexOf('"21"') + 4 },
      line: 8,
      column: 17,
    },
  ])
})

test('a misspelt member is placed at its name, a missing one at the table that lacks it', () => {
  const text = `${head}tpye = "query"\n`
  const { diagnostics } = read(text)
  expect(diagnostics.map(({ code, line, column, help }) => [code, line, column, help])).toEqual([
    ['rule.member-missing', 4, 1, 'is [tpye] a misspelling of [type]?'],
  ])
})

test.each([
  ['multi-line', '"""\nprocess.name:(a or\n  b) and (\n"""', 14, 3],
  ['multi-line with CRLF', '"""\r\nprocess.name:(a or\r\n  b) and (\r\n"""', 14, 3],
  ['one-line with escapes', String.raw`"process.name:\"a\" and ("`, 12, 34],
  ['literal', `'process.name:"a" and ('`, 12, 32],
])('a slip in a %s query is told at its place in the file', (_name, query, line) => {
  const text = `${head}type = "query"\nquery = ${query}\n`
  const { rules, locators } = read(text)
  const [rule] = rules
  const [locate] = locators
  if (rule === undefined || locate === undefined) throw new Error('the rule must be readable')
  const [said] = checkRule(rule, { nowMs, locate })
  expect(said).toMatchObject({ severity: 'error', origin: path })
  expect(said?.code).toMatch(/^kuery\./)
  expect(said?.line).toBeGreaterThanOrEqual(line === 14 ? 13 : 12)
  expect(text.slice(0, said?.span.start)).toContain('and')
})

test('what is not TOML is told where it stops being so', () => {
  const { rules, diagnostics } = read('[rule]\nname = "a"\nrisk score = 3\n')
  expect(rules).toEqual([])
  expect(diagnostics).toEqual([
    expect.objectContaining({ code: 'rule.toml-syntax', severity: 'error', line: 3, origin: path }),
  ])
})

test('a file without a rule says so', () => {
  expect(read('[metadata]\nmaturity = "x"\n').diagnostics).toEqual([
    expect.objectContaining({ code: 'rule.no-rule-table', origin: path }),
  ])
})

test('Windows line ends and a byte order mark change nothing', () => {
  const text = `${head}type = "query"\nquery = "*"\n`
  expect(read(`\ufeff${text.replaceAll('\n', '\r\n')}`)).toMatchObject({
    rules: read(text).rules,
    diagnostics: [],
  })
})

test('numbers that no rule can say are errors, not silently something else', () => {
  const text = `${head}type = "query"\nmeta = { a = nan, b = 123456789012345678901 }\n`
  const { rules, diagnostics } = read(text)
  expect(rules).toEqual([])
  expect(diagnostics.map(({ code, line }) => [code, line])).toEqual([
    ['rule.unusable-value', 12],
    ['rule.unusable-value', 12],
  ])
})

test('a date is kept as its text', () => {
  const { rules } = read(`${head.replace('"2026/03/02"', '2026-03-02')}type = "query"\n`)
  expect(rules[0]?.sections).toEqual({ metadata: { creation_date: '2026-03-02' } })
})

test('several rules do not go into one TOML file', () => {
  const { rules } = read(`${head}type = "query"\n`)
  expect(() => elasticToml.write(rulesOnly([...rules, ...rules]))).toThrow(/exactly one rule/)
})

test('what TOML cannot say is told when a rule is written', () => {
  const [rule] = read(`${head}type = "query"\n`).rules
  if (rule === undefined) throw new Error('the rule must be readable')
  const file = rulesOnly([{ ...rule, meta: { a: null, b: [1, null] } }])
  const item = { itemId: 'i', listId: 'l', name: 'n', entries: [], osTypes: [] }
  const { text, diagnostics } = elasticToml.write({ ...file, exceptions: [item] })
  expect(diagnostics.map(({ code }) => code)).toEqual([
    'rule.exceptions-left-out',
    'rule.null-left-out',
    'rule.null-left-out',
  ])
  expect(elasticToml.read(text, { path }).rules[0]?.meta).toEqual({ b: [1] })
})
