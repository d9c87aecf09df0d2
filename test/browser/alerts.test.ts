import { expect, test } from 'vitest'
import { pageUnderTest } from '../support/page-under-test.ts'

/** The list of alerts and the exceptions: filters, groups, many at once, what is saved for later. */

const at = pageUnderTest()
const list = async (query = ''): Promise<void> => {
  await at.page.goto(`${at.server.url}/alerts${query}`)
  await at.page.getByRole('heading', { name: 'Alerts' }).waitFor({ state: 'attached' })
}

test('a filter is completed while it is written, asked by Enter, and stands in the address', async () => {
  await at.raise('/tmp/kql-one')
  await at.raise('/tmp/kql-two')
  await at.enter()
  await list()
  const { page } = at
  await page.keyboard.press('/')
  await page.keyboard.type('process.parent.exec')
  await page.getByRole('option', { name: 'process.parent.executable' }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.keyboard.type('"/tmp/kql-one"')
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: 'open 1' }).waitFor()
  expect(new URL(page.url()).searchParams.get('q')).toBe(
    'process.parent.executable: "/tmp/kql-one"',
  )
  await list('?q=process.parent.executable%3A+%28')
  await page.getByRole('alert').waitFor()
})

test('groups are unfolded and chosen by keys, and closed as a whole with one undo', async () => {
  await at.raise('/tmp/grouped-one')
  await at.raise('/tmp/grouped-two')
  await at.enter()
  await list('?group=rule&q=process.parent.executable%3A+*grouped*')
  const { page } = at
  await page
    .getByRole('button', { name: /^Privileged/ })
    .first()
    .waitFor()
  await page.keyboard.press(']')
  await page.getByRole('listitem').first().waitFor()
  await page.keyboard.press('x')
  await page.getByText('2 selected').waitFor()
  await page.keyboard.press('e')
  await page.keyboard.press('2')
  await page.getByText('Closed 2 alerts as benign positive.').waitFor()
  expect((await at.server.api.listAlertRows({ status: ['closed'] })).total).toBe(2)
  await page.keyboard.press('z')
  await page.getByText('Taken back.').waitFor()
  expect((await at.server.api.listAlertRows({ status: ['closed'] })).total).toBe(0)
})

test('the marked alert is looked at beside the list, and what sets it apart is told', async () => {
  await at.raise('/tmp/peeked')
  await at.raise('/tmp/not-peeked')
  await at.enter()
  await list()
  const { page } = at
  await page.getByRole('row').first().waitFor()
  await page.keyboard.press('Space')
  await page.getByRole('complementary').getByText('docker was started').waitFor()
  expect(page.url()).toContain('peek=on')
  await page.keyboard.press('Space')
  await page.keyboard.press('w')
  const dialog = page.getByRole('dialog')
  await dialog.getByText('kibana.alert.new_terms').waitFor()
  await dialog.getByRole('button', { name: 'Close' }).click()
  await page.keyboard.press('J')
  await page.keyboard.press('J')
  await page.getByText('2 selected').waitFor()
  await page.keyboard.press('*')
  await page.keyboard.press('Escape')
  await page.getByText('The marked one').waitFor()
})

test('a view is saved for everybody, gone to, removed and brought back', async () => {
  await at.enter()
  await list('?severity=high&group=host')
  const { page } = at
  await page.getByRole('button', { name: 'Views' }).click()
  await page.getByLabel('What is shown now, as').fill('High by host')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  const { secret } = await at.server.api.createKey({ body: { name: 'v', role: 'viewer' } })
  const other = await at.another(secret)
  await other.goto(`${at.server.url}/alerts`)
  await other.getByRole('button', { name: 'Views (1)' }).click()
  await other.getByRole('link', { name: 'High by host' }).click()
  await other.waitForURL('**/alerts?severity=high&group=host')
  await page.getByRole('button', { name: 'Remove High by host' }).click()
  await page.getByText('View removed.').waitFor()
  expect((await at.server.api.listViews({})).views).toEqual([])
})

test('an exception shows what it says, is switched off, removed, and back by undo', async () => {
  const id = await at.raise('/tmp/excepted')
  const { document } = await at.server.api.getAlert({ id })
  await at.server.api.addRuleException({
    id: String(document['kibana.alert.rule.uuid']),
    body: {
      name: 'mine <b>',
      entries: [{ field: 'process.name', type: 'match', operator: 'included', value: 'docker' }],
    },
  })
  await at.enter()
  await at.page.keyboard.press('g')
  await at.page.keyboard.press('x')
  const card = at.page.getByRole('region', { name: 'mine <b>' })
  await card.getByText('never matched').waitFor()
  await card.getByText('broad: a name alone').waitFor()
  await card.getByRole('button', { name: 'Switch off' }).click()
  await card.getByText('expired').waitFor()
  await at.page.getByRole('button', { name: 'Undo' }).click()
  await card.getByText('never matched').waitFor()
  await card.getByRole('button', { name: 'Remove' }).click()
  await card.waitFor({ state: 'hidden' })
  await at.page.getByRole('button', { name: 'Undo' }).click()
  await card.waitFor()
  // It would keep the alerts of the tests that follow away.
  await card.getByRole('button', { name: 'Remove' }).click()
  await card.waitFor({ state: 'hidden' })
})

test('a page that lost the server says so, keeps what it shows, and is live again with it', async () => {
  await at.raise('/tmp/live')
  await at.enter()
  await list()
  await at.page.getByRole('row').first().waitFor()
  await at.context.setOffline(true)
  await at.page.evaluate('window.dispatchEvent(new Event("offline"))')
  await at.page.keyboard.press('a')
  await at.page.getByText('Not done:').waitFor()
  expect(await at.page.getByRole('row').count()).toBeGreaterThan(0)
  await at.context.setOffline(false)
  await at.page.keyboard.press('a')
  await at.page.getByText('Acknowledged 1 alert.').waitFor()
})

test.each(['light', 'dark'] as const)(
  'lists and exceptions keep nobody out (%s)',
  async (scheme) => {
    await at.raise(`/tmp/open-${scheme}`)
    await at.enter()
    await at.isOpenToAll(scheme, [
      '/alerts',
      '/alerts?peek=on',
      '/alerts?group=rule-new',
      '/exceptions',
    ])
  },
  240_000,
)
