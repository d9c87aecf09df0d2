import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient, type Api } from '#api'
import { serverUnderTest, type ServerUnderTest } from '../server-under-test.ts'

let at: ServerUnderTest
let id: string
let ann: Api
let eyes: Api

const rule = `
[rule]
rule_id = "c-1"
name = "Rule c-1"
description = "For a test."
type = "query"
language = "kuery"
query = 'process.name: docker'
severity = "high"
risk_score = 73
note = """## Investigate
1. Is \`--privileged\` among the arguments?
2. Look at the parent.

## Respond
1. Stop it.
"""
`

beforeAll(async () => {
  at = await serverUnderTest()
  await at.client.importRules({ body: { name: 'c.toml', text: rule } })
  await at.client.setRuleEnabled({ id: 'c-1', body: { enabled: true } })
  const event = {
    '@timestamp': new Date().toISOString(),
    event: { category: ['process'] },
    process: { name: 'docker', args: ['docker', 'run', '--privileged'] },
    host: { name: 'edge' },
  }
  const action = { create: { _index: 'logs-endpoint.events.process-default' } }
  const body = `${JSON.stringify(action)}\n${JSON.stringify(event)}\n`
  await at.ask('/_bulk', { method: 'POST', body })
  await at.engine.idle()
  id = (await at.client.listAlerts({})).alerts[0]?.id ?? ''
  const withKey = async (name: string, role: 'analyst' | 'viewer') => {
    const { secret } = await at.client.createKey({ body: { name, role } })
    return createClient({ url: at.url, token: secret })
  }
  ann = await withKey('ann', 'analyst')
  eyes = await withKey('eyes', 'viewer')
})
afterAll(() => at.close())

test('what people do with an alert is written down with who did it', async () => {
  await ann.setAlertStatus({ id, body: { status: 'closed', reason: 'false_positive' } })
  await at.client.setAlertsStatus({ body: { ids: [id], status: 'open' } })
  const { id: note } = await ann.addAlertNote({ id, body: { text: 'a <b>note</b>' } })
  await expect(
    at.client.editAlertNote({ id, note_id: note, body: { text: 'mine' } }),
  ).rejects.toMatchObject({ kind: 'forbidden' })
  await ann.removeAlertNote({ id, note_id: note })
  expect((await at.client.getAlertCase({ id })).notes).toEqual([])
  await ann.restoreAlertNote({ id, note_id: note, body: {} })
  const { notes, activity } = await eyes.getAlertCase({ id })
  expect(notes).toMatchObject([{ text: 'a <b>note</b>', by: 'key ann' }])
  expect(activity.map(({ who, what }) => `${who} ${what}`).toSorted()).toEqual([
    'key ann closed it as false positive',
    'key ann deleted a note',
    'key ann took the deletion of a note back',
    'key ann wrote a note',
    'token reopened it',
  ])
})

test('the guide is a list of steps, some of them answered, and ticks are kept', async () => {
  await ann.tickGuideStep({ id, body: { step: 'Look at the parent.', state: 'suspicious' } })
  const { guide } = await eyes.getAlertCase({ id })
  const steps = guide.filter(({ kind }) => kind === 'step')
  expect(steps.map(({ tickable, state }) => [tickable, state])).toEqual([
    [true, 'open'],
    [true, 'suspicious'],
    [false, 'open'],
  ])
  expect(steps[0]?.settled).toEqual([{ word: '--privileged', there: true }])
  expect(steps[1]?.ticked_by).toBe('key ann')
})

test('who only looks writes nothing, and nothing was gathered without an engine', async () => {
  await expect(eyes.addAlertNote({ id, body: { text: 'x' } })).rejects.toMatchObject({
    kind: 'forbidden',
  })
  await expect(eyes.getAlertEvidence({ id, part: 'logs' })).rejects.toMatchObject({
    kind: 'not-found',
  })
})
