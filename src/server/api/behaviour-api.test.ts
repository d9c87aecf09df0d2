import { afterEach, expect, test } from 'vitest'
import { serverUnderTest, type ServerUnderTest } from '../server-under-test.ts'

let under: ServerUnderTest
afterEach(() => under.close())

const wire = {
  name: 'R',
  description: 'For a test.',
  type: 'query',
  language: 'kuery',
  query: 'process.name: (id or who)',
  index: ['logs-*'],
  severity: 'low',
  risk_score: 21,
}

async function changed(more: object) {
  under = await serverUnderTest()
  const { client } = under
  const at = new Date(Date.now() - 3_600_000).toISOString()
  const body = ['id', 'who', 'whoami']
    .map((name) => JSON.stringify({ '@timestamp': at, process: { name } }))
    .map((line) => `{"create":{"_index":"logs-x"}}\n${line}\n`)
    .join('')
  const headers = { 'content-type': 'application/x-ndjson' }
  await under.ask('/_bulk', { method: 'POST', body, headers })
  const { id } = await client.createRule({ body: { rule: wire } })
  await client.replaceRule({ id, body: { rule: { ...wire, ...more }, revision: 0 } })
  return { client, id }
}

test('what a text tells that the other does not is told apart, event by event', async () => {
  const { client, id } = await changed({ query: 'process.name: (who or whoami)' })
  const found = await client.compareRuleBehaviour({ id, version: 0, days: 1 })
  expect(found).toMatchObject({
    both: 1,
    before: { matched: 2, alerts: 2, alone: 1, is_cut: false },
    now: { matched: 2, alerts: 2, alone: 1 },
    diagnostics: [],
  })
  const same = await client.compareRuleBehaviour({ id, version: 1, days: 1 })
  expect(same).toMatchObject({ both: 2, before: { alone: 0 }, now: { alone: 0 } })
})

test('what is excepted is alone nowhere, and a version that is not kept is told', async () => {
  const { client, id } = await changed({ query: 'process.name: (who or whoami)' })
  await client.addRuleException({
    id,
    body: {
      name: 'mine',
      entries: [{ field: 'process.name', type: 'match', operator: 'included', value: 'whoami' }],
    },
  })
  const found = await client.compareRuleBehaviour({ id, version: 0, days: 1 })
  expect(found).toMatchObject({ both: 1, before: { alone: 1 }, now: { alone: 0 } })
  await expect(client.compareRuleBehaviour({ id, version: 99, days: 1 })).rejects.toMatchObject({
    code: 'rule.version-not-kept',
  })
})
