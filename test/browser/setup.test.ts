import { expect, test } from 'vitest'
import { pageUnderTest } from '../support/page-under-test.ts'

/** Getting in, set-up and settings. */

const at = pageUnderTest()

test('somebody is let in by a passphrase, as long as nobody takes that back', async () => {
  await at.enter()
  const { page } = at
  await page.keyboard.press('g')
  await page.keyboard.press('s')
  const people = page.getByRole('region', { name: 'People' })
  await people.getByLabel('Name').fill('ann')
  await people.getByLabel('Passphrase').fill('four words and a dot.')
  await people.getByLabel('Role').selectOption('viewer')
  await people.getByRole('button', { name: 'Add or change' }).click()
  await people.getByText('ann').waitFor()
  const other = await at.another(
    (await at.server.api.createKey({ body: { name: 'k', role: 'viewer' } })).secret,
  )
  await other.getByRole('button', { name: 'Sign out' }).click()
  await other.getByLabel('Name').fill('ann')
  await other.getByLabel('Passphrase').fill('wrong')
  await other.getByRole('button', { name: 'Sign in by passphrase' }).click()
  await other.getByRole('alert').filter({ hasText: 'that opens nothing' }).waitFor()
  await other.getByLabel('Passphrase').fill('four words and a dot.')
  await other.getByRole('button', { name: 'Sign in by passphrase' }).click()
  await other.getByText('ann (viewer)').waitFor()
  await other.goto(`${at.server.url}/settings`)
  await other.getByText('for who manages this server').waitFor()
  await people.getByRole('button', { name: 'Remove ann' }).click()
  await page.getByText('ann is let in no longer.').waitFor()
  await other.goto(`${at.server.url}/alerts`)
  await other.getByLabel('Passphrase').waitFor()
})

test('a key is made, shown once, and revoked; a session is ended', async () => {
  await at.enter()
  await at.page.goto(`${at.server.url}/settings`)
  const keys = at.page.getByRole('region', { name: 'Access keys' })
  await keys.getByLabel('Name of the key').fill('shipper')
  await keys.getByRole('button', { name: 'Make a key' }).click()
  await keys.getByText('Shown this once: vk_').waitFor()
  await keys.getByRole('button', { name: 'Revoke shipper' }).click()
  await keys.getByText('shipper').waitFor({ state: 'hidden' })
  const before = (await at.server.api.listSessions({})).sessions.length
  const sessions = at.page.getByRole('region', { name: 'Sessions' })
  await sessions.getByRole('button', { name: 'Sign out' }).last().click()
  await expect
    .poll(async () => (await at.server.api.listSessions({})).sessions.length)
    .toBeLessThan(before)
})

test('without a sensor set-up says so, and offers no test that could not work', async () => {
  await at.enter()
  await at.page.goto(`${at.server.url}/setup`)
  await at.page.getByText('The sensor is off').waitFor()
  const run = at.page.getByRole('button', { name: 'Run the test on this host' })
  expect(await run.isDisabled()).toBe(true)
})

test.each(['light', 'dark'] as const)(
  'set-up and settings keep nobody out (%s)',
  async (scheme) => {
    await at.enter()
    await at.isOpenToAll(scheme, ['/setup', '/settings', '/coverage', '/health'])
  },
  240_000,
)
