import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pageUnderTest } from '../support/page-under-test.ts'

/** Who is told of alerts, by the page: added, tried out, changed, and told for good. */

const got: string[] = []
let status = 200
const receiver = createServer((request, response) => {
  let body = ''
  request.on('data', (piece: Buffer) => (body += piece.toString()))
  request.on('end', () => {
    got.push(`${request.url} ${body}`)
    response.writeHead(status).end()
  })
})
let url = ''
beforeAll(async () => {
  receiver.listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const address = receiver.address()
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/s3cr3t`
})
afterAll(() => void receiver.close())
const at = pageUnderTest()

test(
  'a channel is added, tested and told of an alert; its secret is never shown, and stays when it is left empty',
  { timeout: 180_000 },
  async () => {
    await at.enter()
    const { page } = at
    await page.goto(`${at.server.url}/settings`)
    const section = page.getByRole('region', { name: 'Who is told of alerts' })
    await section.getByText('Nobody yet.').waitFor()
    await section.getByRole('button', { name: 'Tell somebody…' }).click()
    const form = section.getByRole('form', { name: 'A new channel' })
    await form.getByLabel('Name').fill('on <call>')
    await form.getByRole('button', { name: 'Save the channel' }).click()
    await form.getByText('url: is missing').waitFor()
    await form.getByLabel('Address').fill(url)
    await form.getByLabel('What is said').fill('{{rule.name}} at {{host}}')
    await form.getByRole('button', { name: 'Preview' }).click()
    await form.getByText(/ at (?:sample-host|edge)$/).waitFor()
    await form.getByRole('button', { name: 'Save the channel' }).click()
    await section.getByText('on <call>').waitFor()

    await section.getByRole('button', { name: 'Test on <call>' }).click()
    await page.getByText('A test was sent to on <call>.').waitFor()
    expect(got[0]).toContain('Sample')

    await section.getByRole('button', { name: 'Change on <call>' }).click()
    const change = section.getByRole('form', { name: 'Channel on <call>' })
    expect(await change.getByLabel('Address').inputValue()).toBe('')
    expect(await page.content()).not.toContain('s3cr3t')
    await change.getByLabel('Name').fill('night')
    if (process.env['VEDETTE_SHOT'] !== undefined) {
      await page.screenshot({ path: process.env['VEDETTE_SHOT'], fullPage: true })
    }
    await change.getByRole('button', { name: 'Save the channel' }).click()
    await section.getByText('night').waitFor()
    await at.raise('/tmp/told')
    await at.server.until(async () => got.some((text) => text.includes(' at edge')))

    status = 404
    await at.raise('/tmp/not-taken')
    await at.server.until(
      async () => (await at.server.api.listDeliveries({})).deliveries.length > 0,
    )
    await page.reload()
    await section.getByText('given up').waitFor()
    await section.getByText('answered with status 404').waitFor()
    status = 200
    await section.getByRole('button', { name: 'Try now' }).click()
    await at.server.until(
      async () => (await at.server.api.listDeliveries({})).deliveries.length === 0,
    )
    await section.getByRole('button', { name: 'Remove night' }).click()
    await section.getByText('Nobody yet.').waitFor()
  },
)

test('the form of a channel keeps nobody out', async () => {
  await at.enter()
  await at.page.goto(`${at.server.url}/settings`)
  await at.page.getByRole('button', { name: 'Tell somebody…' }).click()
  for (const label of ['Name', 'Address', 'Least severity', 'Quiet from']) {
    await at.page.getByRole('form', { name: 'A new channel' }).getByLabel(label).first().waitFor()
  }
})
