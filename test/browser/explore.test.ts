import { expect, test } from 'vitest'
import { pageUnderTest } from '../support/page-under-test.ts'

/** Looking for events: by a query, by time, by what is in them. */

const at = pageUnderTest(['--no-sensor', '--no-starter-rules'])
const hostile = '<img src=x onerror=alert(1)>\u202egnp.\u001b[31m'
let sent = 0
const start = (name: string, more: object = {}) => ({
  '@timestamp': new Date(Date.now() - 5_000 - sent++).toISOString(),
  event: { category: ['process'], type: ['start'], action: 'exec', kind: 'event' },
  host: { name: 'edge', os: { type: 'linux' } },
  user: { name: 'deploy' },
  process: { name, args: [name, '-x'], entity_id: `entity of ${name}` },
  ...more,
})
const open = async (address = '/explore'): Promise<void> => {
  await at.page.goto(`${at.server.url}${address}`)
  await at.page.getByRole('textbox', { name: 'Query' }).waitFor()
}
/** The editor, once its code has come in place of the plain field. */
const editor = () => at.page.locator('.query-box .cm-content')

test('an empty store says so, and a query without events offers a way on', async () => {
  await at.enter()
  await open()
  await at.page.getByText('No events in this time.').waitFor()
  await open('/explore?q=process.name:never')
  await at.page.getByText('No event of this time matches.').waitFor()
  await at.page.getByRole('link', { name: 'Without the query' }).click()
  await at.page.getByText('No events in this time.').waitFor()
})

test('a query is written, asked by keys, and stands in the address', async () => {
  await at.send(start('curl'))
  await at.send(start('id'))
  await at.enter()
  await open()
  await at.page.getByText('2 events', { exact: true }).waitFor()
  await editor().click()
  await at.page.keyboard.type('process.name:curl')
  await at.page.keyboard.press('Control+Enter')
  await at.page.getByText('1 event', { exact: true }).waitFor()
  expect(new URL(at.page.url()).searchParams.get('q')).toBe('process.name:curl')
  await at.page.goBack()
  await at.page.getByText('2 events', { exact: true }).waitFor()
  await editor().locator('.cm-placeholder').waitFor()
})

test('what is wrong with a query is told at its place, and what is right is offered', async () => {
  await at.enter()
  await open('/explore?q=process.nam%3Acurl')
  const slip = at.page.locator('.cm-lintRange-warning')
  await slip.hover()
  await at.page.getByRole('button', { name: 'Use process.name' }).click()
  await expect.poll(() => editor().innerText()).toBe('process.name:curl')
  await open('/explore?q=process.name%3A')
  await at.page.getByRole('alert').getByText('a value must follow').waitFor()
})

test('fields and their values are completed', async () => {
  await at.send(start('completed'))
  await at.enter()
  await open()
  await editor().click()
  await at.page.keyboard.type('user.na')
  await at.page.locator('.cm-tooltip-autocomplete').getByText('user.name').first().waitFor()
  await at.page.waitForTimeout(200)
  await at.page.keyboard.press('Enter')
  await at.page.keyboard.type(':dep')
  await at.page.locator('.cm-tooltip-autocomplete').getByText('deploy').waitFor()
  // What comes up under the fingers is not taken at once.
  await at.page.waitForTimeout(200)
  await at.page.keyboard.press('Enter')
  await expect.poll(() => editor().innerText()).toBe('user.name:"deploy"')
})

test('the values of a field are looked at, asked for, and left out', async () => {
  await at.send(start('wget'))
  await at.enter()
  await open()
  const fields = at.page.getByRole('region', { name: 'Fields' })
  await fields.getByLabel('Find a field').fill('process.name')
  await fields.getByRole('button', { name: /process\.name/ }).click()
  await fields.getByRole('button', { name: 'No events with process.name wget' }).click()
  await at.page.waitForURL((url) => url.searchParams.get('q') === 'not process.name:"wget"')
  await fields.getByRole('button', { name: 'Show as a column' }).click()
  await at.page.getByRole('columnheader', { name: 'process.name' }).waitFor()
  expect(new URL(at.page.url()).searchParams.get('cols')).toBe('process.name')
})

test('an event is opened by keys, gone through, and left; its address opens it again', async () => {
  await at.enter()
  await open()
  await at.page.getByRole('grid').waitFor()
  await at.page.keyboard.press('j')
  await at.page.keyboard.press('Enter')
  const drawer = at.page.getByRole('complementary', { name: 'Event' })
  await drawer.getByRole('button', { name: 'process.entity_id', exact: true }).waitFor()
  const first = at.page.url()
  await at.page.keyboard.press('j')
  await at.page.waitForURL((url) => url.href !== first)
  await at.page.goto(first)
  await drawer.getByRole('link', { name: 'Process tree' }).waitFor()
  await drawer.getByRole('button', { name: 'JSON' }).click()
  await drawer.getByText('"entity_id"').waitFor()
  await at.page.keyboard.press('Escape')
  await drawer.waitFor({ state: 'detached' })
})

test('events are asked for in EQL and Lucene, and a series says what is shown of it', async () => {
  await at.enter()
  await open('/explore?lang=eql&q=process+where+process.name+%3D%3D+%22id%22')
  await at.page.getByText('1 event', { exact: true }).waitFor()
  await at.page.getByLabel('Language').selectOption('lucene')
  await at.page.waitForURL('**lang=lucene**')
  const series = 'sequence [process where process.name == "id"] [process where true]'
  await open(`/explore?lang=eql&q=${encodeURIComponent(series)}`)
  await at.page.getByText('any step of this series').waitFor()
})

test('a stretch is dragged over, and chosen as texts', async () => {
  await at.enter()
  await open()
  const bars = at.page.getByRole('img', { name: /events from/ })
  const box = await bars.boundingBox()
  if (box === null) throw new Error('the bars must be there')
  await at.page.mouse.move(box.x + box.width * 0.5, box.y + 20)
  await at.page.mouse.down()
  await at.page.mouse.move(box.x + box.width - 1, box.y + 20, { steps: 4 })
  await at.page.mouse.up()
  await at.page.getByLabel('From, a date or now-2h').waitFor()
  expect(new URL(at.page.url()).searchParams.get('t')).toMatch(/^2.*Z\.\.2.*Z$/)
  await at.page.getByLabel('From, a date or now-2h').fill('now-2h')
  await at.page.getByLabel('To, a date or now').fill('now')
  await at.page.getByRole('button', { name: 'Set' }).click()
  await at.page.waitForURL((url) => url.searchParams.get('t') === 'now-2h..now')
})

test('what an event says is text, however long and whatever it is', async () => {
  const long = 'z'.repeat(1_000_000)
  await at.send(start(hostile, { message: long, user: { name: hostile } }))
  await at.enter()
  await open('/explore?q=message:*&cols=process.name,message')
  await at.page.getByText('<img src=x onerror=alert(1)>\\u{202e}gnp.\\u{1b}[31m').first().waitFor()
  await at.page.getByRole('grid').locator('.event-row').nth(1).click()
  const drawer = at.page.getByRole('complementary', { name: 'Event' })
  await drawer.getByRole('button', { name: 'more of 1,000,000 characters' }).waitFor()
  expect(await at.page.locator('main img').count()).toBe(0)
  expect((await drawer.innerText()).length).toBeLessThan(50_000)
})

test('a search becomes a rule, with what was asked', async () => {
  await at.enter()
  await open('/explore?q=process.name:curl&index=logs-endpoint.*')
  await at.page.getByRole('link', { name: 'Make a rule' }).click()
  await at.page.getByRole('heading', { name: 'New rule' }).waitFor()
  await expect.poll(() => at.page.getByLabel('Index patterns').inputValue()).toBe('logs-endpoint.*')
  await at.page.getByText(/Would have fired/).waitFor()
  await at.page.getByLabel('Name').fill('Curl is here')
  await at.page.getByLabel('Description').fill('It is')
  await at.page.getByRole('button', { name: 'Make it, off' }).click()
  await at.page.getByRole('heading', { name: 'Curl is here' }).waitFor()
  const { rules } = await at.server.api.listRules({})
  expect(rules.map(({ rule }) => rule['query'])).toEqual(['process.name:curl'])
  await at.page.keyboard.press('z')
  await at.page.getByText('Taken back.').waitFor()
  expect((await at.server.api.listRules({})).rules).toEqual([])
})

test('a viewer looks, and makes no rules', async () => {
  const { secret } = await at.server.api.createKey({ body: { name: 'eyes', role: 'viewer' } })
  await at.enter(secret)
  await open()
  await at.page.getByRole('grid').waitFor()
  expect(await at.page.getByRole('link', { name: 'Make a rule' }).count()).toBe(0)
  await at.page.goto(`${at.server.url}/rules/new`)
  await at.page.getByText('Only who manages this installation makes rules.').waitFor()
})

test.each(['light', 'dark'] as const)(
  'nothing keeps people out of it (%s)',
  async (theme) => {
    await at.send(start('axe'))
    const { events } = await at.server.api.searchEvents({ query: 'process.name:axe', limit: 1 })
    const event = encodeURIComponent(`${events[0]?.index}/${events[0]?.id}`)
    await at.enter()
    await at.isOpenToAll(theme, [
      '/explore',
      `/explore?q=process.name:axe&ev=${event}`,
      '/rules/new',
    ])
  },
  240_000,
)
