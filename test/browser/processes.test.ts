import { expect, test } from 'vitest'
import { pageUnderTest } from '../support/page-under-test.ts'

/** A process among its kin, and the host that it ran on. */

const at = pageUnderTest()
const hostile = '<img src=x onerror=alert(1)>\u202egnp.\u001b[31m'
let clockMs = Date.now() - 120_000
const start = (name: string, entity: string, parent: string, action = 'exec') => ({
  '@timestamp': new Date((clockMs += 1_000)).toISOString(),
  event: { category: ['process'], type: [action === 'end' ? 'end' : 'start'], action },
  host: { name: 'edge', id: 'h-1', os: { type: 'linux', full: 'Debian 12' } },
  user: { name: 'deploy' },
  process: {
    name,
    executable: `/usr/bin/${name}`,
    args: [name, '-x'],
    entity_id: entity,
    pid: 7,
    ...(action === 'end' && { exit_code: 3 }),
    parent: { entity_id: parent, name: 'init', executable: '/sbin/init' },
  },
})
const family = async (): Promise<void> => {
  await at.send(start('bash', 'shell', 'top'))
  await at.send(start('curl', 'own', 'shell'))
  await at.send(start('id', 'child', 'own'))
  await at.send(start('id', 'child', 'own', 'end'))
}

test('a process stands between what led to it and what came of it', async () => {
  await family()
  await at.enter()
  await at.page.goto(`${at.server.url}/processes/own`)
  const tree = at.page.getByRole('treegrid')
  await tree.getByText('curl').first().waitFor()
  const levels = await tree
    .getByRole('row')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-level')))
  expect(levels).toEqual([null, '1', '2', '3', '4'])
  await tree.getByText('not seen').waitFor()
  await at.page.keyboard.press('j')
  const facts = at.page.getByRole('region', { name: 'id' })
  await facts.getByText('exit code 3').waitFor()
  await at.page.keyboard.press('Enter')
  await at.page.waitForURL('**/processes/child')
  await at.page.goBack()
  await at.page.getByRole('link', { name: 'Its events' }).click()
  await at.page.getByText('1 event', { exact: true }).waitFor()
})

test('a process that nobody names says so', async () => {
  await at.enter()
  await at.page.goto(`${at.server.url}/processes/nobody`)
  await at.page.getByRole('alert').getByText('no stored event names a process nobody').waitFor()
})

test('an alert of the tree is marked, and leads to its page', async () => {
  const id = await at.raise('/tmp/in-tree')
  await at.enter()
  await at.page.goto(`${at.server.url}/processes/${encodeURIComponent('own of /tmp/in-tree')}`)
  await at.page.getByRole('treegrid').getByText('alert', { exact: true }).waitFor()
  await at.page.locator('.process-facts').getByRole('link').first().click()
  await at.page.waitForURL(`**/alerts/${id}`)
})

test('a host is told by its events, and leads to them', async () => {
  await family()
  await at.enter()
  await at.page.goto(`${at.server.url}/hosts/h-1`)
  await at.page.getByRole('heading', { name: 'edge' }).waitFor()
  await at.page.getByText('Debian 12').waitFor()
  await at.page.getByText('logs-endpoint.events.process-default').waitFor()
  await at.page.getByRole('region', { name: 'Users' }).getByRole('link', { name: 'deploy' }).click()
  await at.page.waitForURL('**/explore?**')
  expect(new URL(at.page.url()).searchParams.get('q')).toBe(
    'host.name:"edge" and user.name:"deploy"',
  )
  await at.page.goto(`${at.server.url}/hosts/nobody`)
  await at.page.getByRole('alert').getByText('no stored event names a host nobody').waitFor()
})

test('what a process says of itself is text', async () => {
  await at.send(start(hostile, 'hostile', 'shell'))
  await at.enter()
  await at.page.goto(`${at.server.url}/processes/hostile`)
  await at.page.getByRole('treegrid').getByText('\\u{202e}gnp.\\u{1b}[31m').first().waitFor()
  expect(await at.page.locator('main img').count()).toBe(0)
})

test.each(['light', 'dark'] as const)(
  'nothing keeps people out of it (%s)',
  async (theme) => {
    await family()
    await at.enter()
    await at.isOpenToAll(theme, ['/processes/own', '/hosts/edge', '/processes/nobody'])
  },
  240_000,
)
