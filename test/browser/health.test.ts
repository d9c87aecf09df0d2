import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { pageUnderTest } from '../support/page-under-test.ts'

/** The page of health: what is missed is seen there, and what can be made good is. */

const at = pageUnderTest(['--no-sensor', '--no-starter-rules'])
const open = async (): Promise<void> => {
  await at.page.goto(`${at.server.url}/health`)
  await at.page.getByRole('heading', { name: 'Health' }).waitFor()
}
/** Looks two seconds back each second: an absence of seconds is a gap. */
const everySecond = (more: object) => ({
  rule_id: 'each-second',
  name: 'Each second',
  description: 'For a test.',
  type: 'query',
  language: 'kuery',
  query: 'process.name: evil',
  index: ['logs-*'],
  severity: 'low',
  risk_score: 21,
  interval: '1s',
  from: 'now-2s',
  enabled: true,
  ...more,
})
const install = async (rule: object): Promise<void> => {
  const text = `${JSON.stringify(rule)}\n`
  await at.server.api.importRules({ body: { name: 'rules.ndjson', text } })
}

test('an empty server says that nothing comes in and that nothing is missed', async () => {
  await at.enter()
  await open()
  await at.page.getByText('nothing comes in').waitFor()
  await at.page.getByText('everything was read').waitFor()
  await at.page.getByText('No rule was executed yet.').waitFor()
  await at.page.getByText('it was started with --no-sensor').waitFor()
})

test('hosts and data streams are told by their newest event, executions that are cut by their rule', async () => {
  await install(everySecond({ rule_id: 'cut', name: 'Cut <b>', max_signals: 1, from: 'now-1m' }))
  for (const entity of ['a', 'b', 'c']) {
    await at.send({
      '@timestamp': new Date().toISOString(),
      host: { name: '<img src=x>' },
      process: { name: 'evil', entity_id: entity },
    })
  }
  await at.enter()
  await open()
  const hosts = at.page.getByRole('region', { name: 'Hosts of the last 24 hours' })
  await hosts.first().getByText('<img src=x>').waitFor()
  const runs = at.page.getByRole('region', { name: 'Executions' })
  await runs.getByText('Cut by their limit').waitFor({ timeout: 30_000 })
  await runs.getByRole('link', { name: 'Cut <b>' }).first().click()
  await at.page.waitForURL('**/rules/*?tab=runs')
})

test('what a stopped server did not read is a gap, filled by the button, and not by who only looks', async () => {
  await install(everySecond({}))
  await at.server.until(
    async () => (await at.server.api.listExecutions({ rule: 'each-second' })).executions.length > 1,
  )
  await at.restart(() => pause(8_000))
  await at.server.until(async () => (await at.server.api.listGaps({})).gaps.length > 0)
  const key = await at.server.api.createKey({ body: { name: 'eyes', role: 'viewer' } })
  const other = await at.another(key.secret)
  await other.goto(`${at.server.url}/health`)
  const theirs = other.getByRole('region', { name: 'Gaps' })
  await theirs.getByText('not read').waitFor()
  expect(await theirs.getByRole('button').count()).toBe(0)
  await at.enter()
  await open()
  const gaps = at.page.getByRole('region', { name: 'Gaps' })
  await gaps.getByRole('button', { name: 'Fill all' }).click()
  await at.page.getByText('read what').waitFor()
  await gaps.getByText('everything was read').waitFor({ timeout: 30_000 })
})

test('a report that does not come is told, and asked for again by its button', async () => {
  await at.enter()
  await at.page.route('**/api/health/report', (route) => route.abort())
  await open()
  await at.page.getByRole('alert').first().waitFor()
  await at.page.getByRole('heading', { name: 'Store' }).waitFor()
  await at.page.unroute('**/api/health/report')
  await at.page.getByRole('button', { name: 'Try again' }).first().click()
  await at.page.getByRole('heading', { name: 'Executions' }).waitFor()
})
