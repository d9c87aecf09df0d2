import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { enroll, openHome, startAgent, type Agent } from '#agent'
import { silentLogger, systemClock } from '#base'
import { pageUnderTest } from '../support/page-under-test.ts'
import { simulatedHost } from '../support/simulated-host.ts'

/** Agents and what they must do, on the page. */

const at = pageUnderTest([
  '--no-sensor',
  '--no-starter-rules',
  '--agent-host',
  '127.0.0.1',
  '--agent-port',
  '0',
])

const cleanUps: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp()
})

async function runs(line: string): Promise<Agent> {
  const directory = await mkdtemp(join(tmpdir(), 'vedette-page-agent-'))
  cleanUps.push(() => rm(directory, { recursive: true, force: true }))
  const home = await openHome(directory)
  const host = { id: 'id-of-web-1', name: 'web-1', version: '0.0.0' }
  await enroll(line, { home, host })
  const agent = await startAgent({
    home,
    host,
    version: '0.0.0',
    startWatch: simulatedHost(host.id).startWatch,
    clock: systemClock,
    logger: silentLogger,
  })
  cleanUps.push(() => agent.close())
  return agent
}

test(
  'a host is added by the line that the page gives, and its policy is changed and rolled back',
  { timeout: 180_000 },
  async () => {
    await at.enter()
    const { page } = at
    await page.keyboard.press('g')
    await page.keyboard.press('n')
    await page.getByText('No host has an agent yet').waitFor()
    await page.getByRole('button', { name: 'Add agents' }).click()
    await page.getByRole('button', { name: 'Make the line' }).click()
    const pasted = (await page.getByLabel('The line to paste').textContent()) ?? ''
    await runs(pasted.replace('sudo vedette agent enroll --run ', ''))
    await page.getByRole('button', { name: 'Close' }).click()
    const row = page.getByRole('row').filter({ hasText: 'web-1' })
    await row.getByText('running').waitFor()

    await page.getByRole('link', { name: 'Default' }).click()
    await page.getByRole('button', { name: 'Data collection' }).click()
    await page.getByRole('region', { name: 'What this changes' }).getByText('collects').waitFor()
    await page.getByRole('button', { name: 'Save as version 2' }).click()
    await page.getByText('Version 2 is in force.').waitFor()
    const obeyed = async () => (await at.server.api.listAgents({})).agents[0]?.obeys?.version
    await expect.poll(obeyed, { timeout: 10_000 }).toBe(2)
    await page.getByRole('button', { name: 'Roll back to 1' }).click()
    await page.getByText('Version 3 says what version 1 said.').waitFor()
    await expect.poll(obeyed, { timeout: 10_000 }).toBe(3)

    for (const scheme of ['light', 'dark'] as const) {
      await at.isOpenToAll(scheme, ['/agents', '/agent-policies/default'])
    }
  },
)

test('who only looks is offered nothing to change', { timeout: 180_000 }, async () => {
  const { secret } = await at.server.api.createKey({ body: { name: 'v', role: 'viewer' } })
  const page = await at.another(secret)
  await page.goto(`${at.server.url}/agents`)
  await page.getByRole('heading', { name: 'Policies' }).waitFor()
  expect(await page.getByRole('button', { name: 'Add agents' }).count()).toBe(0)
  await page.goto(`${at.server.url}/agent-policies/default`)
  await page.getByRole('heading', { name: 'Versions' }).waitFor()
  expect(await page.getByRole('button', { name: /Save|Roll back/ }).count()).toBe(0)
})
