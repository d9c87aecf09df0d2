import { afterAll, beforeAll, expect, test } from 'vitest'
import { serverUnderTest, type ServerUnderTest } from '../server-under-test.ts'

let at: ServerUnderTest
beforeAll(async () => {
  at = await serverUnderTest()
  for (const [id, name] of names) {
    await at.client.importRules({ body: { name: 'r.toml', text: rule(id, name) } })
  }
  await at.client.addRuleException({
    id: 'r-1',
    body: {
      name: 'known',
      entries: [{ field: 'user.name', operator: 'included', type: 'match', value: 'bob' }],
    },
  })
})
afterAll(() => at.close())

const names = [
  ['r-1', 'A Rule'],
  ['r-2', 'A rule!'],
  ['r-3', '../../etc/passwd'],
  ['r-4', '規則'],
] as const

const rule = (id: string, name: string) => `
[metadata]
maturity = "production"

[rule]
rule_id = "${id}"
name = "${name}"
description = "For a test."
type = "query"
language = "kuery"
query = "process.name: x"
severity = "high"
risk_score = 73
`

test('in TOML each rule is a file named after it, and none goes anywhere else', async () => {
  const { files, diagnostics } = await at.client.exportRules({ format: 'toml' })
  expect(files.map(({ name }) => name).toSorted()).toEqual([
    'a-rule-r-2.toml',
    'a-rule.toml',
    'etc-passwd.toml',
    'r-4.toml',
  ])
  expect(diagnostics).toMatchObject([
    { code: 'rule.exceptions-left-out', severity: 'warning', origin: 'a-rule.toml' },
  ])
  for (const { name, text } of files) {
    const again = await at.client.importRules({ body: { name, text } })
    expect(again.imported.map(({ change }) => change)).toEqual(['unchanged'])
    expect(text).toContain('maturity = "production"')
  }
})

test('in NDJSON one file has the rules asked for, with their exceptions', async () => {
  const { files } = await at.client.exportRules({ rules: ['r-1'] })
  const [file] = files
  expect(files.map(({ name }) => name)).toEqual(['rules.ndjson'])
  const lines = (file?.text ?? '').trim().split('\n')
  // The rule, its list, the item, the counts.
  expect(lines).toHaveLength(4)
  expect(lines.join('\n')).toContain('"value":"bob"')
  const again = await at.client.importRules({
    body: { name: 'rules.ndjson', text: file?.text ?? '' },
  })
  expect(again.imported).toMatchObject([{ rule_id: 'r-1', change: 'unchanged' }])
  await expect(at.client.exportRules({ rules: ['nobody'] })).rejects.toMatchObject({
    kind: 'not-found',
  })
})
