import { expect, test } from 'vitest'
import { manualClock, silentLogger } from '#base'
import { createEngine } from '#detect'
import { ecsCatalogue } from '#event'
import { readRules } from '#rule'
import { memoryStore } from '#store'
import { testedRules, type RuleTestState } from './tested-rules.ts'

const ruleText = (query: string): string =>
  `[rule]\nrule_id = "r"\nname = "R"\ndescription = "d"\ntype = "query"\nlanguage = "kuery"\nquery = "${query}"\nindex = ["logs-x"]\nseverity = "low"\nrisk_score = 1\n`
const tests = `index: logs-x
now: 2026-03-02T12:00:00Z
tests:
  - name: it alerts
    events:
      - { at: -2m, process.name: evil }
    alerts:
      - process.name: evil
`

async function world(besideFile: string | undefined) {
  const clock = manualClock(Date.UTC(2026, 10, 24))
  const store = memoryStore({ clock })
  const engine = createEngine({ store, clock, logger: silentLogger })
  const [rule] = readRules(Buffer.from(ruleText('process.name: evil')), { path: 'r.toml' }).rules
  if (rule === undefined) throw new Error('the rule cannot be read')
  const { uuid } = await engine.rules.install(rule, { user: 'test' })
  const tested = testedRules({
    documents: store.documents,
    fields: ecsCatalogue(),
    logger: silentLogger,
    productVersion: '1',
    besideFile: async () => besideFile,
  })
  const state = async () => (await tested.statesOf(await engine.rules.list()))[0]
  const settled = async (): Promise<RuleTestState | undefined> => {
    await expect.poll(async () => (await state())?.kind).not.toBe('waiting')
    return state()
  }
  const change = async (query: string): Promise<void> => {
    const [changed] = readRules(Buffer.from(ruleText(query)), { path: 'r.toml' }).rules
    if (changed !== undefined) await engine.rules.update(uuid, changed, { user: 'test' })
  }
  return { tested, state, settled, change }
}

test('the tests beside a rule are run when they are asked for, and again when the rule changes', async () => {
  const { state, settled, change } = await world(tests)
  expect(await state()).toEqual({ kind: 'waiting' })
  expect(await settled()).toEqual({ kind: 'passed', tests: 1, failed: 0 })
  expect(await state()).toEqual({ kind: 'passed', tests: 1, failed: 0 })
  await change('process.name: other')
  expect(await state()).toEqual({ kind: 'waiting' })
  expect(await settled()).toEqual({ kind: 'failed', tests: 1, failed: 1 })
})

test('a rule without tests has none, until somebody writes some; what cannot be read has failed', async () => {
  const { tested, settled } = await world(undefined)
  expect(await settled()).toEqual({ kind: 'none' })
  await tested.keep('r', tests)
  expect(await tested.textOf('r')).toEqual({ text: tests, from: 'kept' })
  expect(await settled()).toMatchObject({ kind: 'passed' })
  await tested.keep('r', 'tests: [')
  expect(await settled()).toMatchObject({ kind: 'failed' })
  await tested.keep('r', 'tests: []')
  expect(await settled()).toMatchObject({ kind: 'failed' })
  await tested.keep('r', undefined)
  expect(await settled()).toEqual({ kind: 'none' })
})
