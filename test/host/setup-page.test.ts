import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildPage, startBrowser, withoutBrowser } from '../support/browser.ts'
import { startServing } from '../support/running-server.ts'

/** From nothing to a real alert on the page, as somebody does it who has just started the server. */

const mostMs = 120_000

test('a first alert stands on the page within two minutes of the first command', async (context) => {
  context.skip(process.getuid?.() !== 0, 'needs root, to watch the host')
  context.skip(withoutBrowser !== undefined, withoutBrowser)
  const folder = mkdtempSync(join(tmpdir(), 'vedette-setup-'))
  const startedMs = performance.now()
  await buildPage()
  const server = await startServing(join(folder, 'data'), [])
  const browser = await startBrowser()
  try {
    context.skip(
      ['off', 'none'].includes((await server.api.getStatus({})).sensor.mode),
      'no sensor works on this host',
    )
    const page = await browser.newPage()
    const { path } = await server.api.createLink({ body: {} })
    await page.goto(new URL(path, server.url).href)
    await page.getByRole('link', { name: 'Set-up' }).click()
    await page.getByRole('button', { name: 'Run the test on this host' }).click()
    await page.getByText('✓ alert seen here').waitFor({ timeout: 60_000 })
    await page.getByRole('link', { name: 'Open the alert that it raised' }).click()
    await page.getByRole('heading', { name: 'Why it is new' }).waitFor()
    expect(performance.now() - startedMs).toBeLessThan(mostMs)
  } finally {
    await browser.close()
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}, 240_000)
