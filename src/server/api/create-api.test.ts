import { afterAll, beforeAll, expect, test } from 'vitest'
import { routes } from '#api'
import { serverUnderTest, type ServerUnderTest } from '../server-under-test.ts'

let at: ServerUnderTest
beforeAll(async () => {
  at = await serverUnderTest()
})
afterAll(() => at.close())

const rule = (id: string, query: string, type = 'query') => `
[rule]
rule_id = "${id}"
name = "Rule ${id}"
description = "For a test."
type = "${type}"
language = "${type === 'eql' ? 'eql' : 'kuery'}"
query = '${query}'
severity = "high"
risk_score = 73
enabled = true
`

async function send(id: string, process: { readonly name: string }): Promise<void> {
  const now = new Date().toISOString()
  const event = { category: ['process'] }
  const body = `${JSON.stringify({ create: { _index: 'logs-endpoint.events.process-default', _id: id } })}\n${JSON.stringify({ '@timestamp': now, event, process, host: { name: 'h' } })}\n`
  const answer = await at.ask('/_bulk', { method: 'POST', body })
  expect(await answer.json()).toMatchObject({ errors: false })
  await at.engine.idle()
}

test('a rule that is imported alerts on the next event, and its alert moves through triage', async () => {
  const imported = await at.client.importRules({
    body: { name: 'mine.toml', text: rule('r-1', 'process.name: evil') },
  })
  expect(imported).toMatchObject({ imported: [{ rule_id: 'r-1', change: 'created' }] })
  await at.client.setRuleEnabled({ id: 'r-1', body: { enabled: true } })
  await send('e-1', { name: 'evil' })
  await send('e-2', { name: 'good' })

  const { alerts, total } = await at.client.listAlerts({ rule: 'r-1', status: ['open'] })
  expect(total).toBe(1)
  const [alert] = alerts
  expect(alert?.document).toMatchObject({
    'kibana.alert.rule.rule_id': 'r-1',
    'kibana.alert.severity': 'high',
    process: { name: 'evil' },
  })
  const id = alert?.id ?? ''
  await at.client.setAlertStatus({ id, body: { status: 'acknowledged' } })
  const changed = await at.client.setAlertsStatus({
    body: { ids: [id, 'gone'], status: 'closed', reason: 'false_positive' },
  })
  expect(changed).toEqual({ changed: [id], missing: ['gone'] })
  expect((await at.client.getAlert({ id })).document).toMatchObject({
    'kibana.alert.workflow_status': 'closed',
    'kibana.alert.workflow_reason': 'false_positive',
  })
})

test('a sequence alerts with its last event, as one alert that leads to its building blocks', async () => {
  const query =
    'sequence by host.name with maxspan=1m [process where process.name == "first"] [process where process.name == "second"]'
  await at.client.importRules({ body: { name: 's.toml', text: rule('r-s', query, 'eql') } })
  await at.client.setRuleEnabled({ id: 'r-s', body: { enabled: true } })
  await send('s-0', { name: 'warms the instant path up' })
  await send('s-1', { name: 'first' })
  await send('s-2', { name: 'second' })
  const { alerts, total } = await at.client.listAlerts({ rule: 'r-s' })
  expect({ total, length: alerts.length }).toEqual({ total: 1, length: 1 })
  const id = alerts[0]?.id ?? ''
  expect(alerts[0]?.document).toMatchObject({
    host: { name: 'h' },
    'kibana.alert.depth': 2,
    'kibana.alert.group.id': id,
  })
  const blocks = await at.client.listAlerts({ sequence: id })
  expect(blocks.total).toBe(2)
  const names = blocks.alerts.map(({ document }) => document['process'])
  expect(names).toEqual(expect.arrayContaining([{ name: 'first' }, { name: 'second' }]))
})

test('importing the same text again changes nothing, another text is an update, a broken one a diagnostic', async () => {
  const text = rule('r-2', 'process.name: a')
  const change = async (body: string) =>
    (await at.client.importRules({ body: { name: 'r.toml', text: body } })).imported.map(
      (one) => one.change,
    )
  expect(await change(text)).toEqual(['created'])
  expect(await change(text)).toEqual(['unchanged'])
  expect(await change(rule('r-2', 'process.name: b'))).toEqual(['updated'])
  const broken = await at.client.importRules({
    body: { name: 'r.toml', text: rule('r-3', 'process.name: (b') },
  })
  expect(broken.imported).toEqual([])
  expect(broken.diagnostics[0]).toMatchObject({ severity: 'error' })
})

test('an exception of a rule keeps it from alerting, and removing it lets it alert again', async () => {
  await at.client.importRules({
    body: { name: 'r.toml', text: rule('r-4', 'process.name: noisy*') },
  })
  await at.client.setRuleEnabled({ id: 'r-4', body: { enabled: true } })
  const item = await at.client.addRuleException({
    id: 'r-4',
    body: {
      name: 'known',
      entries: [{ field: 'process.name', operator: 'included', type: 'match', value: 'noisy-1' }],
    },
  })
  await send('n-1', { name: 'noisy-1' })
  await send('n-2', { name: 'noisy-2' })
  expect((await at.client.listAlerts({ rule: 'r-4' })).total).toBe(1)
  const listId = JSON.stringify(item['list_id']).slice(1, -1)
  const itemId = JSON.stringify(item['item_id']).slice(1, -1)
  expect((await at.client.listExceptionItems({ list_id: listId })).items).toHaveLength(1)
  expect(await at.client.removeExceptionItem({ list_id: listId, item_id: itemId })).toEqual({
    removed: true,
  })
  expect(await at.client.removeExceptionItem({ list_id: listId, item_id: itemId })).toEqual({
    removed: false,
  })
  await expect(
    at.client.addRuleException({ id: 'r-4', body: { name: 'x', entries: [{ type: 'no-such' }] } }),
  ).rejects.toMatchObject({ kind: 'invalid' })
})

test('a rule runs on demand and its execution is listed', async () => {
  const execution = await at.client.runRule({ id: 'r-4' })
  expect(execution).toMatchObject({ rule_id: 'r-4', status: expect.any(String) })
  const { executions } = await at.client.listExecutions({ rule: 'r-4', limit: 10 })
  expect(executions.length).toBeGreaterThan(0)
})

test('pages of alerts follow one another without a gap', async () => {
  for (let n = 0; n < 5; n++) await send(`p-${n}`, { name: 'evil' })
  const all = (await at.client.listAlerts({ rule: 'r-1' })).alerts.map(({ id }) => id)
  const paged: string[] = []
  let after: string | undefined
  do {
    const page = await at.client.listAlerts({
      rule: 'r-1',
      limit: 2,
      ...(after !== undefined && { after }),
    })
    paged.push(...page.alerts.map(({ id }) => id))
    after = page.next
  } while (after !== undefined)
  expect(paged).toEqual(all)
})

test('what keeps a rule from firing is told, of installed rules and of texts', async () => {
  await at.client.importRules({
    body: { name: 'r.toml', text: rule('r-5', 'no.such.field: x') },
  })
  const one = await at.client.getRuleReadiness({ id: 'r-5' })
  expect(one).toMatchObject({
    rule_id: 'r-5',
    verdict: 'cannot-fire',
    reasons: [{ code: 'readiness.field-never-present', fields: ['no.such.field'] }],
    indices: ['logs-endpoint.events.process-default'],
  })
  const { rules } = await at.client.listReadiness({})
  expect(rules.find(({ rule_id }) => rule_id === 'r-5')).toEqual(one)
  expect(rules.find(({ rule_id }) => rule_id === 'r-4')?.verdict).toBe('could-fire')
  expect((await at.client.listReadiness({ enabled: false })).rules).not.toContainEqual(one)
  const asked = await at.client.checkReadiness({
    body: {
      files: [
        { name: 'a.toml', text: rule('never-installed', 'process.name: x') },
        { name: 'b.toml', text: 'no rule' },
      ],
    },
  })
  expect(asked.rules.map(({ rule_id, verdict }) => [rule_id, verdict])).toEqual([
    ['never-installed', 'could-fire'],
  ])
  expect(asked.diagnostics).toMatchObject([{ severity: 'error' }])
})

test('a wrong query for events says where it is wrong', async () => {
  await expect(at.client.searchEvents({ query: 'a: (b' })).rejects.toMatchObject({
    kind: 'invalid',
  })
})

test('events are counted by time and by value', async () => {
  await send('c-1', { name: 'counted' })
  await send('c-2', { name: 'counted' })
  const query = 'process.name: counted'
  const { buckets } = await at.client.countEventsByTime({ query, every_s: 86_400 })
  expect(buckets.reduce((sum, { events }) => sum + events, 0)).toBe(2)
  expect(buckets.every(({ start }) => start.endsWith('T00:00:00.000Z'))).toBe(true)
  expect(await at.client.countEventsByValue({ query, field: 'host.name' })).toEqual({
    values: [{ value: 'h', events: 2 }],
    distinct: 1,
    events: 2,
  })
})

test('unknown things are not found, by name', async () => {
  await expect(at.client.getRule({ id: 'nobody' })).rejects.toMatchObject({ kind: 'not-found' })
  await expect(at.client.getAlert({ id: 'nobody' })).rejects.toMatchObject({ kind: 'not-found' })
})

test('a removed rule is gone', async () => {
  expect(await at.client.removeRule({ id: 'r-2' })).toEqual({ removed: true })
  await expect(at.client.getRule({ id: 'r-2' })).rejects.toMatchObject({ kind: 'not-found' })
})

test('the OpenAPI document tells of every route', async () => {
  const document = await at.client.getOpenApi({})
  const text = JSON.stringify(document)
  for (const [name, { path }] of Object.entries(routes)) {
    expect(text).toContain(`"operationId":"${name}"`)
    expect(document['paths']).toHaveProperty([path])
  }
})

test('answers are what their routes promise', async () => {
  const read = [
    routes.listAlerts.answer.read(await at.client.listAlerts({}), 'alerts'),
    routes.listRules.answer.read(await at.client.listRules({}), 'rules'),
    routes.listReadiness.answer.read(await at.client.listReadiness({}), 'readiness'),
    routes.listExecutions.answer.read(await at.client.listExecutions({}), 'executions'),
    routes.searchEvents.answer.read(await at.client.searchEvents({}), 'events'),
    routes.countEventsByTime.answer.read(await at.client.countEventsByTime({}), 'histogram'),
    routes.countEventsByValue.answer.read(
      await at.client.countEventsByValue({ field: 'process.name' }),
      'values',
    ),
    routes.getHealth.answer.read(await at.client.getHealth({}), 'health'),
  ]
  expect(read.flatMap((result) => (result.ok ? [] : result.error))).toEqual([])
})
