import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { pageUnderTest } from '../support/page-under-test.ts'

/** A rule: read, written, tried on past events, and how it fares. */

const at = pageUnderTest(['--no-sensor', '--no-starter-rules'])
const wire = {
  name: 'Id is run',
  description: 'Somebody asks who they are.',
  type: 'query',
  language: 'kuery',
  query: 'process.name: id',
  index: ['logs-*'],
  severity: 'low',
  risk_score: 21,
  note: '## Triage\n\n- look at <img src=x>\n',
  threat: [
    {
      framework: 'MITRE ATT&CK',
      tactic: {
        id: 'TA0007',
        name: 'Discovery',
        reference: 'https://attack.mitre.org/tactics/TA0007/',
      },
      technique: [],
    },
  ],
}
const make = async (more: object = {}) =>
  at.server.api.createRule({ body: { rule: { ...wire, ...more } } })
const open = async (id: string, tab = ''): Promise<void> => {
  await at.page.goto(`${at.server.url}/rules/${id}${tab === '' ? '' : `?tab=${tab}`}`)
  await at.page.getByRole('navigation', { name: 'Views of the rule' }).waitFor()
}
const sendStart = (name: string): Promise<void> =>
  at.send({
    '@timestamp': new Date(Date.now() - 60_000).toISOString(),
    event: { category: ['process'], type: ['start'], action: 'exec' },
    host: { name: 'edge', os: { type: 'linux' } },
    user: { name: 'deploy' },
    process: { name, args: [name, '-u'] },
  })

test('the list leads to a rule, which says what it looks for and whether it can fire', async () => {
  const { id } = await make()
  await at.enter()
  await at.page.goto(`${at.server.url}/rules`)
  await at.page.getByRole('link', { name: 'Id is run' }).first().click()
  await at.page.waitForURL(`**/rules/${id}`)
  await at.page.getByText('Somebody asks who they are.').waitFor()
  await at.page.getByRole('heading', { name: 'Can it fire?' }).waitFor()
  await at.page.getByText('look at <img src=x>').waitFor()
  expect(await at.page.locator('main img').count()).toBe(0)
  await at.page.goto(`${at.server.url}/rules/no-such-rule`)
  await at.page.getByRole('alert').getByText('there is no rule no-such-rule').waitFor()
})

test('a query is changed, tried while it is written, saved by keys, and taken back', async () => {
  await sendStart('whoami')
  const { id } = await make({ name: 'Who' })
  await at.enter()
  await open(id, 'query')
  await at.page.getByText('Would have fired 0 times in 14 days').waitFor()
  const editor = at.page.locator('.query-box .cm-content')
  await editor.click()
  await at.page.keyboard.press('Control+a')
  await at.page.keyboard.type('process.name: whoami')
  await at.page.getByText(/Would have fired 1 time in 14 days/).waitFor()
  await at.page
    .getByRole('region', { name: 'Alerts that it would have raised' })
    .getByText('whoami -u')
    .waitFor()
  await at.page.keyboard.press('Escape')
  await at.page.keyboard.press('Control+Enter')
  await at.page.getByText('Saved as revision 1.').waitFor()
  expect((await at.server.api.getRule({ id })).rule['query']).toBe('process.name: whoami')
  await at.page.getByRole('button', { name: 'Undo', exact: false }).last().click()
  await at.page.getByText('Taken back.').waitFor()
  expect((await at.server.api.getRule({ id })).rule['query']).toBe('process.name: id')
})

test('a query that is wrong cannot run, and is not saved', async () => {
  const { id } = await make()
  await at.enter()
  await open(id, 'query')
  const editor = at.page.locator('.query-box .cm-content')
  await editor.click()
  await at.page.keyboard.press('Control+a')
  await at.page.keyboard.type('process.name: (')
  await at.page.getByText('It cannot run as it is written.').waitFor()
  await at.page.getByRole('button', { name: 'Save' }).click()
  await at.page.getByRole('alert').waitFor()
  expect((await at.server.api.getRule({ id })).revision).toBe(0)
})

test('who changes a rule that somebody else changed is told so, and loses nothing', async () => {
  const { id, rule } = await make({ name: 'Both' })
  await at.enter()
  await open(id, 'query')
  await at.page.getByLabel('Description').fill('mine')
  await at.server.api.replaceRule({
    id,
    body: { rule: { ...rule, description: 'theirs' }, revision: 0 },
  })
  await at.page.getByRole('button', { name: 'Save' }).click()
  await at.page.getByText('Somebody changed this rule while you did.').waitFor()
  await expect.poll(() => at.page.getByLabel('Description').inputValue()).toBe('mine')
  expect((await at.server.api.getRule({ id })).rule['description']).toBe('theirs')
  await at.page.getByRole('button', { name: 'Save mine over it' }).click()
  await at.page.getByText('Saved as revision 2.').waitFor()
  expect((await at.server.api.getRule({ id })).rule['description']).toBe('mine')
})

test('the form and the text of a rule are one', async () => {
  const { id } = await make()
  await at.enter()
  await open(id, 'query')
  await at.page.getByRole('button', { name: 'As text' }).click()
  const source = at.page.getByLabel('The rule as JSON')
  const changed = (await source.inputValue())
    .replace('"now-6m"', '"now-30m"')
    .replace('Id is run', 'Other')
  await source.fill(changed)
  await at.page.getByRole('button', { name: 'As a form' }).click()
  await expect.poll(() => at.page.getByLabel('Name').inputValue()).toBe('Other')
})

test('a rule is switched, copied, kept as a file, deleted and brought back', async () => {
  const { id } = await make({ name: 'Passing' })
  await at.enter()
  await open(id)
  await at.page.getByRole('switch').check()
  await at.page.getByText('Switched on.').waitFor()
  expect((await at.server.api.getRule({ id })).enabled).toBe(true)
  const coming = at.page.waitForEvent('download')
  await at.page.getByRole('button', { name: 'Export' }).click()
  const file = await (await coming).path()
  expect(await readFile(file, 'utf8')).toContain('name = "Passing"')
  await at.page.getByRole('link', { name: 'Duplicate' }).click()
  await at.page.getByLabel('Name').waitFor()
  await expect.poll(() => at.page.getByLabel('Name').inputValue()).toBe('Passing (copy)')
  await open(id)
  await at.page.getByRole('button', { name: 'Delete' }).click()
  await at.page.getByText('Rule deleted').waitFor()
  const named = async () =>
    (await at.server.api.listRules({})).rules.filter(({ rule }) => rule['name'] === 'Passing')
  expect(await named()).toEqual([])
  await at.page.keyboard.press('z')
  await at.page.getByText('Taken back.').waitFor()
  expect((await named()).map(({ enabled }) => enabled)).toEqual([true])
})

test('an exception is added and removed, each with a way back', async () => {
  const { id } = await make()
  await at.enter()
  await open(id, 'exceptions')
  await at.page.getByText('Nothing is excepted').waitFor()
  await at.page.getByLabel('Field').fill('user.name')
  await at.page.getByLabel('Value').fill('deploy')
  await at.page.getByRole('button', { name: 'Add', exact: true }).click()
  await at.page.getByText('user.name is deploy').waitFor()
  await at.page.getByRole('button', { name: 'Remove' }).click()
  await at.page.getByText('Nothing is excepted').waitFor()
  await at.page.keyboard.press('z')
  await at.page.getByText('user.name is deploy').waitFor()
})

test('executions are seen, and one is made by hand', async () => {
  const { id } = await make({ enabled: true })
  await at.enter()
  await open(id, 'runs')
  await at.page.getByRole('button', { name: 'Run now' }).click()
  await at.page.getByText('Executed.').waitFor()
  const table = at.page.getByRole('region', { name: 'Executions, newest first' })
  await table.getByText('succeeded').first().waitFor()
})

test('what a text was before is compared with what it is, and what it told with what it tells', async () => {
  await sendStart('id')
  const { id, rule } = await make()
  await at.server.api.replaceRule({
    id,
    body: { rule: { ...rule, query: 'process.name: who' }, revision: 0 },
  })
  await at.enter()
  await open(id, 'versions')
  await at.page.getByRole('radio', { name: /Revision 0/ }).check()
  const diff = at.page.getByRole('region', { name: 'Lines that changed' })
  await diff.getByText('process.name: id').waitFor()
  await diff.getByText('process.name: who').waitFor()
  const behaviour = at.page.getByRole('region', { name: 'What that changes in what it tells' })
  await behaviour.getByText('+0 told only now').waitFor()
  await behaviour.getByText(/−[1-9]\d* told only before/).waitFor()
  await behaviour.getByText('id -u').first().waitFor()
  await at.page.getByRole('radio', { name: /Revision 1/ }).check()
  await at.page.getByText('Nothing has changed since.').waitFor()
})

test('tests of a rule are written and run', async () => {
  const { id } = await make()
  await at.enter()
  await open(id, 'tests')
  await at.page.getByRole('button', { name: 'Run' }).click()
  await at.page.getByText('1 of 2 tests passed').waitFor()
  const text = at.page.getByLabel('Tests in YAML')
  await text.fill((await text.inputValue()).replaceAll('example', 'id'))
  await at.page.keyboard.press('Control+Enter')
  await at.page.getByText('2 of 2 tests passed').waitFor()
  await at.page.getByRole('button', { name: 'Keep' }).click()
  await at.page.getByText('written here').waitFor()
  await expect.poll(async () => (await at.server.api.getRuleTests({ id })).state).toBe('passed')
  await at.page.getByRole('button', { name: 'Forget' }).click()
  await at.page.getByText('it has none yet').waitFor()
  await at.page.keyboard.press('Escape')
  await at.page.getByRole('button', { name: 'Undo' }).click()
  await at.page.getByText('written here').waitFor()
})

test('a backtest says what is left after exceptions', async () => {
  await sendStart('id')
  const { id } = await make()
  await at.server.api.addRuleException({
    id,
    body: {
      name: 'edge',
      entries: [{ field: 'host.name', type: 'match', operator: 'included', value: 'edge' }],
    },
  })
  await at.enter()
  await open(id, 'query')
  await at.page.getByText(/after exceptions, which kept \d+ events? from it/).waitFor()
})

test('coverage counts a rule when its data comes and its tests pass', async () => {
  const technique = { id: 'T1033', name: 'Owner', reference: 'x' }
  const { id, rule_id: ruleId } = await make({
    name: 'Proven',
    enabled: true,
    threat: [{ ...wire.threat[0], technique: [technique] }],
  })
  await sendStart('id')
  await at.enter()
  await at.page.goto(`${at.server.url}/coverage?technique=T1033`)
  const chosen = at.page.getByRole('region', { name: 'T1033' })
  await chosen.getByText('it has no tests').waitFor()
  await at.page.getByRole('link', { name: /T1033.*unproven/ }).waitFor()
  const text = `index: logs-x
now: 2026-03-02T12:00:00Z
tests:
  - name: it alerts
    events:
      - { at: -2m, process.name: id }
    alerts:
      - process.name: id
`
  await at.server.api.keepRuleTests({ id: ruleId, body: { text } })
  expect(ruleId).not.toBe(id)
  await at.page.reload()
  await at.page.getByRole('link', { name: /T1033.*thin: one rule, 1 of 1/ }).waitFor()
  await chosen.getByText('watching').waitFor()
})

test('a viewer reads a rule and changes nothing', async () => {
  const { id } = await make()
  const { secret } = await at.server.api.createKey({ body: { name: 'eyes', role: 'viewer' } })
  await at.enter(secret)
  await open(id, 'query')
  await at.page.getByText(/Would have fired/).waitFor()
  expect(await at.page.getByLabel('Name').isDisabled()).toBe(true)
  expect(await at.page.getByRole('button', { name: /Save|Delete/ }).count()).toBe(0)
})

test.each(['light', 'dark'] as const)(
  'nothing keeps people out of it (%s)',
  async (theme) => {
    await sendStart('id')
    const { id } = await make({ enabled: true })
    await at.server.api.runRule({ id })
    await at.enter()
    const tabs = ['', '?tab=query', '?tab=exceptions', '?tab=runs', '?tab=versions', '?tab=tests']
    await at.isOpenToAll(
      theme,
      tabs.map((tab) => `/rules/${id}${tab}`),
    )
  },
  240_000,
)
