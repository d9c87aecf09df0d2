import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { pageUnderTest } from '../support/page-under-test.ts'

/** The sample world in the page: every page that there is, labelled, and open to everybody. */

const at = pageUnderTest(['--demo'])

/** An address of each shape in `web/pages/pages.ts`, with what the sample world has to show there. */
async function addresses(): Promise<ReadonlyMap<string, string>> {
  const { rows } = await at.server.api.listAlertRows({ limit: 100 })
  const alert = rows.find(({ new_terms: terms }) => terms[0] === '/var/tmp/.cache/upd')
  const { chain } = await at.server.api.getAlertContext({ id: alert?.id ?? '' })
  const entity = chain?.processes.find(({ name }) => name === 'upd')?.entity_id ?? ''
  return new Map([
    ['/alerts', '/alerts'],
    ['/alerts/:id', `/alerts/${alert?.id}`],
    ['/explore', '/explore?t=now-24h..now'],
    ['/processes/:id', `/processes/${encodeURIComponent(entity)}`],
    ['/hosts/:id', '/hosts/edge-node-07'],
    ['/rules', '/rules'],
    ['/rules/new', '/rules/new'],
    ['/rules/:id', `/rules/${alert?.rule_uuid}`],
    ['/exceptions', '/exceptions'],
    ['/agents', '/agents'],
    ['/agent-policies/:id', '/agent-policies/default'],
    ['/coverage', '/coverage'],
    ['/health', '/health'],
    ['/settings', '/settings'],
    ['/setup', '/setup'],
  ])
}

/** The shapes of all addresses, as the table of pages says them. */
async function shapes(): Promise<readonly string[]> {
  const table = fileURLToPath(new URL('../../web/pages/pages.ts', import.meta.url))
  const text = await readFile(table, 'utf8')
  return [...text.matchAll(/^ {4}path: '([^']+)'/gm)].map(([, path = '']) => path)
}

test('every page, and the door, says that nothing of it happened', async () => {
  await at.page.goto(at.server.url)
  await at.page.getByRole('complementary').getByText('nothing shown here happened').waitFor()
  await at.enter()
  const known = await addresses()
  expect([...known.keys()].toSorted()).toEqual((await shapes()).toSorted())
  for (const path of known.values()) {
    await at.page.goto(new URL(path, at.server.url).href)
    await at.page.getByRole('complementary').getByText('nothing shown here happened').waitFor()
    const heading = at.page.getByRole('main').getByRole('heading', { level: 1 }).first()
    await heading.waitFor({ state: 'attached' })
    await expect.poll(() => at.page.getByRole('alert').count()).toBe(0)
  }
})

test.each(['light', 'dark'] as const)(
  'no page keeps anybody out (%s)',
  async (scheme) => {
    await at.enter()
    await at.isOpenToAll(scheme, [...(await addresses()).values()])
  },
  900_000,
)
