import { globSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sharedData, withoutSharedData } from '../../../test/support/shared-data.ts'
import { serverUnderTest, type ServerUnderTest } from '../server-under-test.ts'

let at: ServerUnderTest
beforeAll(async () => {
  at = await serverUnderTest()
})
afterAll(() => at.close())

const rule = (id: string, members: string) => `
[rule]
rule_id = "${id}"
name = "Rule ${id}"
description = "For a test."
type = "query"
language = "kuery"
severity = "high"
risk_score = 73
version = 1
${members}
`

function importText(text: string, conflict: 'overwrite' | 'skip' | 'fail' = 'overwrite') {
  return at.client.importRules({ body: { name: 'r.toml', text, conflict } })
}

test('a rule that is installed with another text is overwritten, left alone or refused, as asked', async () => {
  const changeOf = async (query: string, conflict: 'overwrite' | 'skip' | 'fail') => {
    const { imported, diagnostics } = await importText(
      rule('c', `query = "process.name: ${query}"`),
      conflict,
    )
    return [imported[0]?.change, diagnostics.map(({ code }) => code)]
  }
  expect(await changeOf('p-1', 'fail')).toEqual(['created', []])
  expect(await changeOf('p-1', 'fail')).toEqual(['unchanged', []])
  expect(await changeOf('p-2', 'skip')).toEqual(['skipped', expect.any(Array)])
  expect(await changeOf('p-2', 'fail')).toEqual([
    'refused',
    expect.arrayContaining(['import.rule-exists']),
  ])
  expect((await at.client.getRule({ id: 'c' })).rule['query']).toBe('process.name: p-1')
  expect((await changeOf('p-2', 'overwrite'))[0]).toBe('updated')
})

test('what an import left alone is told beside what was changed here, line by line', async () => {
  await importText(rule('d', 'query = "process.name: a"\nnote = "first"'))
  const installed = (await at.client.getRule({ id: 'd' })).id
  const kinds = async () =>
    new Map(
      (await at.client.diffRule({ id: 'd' })).hunks
        .filter(({ kind }) => kind !== 'same')
        .map(({ kind, yours, new: next }) => [kind, [yours.join(), next.join()]]),
    )
  expect(await kinds()).toEqual(new Map())

  const found = await at.engine.rules.get(installed)
  if (found === undefined) throw new Error('the rule is gone')
  await at.engine.rules.update(installed, { ...found.rule, riskScore: 99 }, { user: 'me' })
  await importText(rule('d', 'query = "process.name: b"\nnote = "first"'), 'skip')
  const changed = await kinds()
  expect([...changed.keys()].toSorted()).toEqual(['new', 'yours'])
  expect(changed.get('yours')?.[0]).toContain('99')
  expect(changed.get('new')?.[1]).toContain('process.name: b')

  const withFile = await at.client.diffRuleWith({
    id: 'd',
    body: {
      name: 'n.toml',
      text: rule('d', 'query = "process.name: a"\nnote = "first"\ninterval = "7m"'),
    },
  })
  expect(withFile.hunks.find(({ kind }) => kind === 'new')?.new.join()).toContain('7m')
  expect(withFile.versions.map(({ revision, came }) => [revision, came])).toEqual([
    [1, 'edit'],
    [0, 'import'],
  ])
  await expect(at.client.diffRule({ id: 'd', version: 7 })).rejects.toMatchObject({
    kind: 'not-found',
  })

  await importText(rule('d', 'query = "process.name: b"'))
  expect(await kinds()).toEqual(new Map())
})

test('what stands beside a rule in its file outlives an import by NDJSON', async () => {
  await importText(`[metadata]\nmaturity = "production"\n${rule('s', 'query = "process.name: a"')}`)
  const exported = JSON.stringify({ ...(await at.client.getRule({ id: 's' })).rule, note: 'new' })
  const { imported } = await at.client.importRules({ body: { name: 'e.ndjson', text: exported } })
  expect(imported).toMatchObject([{ change: 'updated' }])
  const found = await at.engine.rules.byRuleId('s')
  expect(found?.rule).toMatchObject({
    note: 'new',
    sections: { metadata: { maturity: 'production' } },
  })
})

test('a long history of edits keeps the last texts and what was imported', async () => {
  await importText(rule('h', 'query = "a: 0"'))
  const { id } = await at.client.getRule({ id: 'h' })
  for (let n = 1; n <= 25; n++) {
    const found = await at.engine.rules.get(id)
    if (found === undefined) throw new Error('the rule is gone')
    await at.engine.rules.update(id, { ...found.rule, note: `${n}` }, { user: 'me' })
  }
  const { versions, base } = await at.client.diffRule({ id: 'h' })
  expect(versions.map(({ revision }) => revision)).toEqual([
    ...Array.from({ length: 20 }, (_, n) => 25 - n),
    0,
  ])
  expect(base).toMatchObject({ revision: 0, came: 'import' })
})

test('an import tells what it keeps without doing it', async () => {
  const { not_honoured: told } = await importText(
    rule(
      'n',
      `query = "a: 1"
data_view_id = "mine"
[[rule.actions]]
id = "c"
group = "default"
action_type_id = ".slack"
[rule.actions.params]
message = "m"
[[rule.response_actions]]
action_type_id = ".osquery"
[rule.response_actions.params]
query = "q"
[[rule.exceptions_list]]
id = "gone"
list_id = "gone"
type = "detection"
namespace_type = "single"
[[rule.exceptions_list]]
id = "e"
list_id = "endpoint_list"
type = "endpoint"
namespace_type = "agnostic"
`,
    ),
  )
  expect(told.map(({ member }) => member)).toEqual([
    'data_view_id',
    'actions',
    'response_actions',
    'exceptions_list',
    'exceptions_list',
  ])
})

const corpus = sharedData('rules/rules')

test("public rules are imported, exported by Kibana's API, imported elsewhere and exported as the same", async (context) => {
  context.skip(corpus === undefined, withoutSharedData)
  const there = await serverUnderTest()
  try {
    const paths = globSync(`${corpus}/{linux,cross-platform}/*.toml`)
    for (const path of paths) {
      const body = { name: path, text: readFileSync(path, 'utf8') }
      const { imported } = await at.client.importRules({ body })
      expect(imported).toHaveLength(1)
    }
    const exported = await exportOf(at)
    const form = new FormData()
    form.append('file', new Blob([exported]), 'rules.ndjson')
    const path = '/api/detection_engine/rules/_import?overwrite=true'
    const answer = await there.ask(path, { method: 'POST', body: form })
    expect(await answer.json()).toMatchObject({ success: true, errors: [] })
    expect(rulesIn(await exportOf(there))).toEqual(rulesIn(exported))
  } finally {
    await there.close()
  }
}, 120_000)

async function exportOf(server: ServerUnderTest): Promise<string> {
  return (await server.ask('/api/detection_engine/rules/_export', { method: 'POST' })).text()
}

/** The rules of an export by name, without what each installation gives them. */
function rulesIn(text: string): readonly object[] {
  const given = ['id', 'created_at', 'created_by', 'updated_at', 'updated_by', 'revision']
  return text
    .trim()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line))
    .filter((line) => 'rule_id' in line)
    .map((line) => Object.fromEntries(Object.entries(line).filter(([key]) => !given.includes(key))))
    .toSorted((a, b) => String(a['rule_id']).localeCompare(String(b['rule_id'])))
}

test('saved queries come with the rules that run them, and go by the same policy', async () => {
  const saved = (query: string) => ({
    id: 'shells',
    type: 'query',
    attributes: {
      title: 'Shells',
      description: 'of servers',
      query: { query, language: 'kuery' },
      filters: [{ query: { match_phrase: { 'host.name': 'h' } }, meta: { disabled: false } }],
    },
    references: [],
  })
  const member = {
    rule_id: 's-1',
    name: 'Shells of servers',
    description: 'For a test.',
    type: 'saved_query',
    saved_id: 'shells',
    severity: 'low',
    risk_score: 21,
  }
  const importing = (conflict: 'overwrite' | 'skip', ...lines: readonly object[]) =>
    at.client.importRules({
      body: {
        name: 'r.ndjson',
        text: lines.map((line) => JSON.stringify(line)).join('\n'),
        conflict,
      },
    })
  const without = await importing('overwrite', member)
  expect(without.not_honoured).toMatchObject([
    {
      member: 'saved_id',
      message: 'there is no saved query shells: executions fail until there is',
    },
  ])
  const both = await importing('overwrite', member, saved('process.name: sh'))
  expect(both).toMatchObject({ saved_queries: ['shells'], not_honoured: [], diagnostics: [] })
  expect(await at.client.getSavedQuery({ id: 'shells' })).toEqual({
    id: 'shells',
    title: 'Shells',
    description: 'of servers',
    language: 'kuery',
    query: 'process.name: sh',
    filters: saved('').attributes.filters,
    rules: ['s-1'],
  })
  const kept = await importing('skip', saved('process.name: bash'))
  expect(kept).toMatchObject({
    saved_queries: [],
    diagnostics: [{ code: 'import.saved-query-kept', severity: 'warning' }],
  })
  const broken = await importing('overwrite', saved('process.name: (sh'))
  expect(broken).toMatchObject({ saved_queries: [], diagnostics: [{ severity: 'error' }] })
  expect((await at.client.getSavedQuery({ id: 'shells' })).query).toBe('process.name: sh')
  const { saved_queries: all } = await at.client.listSavedQueries({})
  expect(all.map(({ id }) => id)).toEqual(['shells'])
  expect(await at.client.removeSavedQuery({ id: 'shells' })).toEqual({ removed: true })
  await expect(at.client.getSavedQuery({ id: 'shells' })).rejects.toMatchObject({
    kind: 'not-found',
  })
})
