import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { pageUnderTest } from '../support/page-under-test.ts'

/** The page of an alert: what is worked out, what people write, and what somebody else sees of it. */

const at = pageUnderTest()
const open = async (id: string): Promise<void> => {
  await at.page.goto(`${at.server.url}/alerts/${id}`)
  await at.page.getByRole('heading', { name: 'Investigation guide' }).waitFor()
}
const keyOf = async (name: string, role: 'analyst' | 'viewer'): Promise<string> =>
  (await at.server.api.createKey({ body: { name, role } })).secret

test('a note is written by keys, changed, deleted and brought back, and stays text', async () => {
  const id = await at.raise('/tmp/noted')
  await at.enter()
  await open(id)
  const { page } = at
  await page.keyboard.press('n')
  await page.keyboard.type('seen <img src=x> **before**')
  await page.keyboard.press('Control+Enter')
  const note = page.getByRole('article')
  await note.getByText('seen <img src=x> **before**').waitFor()
  expect(await page.locator('main img').count()).toBe(0)
  await note.getByRole('button', { name: 'Edit' }).click()
  await note.getByLabel('The note').fill('seen twice')
  await note.getByRole('button', { name: 'Save' }).click()
  await note.getByText('seen twice').waitFor()
  await note.getByRole('button', { name: 'Delete' }).click()
  await page.getByText('Note deleted.').waitFor()
  await note.waitFor({ state: 'detached' })
  await page.keyboard.press('z')
  await note.getByText('seen twice').waitFor()
  const activity = page.getByRole('region', { name: 'Activity' })
  await activity.getByText('wrote a note').waitFor()
})

test('a step of the guide is ticked, found suspicious and left again; its answers lead to events', async () => {
  const id = await at.raise('/tmp/guided')
  await at.enter()
  await open(id)
  const guide = at.page.getByRole('region', { name: 'Investigation guide' })
  await guide.getByText('0 of 5 done').waitFor()
  await guide.getByRole('checkbox').first().check()
  await guide.getByText('1 of 5 done').waitFor()
  await guide.locator('summary').first().click()
  await guide.getByLabel('Found').first().selectOption('suspicious')
  await guide.locator('.chip', { hasText: 'suspicious' }).waitFor()
  await guide.getByText('by token').waitFor()
  await guide.getByRole('checkbox').first().uncheck()
  await guide.getByText('0 of 5 done').waitFor()
  const link = await guide.getByRole('link').first().getAttribute('href')
  expect(link).toMatch(/^\/explore\?lang=kql&q=/)
})

test('commands to respond with carry the ids of the alert and are copied as they stand', async () => {
  const id = await at.raise('/tmp/answered')
  await at.enter()
  await open(id)
  await at.page.keyboard.press('r')
  const sheet = at.page.getByRole('dialog')
  await sheet.getByText('kill -STOP 4711').waitFor()
  await sheet.getByRole('button', { name: 'Copy: Stop the process for a look' }).click()
  await sheet.getByText('Copied', { exact: true }).waitFor()
  expect(await at.page.evaluate('navigator.clipboard.readText()')).toBe('kill -STOP 4711')
  await at.page.keyboard.press('Escape')
  await sheet.waitFor({ state: 'hidden' })
})

test('an alert is kept as one Markdown file', async () => {
  const id = await at.raise('/tmp/kept')
  await at.enter()
  await open(id)
  const coming = at.page.waitForEvent('download')
  await at.page.getByRole('button', { name: 'Save all as Markdown' }).click()
  const text = await readFile(await (await coming).path(), 'utf8')
  expect(text).toContain('## Why it is new')
  expect(text).toContain('`/tmp/kept`')
})

test('two people at one alert see what the other does, and a note of the other cannot be changed', async () => {
  const id = await at.raise('/tmp/shared')
  await at.enter()
  await open(id)
  const other = await at.another(await keyOf('bob', 'analyst'))
  await other.goto(`${at.server.url}/alerts/${id}`)
  await other.getByRole('heading', { name: 'Notes' }).waitFor()
  await other.keyboard.press('a')
  await at.page.locator('.alert-head').getByText('acknowledged').waitFor()
  await other.getByLabel('A new note').fill('mine')
  await other.getByRole('button', { name: 'Add note' }).click()
  const note = at.page.getByRole('article')
  await note.getByText('mine').waitFor()
  expect(await note.getByRole('button').count()).toBe(0)
})

test('who only looks sees the guide and the notes and can change neither', async () => {
  const id = await at.raise('/tmp/looked-at')
  await at.server.api.addAlertNote({ id, body: { text: 'read me' } })
  await at.enter(await keyOf('eyes', 'viewer'))
  await open(id)
  await at.page.getByText('read me').waitFor()
  expect(await at.page.getByLabel('A new note').count()).toBe(0)
  const step = at.page.getByRole('region', { name: 'Investigation guide' }).getByRole('checkbox')
  expect(await step.first().isDisabled()).toBe(true)
  expect(await at.page.getByText('exception preview').count()).toBe(0)
})

test('an alert that is not there is told so, and values of a megabyte do not push anything away', async () => {
  const long = 'x'.repeat(1_000_000)
  const id = await at.raise('/tmp/long', { message: long })
  await at.enter()
  await at.page.goto(`${at.server.url}/alerts/none`)
  await at.page.getByRole('alert').filter({ hasText: 'there is no alert none' }).waitFor()
  await open(id)
  const wider = await at.page
    .getByRole('main')
    .evaluate((main) => main.scrollWidth - main.clientWidth)
  expect(wider).toBeLessThanOrEqual(1)
})

test.each(['light', 'dark'] as const)(
  'the page of an alert keeps nobody out (%s)',
  async (scheme) => {
    const id = await at.raise(`/tmp/open-${scheme}-${'long'.repeat(40)}`)
    await at.server.api.addAlertNote({ id, body: { text: 'a note' } })
    await at.enter()
    await at.isOpenToAll(scheme, [`/alerts/${id}`])
  },
  240_000,
)
