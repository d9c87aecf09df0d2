import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axe from 'axe-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { buildPage, startBrowser, withoutBrowser } from '../support/browser.ts'
import { startServing, type RunningServer } from '../support/running-server.ts'

/** The page in a real Chromium over a real server: by keyboard, by pointer, and for whoever may not. */

const hostile = '/tmp/<img src=x onerror=alert(1)>\u202egnp.\u001b[31m'

let directory: string | undefined
let server: RunningServer
let browser: Browser
let context: BrowserContext
let page: Page
let problems: string[] = []

beforeAll(async () => {
  if (withoutBrowser !== undefined) return
  directory = await mkdtemp(join(tmpdir(), 'vedette-page-'))
  await buildPage()
  server = await startServing(join(directory, 'data'), ['--no-sensor'])
  browser = await startBrowser()
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await server?.stop()
  if (directory !== undefined) await rm(directory, { recursive: true, force: true })
})
beforeEach(async (testing) => {
  testing.skip(withoutBrowser !== undefined, withoutBrowser)
  problems = []
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  page = await context.newPage()
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => {
    if (/Content Security|Trusted/i.test(message.text())) problems.push(message.text())
  })
})
afterEach(async () => {
  await context?.close()
  if (problems.length > 0) throw new Error(`the page complained: ${problems.join('; ')}`)
})

const enter = async (secret = server.token): Promise<void> => {
  await page.goto(server.url)
  await page.getByLabel('Token or access key').fill(secret)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('navigation').waitFor()
}
/** A start of Docker by a parent that was never seen; resolves to the id of its alert. */
const raise = async (parent: string): Promise<string> => {
  const event = {
    '@timestamp': new Date().toISOString(),
    event: { category: ['process'], type: ['start'], action: 'exec', kind: 'event' },
    host: { name: 'edge', os: { type: 'linux' } },
    user: { name: 'deploy' },
    process: {
      name: 'docker',
      entity_id: `own of ${parent}`,
      args: ['docker', 'run', '--privileged', '--pid=host', 'alpine'],
      parent: { executable: parent, name: parent.slice(5, 30), entity_id: `parent ${parent}` },
    },
  }
  const index = 'logs-endpoint.events.process-default'
  await server.bulk(`${JSON.stringify({ create: { _index: index } })}\n${JSON.stringify(event)}\n`)
  let id = ''
  await server.until(async () => {
    const { rows } = await server.api.listAlertRows({})
    id = rows.find(({ new_terms: terms }) => terms.includes(parent))?.id ?? ''
    return id !== ''
  })
  return id
}

test('nobody gets in without a secret, and a wrong one is told so', async () => {
  await page.goto(`${server.url}/rules`)
  await page.getByLabel('Token or access key').fill('wrong')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').filter({ hasText: 'that opens nothing' }).waitFor()
  expect(await page.getByRole('navigation').count()).toBe(0)
})

test('a link signs in and leaves nothing in the address', async () => {
  const { path } = await server.api.createLink({ body: {} })
  await page.goto(new URL(path, server.url).href)
  await page.getByRole('navigation').waitFor()
  expect(page.url()).toBe(`${server.url}/alerts`)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.goto(new URL(path, server.url).href)
  await page.getByRole('alert').waitFor()
})

test('an alert appears while somebody looks, and is opened, acknowledged and taken back by keys', async () => {
  await raise('/tmp/seen-before')
  await enter()
  await page.getByRole('grid').waitFor()
  const id = await raise('/tmp/by-keys')
  await page.getByRole('button', { name: '1 new alert, show' }).waitFor()
  await page.keyboard.press('.')
  await page.getByText('new: /tmp/by-keys').waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/alerts/${id}`)
  await page.getByRole('heading', { name: 'Why it is new' }).waitFor()
  await page.getByText('Learning:').waitFor()
  await page.keyboard.press('a')
  await page.getByText('Acknowledged 1 alert.').waitFor()
  expect(
    (await server.api.listAlertRows({ status: ['acknowledged'] })).rows.map((row) => row.id),
  ).toEqual([id])
  await page.keyboard.press('z')
  await page.getByText('Taken back.').waitFor()
  expect((await server.api.listAlertRows({ status: ['acknowledged'] })).total).toBe(0)
})

test('an alert becomes a false positive with an exception in two strokes, and one undo takes both back', async () => {
  const id = await raise('/tmp/two-strokes')
  await enter()
  await page.goto(`${server.url}/alerts/${id}`)
  await page.getByRole('heading', { name: 'Command line' }).waitFor()
  await page.keyboard.press('m')
  await page
    .getByRole('dialog')
    .getByText(/Would have removed 1 of \d+ alerts/)
    .waitFor()
  await page.keyboard.press('Control+Enter')
  await page.getByText('Exception added, 1 alert closed.').waitFor()
  const closed = (await server.api.listAlertRows({ status: ['closed'] })).rows
  expect(closed.map((row) => [row.id, row.closed_as])).toEqual([[id, 'false_positive']])
  const { alert, list } = await exceptionsOf(id)
  expect(alert).toBe('/tmp/two-strokes')
  expect(list).toHaveLength(1)
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('Taken back.').waitFor()
  expect((await exceptionsOf(id)).list).toEqual([])
  expect((await server.api.listAlertRows({ status: ['closed'] })).total).toBe(0)
})
const exceptionsOf = async (id: string) => {
  const { document } = await server.api.getAlert({ id })
  const uuid = String(document['kibana.alert.rule.uuid'])
  const { items } = await server.api.listExceptionItems({ list_id: `rule-${uuid}` })
  return { alert: String(document['kibana.alert.new_terms']), list: items }
}

test('what an event says is shown as text, whatever it says', async () => {
  const id = await raise(hostile)
  await enter()
  await page.goto(`${server.url}/alerts/${id}`)
  await page.getByRole('heading', { name: 'Why it is new' }).waitFor()
  const text = await page.locator('main').innerText()
  expect(text).toContain('<img src=x onerror=alert(1)>\\u{202e}gnp.\\u{1b}[31m')
  expect(await page.locator('main img').count()).toBe(0)
})

test('the alert of a sequence shows its steps, each of which leads to its event', async () => {
  const path = '/tmp/kept-by-page'
  const step = (name: string, args: readonly string[]) => ({
    '@timestamp': new Date().toISOString(),
    event: { category: ['process'], type: ['start'], action: 'exec', kind: 'event' },
    host: { id: 'edge', name: 'edge', os: { type: 'linux' } },
    process: { name, args },
  })
  const index = 'logs-endpoint.events.process-default'
  for (const event of [
    step('cp', ['cp', '/bin/bash', path]),
    step('chmod', ['chmod', 'u+s', path]),
  ]) {
    await server.bulk(
      `${JSON.stringify({ create: { _index: index } })}\n${JSON.stringify(event)}\n`,
    )
  }
  const rule = 'Shell Copied and Given the Rights of Its Owner'
  let id = ''
  await server.until(async () => {
    const { rows } = await server.api.listAlertRows({})
    id = rows.find((row) => row.rule === rule)?.id ?? ''
    return id !== ''
  })
  await enter()
  await page.goto(`${server.url}/alerts/${id}`)
  const steps = page.getByRole('region', { name: 'Steps of the sequence' })
  await steps.getByText(`cp /bin/bash ${path}`).waitFor()
  await steps.getByRole('link', { name: '2' }).click()
  await page.getByRole('heading', { name: 'Command line' }).waitFor()
  expect(await page.locator('main').innerText()).toContain(`chmod u+s ${path}`)
})

test('a viewer looks and is offered nothing else', async () => {
  const id = await raise('/tmp/for-viewers')
  const { secret } = await server.api.createKey({ body: { name: 'eyes', role: 'viewer' } })
  await enter(secret)
  await page.goto(`${server.url}/alerts/${id}`)
  await page.getByRole('heading', { name: 'Command line' }).waitFor()
  expect(await page.getByRole('button', { name: /Acknowledge|Close…|Exception/ }).count()).toBe(0)
  await page.keyboard.press('a')
  await page.goto(`${server.url}/rules`)
  await page.getByRole('checkbox').first().waitFor()
  expect(await page.getByRole('checkbox').first().isDisabled()).toBe(true)
  expect((await server.api.listAlertRows({ status: ['acknowledged'] })).total).toBe(0)
})

test('what is filtered stands in the address, and an address shows what it says', async () => {
  await raise('/tmp/filtered')
  await enter()
  await page.getByLabel('Severity').selectOption('critical')
  await page.getByText('No open alerts match.').waitFor()
  expect(page.url()).toContain('severity=critical')
  await page.getByRole('main').getByRole('link', { name: 'Clear filter' }).last().click()
  await page.getByRole('grid').waitFor()
  await page.goto(`${server.url}/alerts?status=closed&unknown=kept`)
  await page.getByText('No closed alerts.').waitFor()
  await page.goto(`${server.url}/no/such/page`)
  await page.getByText('There is no page here.').waitFor()
})

test('keys can be read, and switched off', async () => {
  await raise('/tmp/keys')
  await enter()
  await page.keyboard.press('?')
  await page.getByRole('dialog').getByText('acknowledge').waitFor()
  await page.getByLabel('Single keys are on').uncheck()
  await page.keyboard.press('Escape')
  await page.keyboard.press('a')
  await page.keyboard.press('g')
  await page.keyboard.press('r')
  expect(new URL(page.url()).pathname).toBe('/')
})

test('a rule is switched off and on, and back by undo', async () => {
  await enter()
  await page.getByRole('link', { name: 'Rules' }).click()
  const first = page.getByRole('checkbox').first()
  await first.uncheck()
  await page.getByText('Switched off.').waitFor()
  const off = async () => (await server.api.listRules({ enabled: false })).rules.length
  expect(await off()).toBe(1)
  await page.keyboard.press('z')
  await page.getByText('Taken back.').waitFor()
  expect(await off()).toBe(0)
})

test.each(['light', 'dark'] as const)(
  'nothing on any page keeps people out, at any width (%s)',
  async (colorScheme) => {
    const id = await raise(`/tmp/axe-${colorScheme}`)
    await page.emulateMedia({ colorScheme })
    await enter()
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 844 })
      for (const path of ['/alerts', `/alerts/${id}`, '/rules', '/health']) {
        await page.goto(new URL(path, server.url).href)
        await page.getByRole('main').waitFor()
        await page.waitForTimeout(400)
        expect([path, width, await violations()]).toEqual([path, width, []])
      }
    }
  },
)
/** The check runs outside of what the policy of the page forbids to the page itself. */
const violations = async (): Promise<unknown> => {
  const session = await context.newCDPSession(page)
  const run = `${axe.source}; axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 120)).join(' | ')))`
  const { result } = await session.send('Runtime.evaluate', {
    expression: run,
    awaitPromise: true,
    returnByValue: true,
  })
  return result.value
}
