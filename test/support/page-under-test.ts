import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axe from 'axe-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { buildPage, startBrowser, withoutBrowser } from './browser.ts'
import { startServing, type RunningServer } from './running-server.ts'

/** Widths and heights at which every page is looked at. */
export const screens = [
  [1440, 900],
  [1280, 800],
  [390, 844],
] as const

/** A real Chromium before a real server, made anew for the file; each test has a context of its own. */
export interface PageUnderTest {
  readonly server: RunningServer
  readonly page: Page
  readonly context: BrowserContext
  /** Signs in with the token, or another secret. */
  enter(secret?: string): Promise<void>
  /** A second person's browser, signed in with this secret. */
  another(secret: string): Promise<Page>
  /** Stops the server, does something, and starts it anew; who was signed in is so no longer: it has another address. */
  restart(meanwhile: () => Promise<void>): Promise<void>
  /** Stores a process start and gives it to the rules. */
  send(event: object): Promise<void>
  /** A start of Docker by a parent that was never seen; resolves to the id of its alert. */
  raise(parent: string, more?: object): Promise<string>
  /** No page of these keeps anybody out, in a theme, on every screen: axe finds nothing, and nothing is wider than the screen. */
  isOpenToAll(colorScheme: 'light' | 'dark', paths: readonly string[]): Promise<void>
}

/** Lays a {@link PageUnderTest} out for the tests of a file. A page that complains of an error or of its policy fails its test. */
export function pageUnderTest(options: readonly string[] = ['--no-sensor']): PageUnderTest {
  let directory: string | undefined
  let server: RunningServer
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let others: BrowserContext[] = []
  let problems: string[] = []

  beforeAll(async () => {
    if (withoutBrowser !== undefined) return
    directory = await mkdtemp(join(tmpdir(), 'vedette-page-'))
    await buildPage()
    server = await startServing(join(directory, 'data'), options)
    browser = await startBrowser()
    // The sample world is told before its server answers.
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    if (directory !== undefined) await rm(directory, { recursive: true, force: true })
  })
  const opened = async (): Promise<BrowserContext> => {
    const made = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      acceptDownloads: true,
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    made.on('page', (each) => {
      each.on('pageerror', (error) => problems.push(error.message))
      each.on('console', (message) => {
        if (/Content Security|Trusted/i.test(message.text())) problems.push(message.text())
      })
    })
    return made
  }
  beforeEach(async (testing) => {
    testing.skip(withoutBrowser !== undefined, withoutBrowser)
    problems = []
    others = []
    context = await opened()
    page = await context.newPage()
  })
  afterEach(async () => {
    for (const each of [context, ...others]) await each?.close()
    if (problems.length > 0) throw new Error(`the page complained: ${problems.join('; ')}`)
  })

  const signIn = async (on: Page, secret: string): Promise<void> => {
    await on.goto(server.url)
    await on.getByLabel('Token or access key').fill(secret)
    await on.getByRole('button', { name: 'Sign in', exact: true }).click()
    await on.getByRole('navigation').waitFor()
  }
  const send = async (event: object): Promise<void> => {
    const index = 'logs-endpoint.events.process-default'
    const action = JSON.stringify({ create: { _index: index } })
    await server.bulk(`${action}\n${JSON.stringify(event)}\n`)
  }

  return {
    get server() {
      return server
    },
    get page() {
      return page
    },
    get context() {
      return context
    },
    enter: (secret = server.token) => signIn(page, secret),
    async another(secret) {
      const made = await opened()
      others.push(made)
      const on = await made.newPage()
      await signIn(on, secret)
      return on
    },
    async restart(meanwhile) {
      if (directory === undefined) return
      await server.stop()
      await meanwhile()
      server = await startServing(join(directory, 'data'), options)
    },
    send,
    async raise(parent, more = {}) {
      await send({
        '@timestamp': new Date().toISOString(),
        event: { category: ['process'], type: ['start'], action: 'exec', kind: 'event' },
        host: { name: 'edge', os: { type: 'linux' } },
        user: { name: 'deploy' },
        process: {
          name: 'docker',
          entity_id: `own of ${parent}`,
          pid: 4_711,
          args: ['docker', 'run', '--privileged', '--pid=host', 'alpine'],
          parent: { executable: parent, name: parent.slice(5, 30), entity_id: `parent ${parent}` },
        },
        ...more,
      })
      let id = ''
      await server.until(async () => {
        const { rows } = await server.api.listAlertRows({})
        id = rows.find(({ new_terms: terms }) => terms.includes(parent))?.id ?? ''
        return id !== ''
      })
      return id
    },
    async isOpenToAll(colorScheme, paths) {
      await page.emulateMedia({ colorScheme })
      for (const [width, height] of screens) {
        await page.setViewportSize({ width, height })
        for (const path of paths) {
          await page.goto(new URL(path, server.url).href)
          await page.getByRole('main').waitFor()
          await page.waitForTimeout(500)
          const found = [...(await violations(context, page)), ...(await tooWide(page))]
          expect([path, width, found]).toEqual([path, width, []])
        }
      }
    },
  }
}

/** The check runs outside of what the policy of the page forbids to the page itself. */
async function violations(context: BrowserContext, page: Page): Promise<readonly string[]> {
  const session = await context.newCDPSession(page)
  const run = `${axe.source}; axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 160)).join(' | ')))`
  const { result } = await session.send('Runtime.evaluate', {
    expression: run,
    awaitPromise: true,
    returnByValue: true,
  })
  return Array.isArray(result.value) ? result.value.map(String) : [String(result.value)]
}

/** What lies beyond the right edge of the main part, and cannot be scrolled to within a box of its own. */
async function tooWide(page: Page): Promise<readonly string[]> {
  const by = await page
    .getByRole('main')
    .evaluate((main) => Math.max(0, main.scrollWidth - main.clientWidth))
  return by > 1 ? [`the page is ${by} pixels wider than the screen`] : []
}
