import { afterAll, beforeAll, expect, test } from 'vitest'
import { routes, type WireRun } from '#api'
import { gapBook } from '#detect'
import { serverUnderTest, type ServerUnderTest } from '../server-under-test.ts'

let at: ServerUnderTest
beforeAll(async () => {
  at = await serverUnderTest()
  for (const id of ['r-1', 'r-2']) {
    await at.client.importRules({ body: { name: `${id}.toml`, text: rule(id) } })
    await at.client.setRuleEnabled({ id, body: { enabled: true } })
  }
  await at.store.events.append(
    [70, 90, 110].map((minutes) => ({
      index: 'logs-x',
      source: { '@timestamp': ago(minutes), process: { name: 'evil' } },
    })),
  )
})
afterAll(() => at.close())

const rule = (id: string) => `
[rule]
rule_id = "${id}"
name = "Rule ${id}"
description = "For a test."
type = "query"
language = "kuery"
query = "process.name: evil"
index = ["logs-*"]
severity = "high"
risk_score = 73
max_signals = 2
enabled = true
`

const nowMs = Date.now()
const ago = (minutes: number) => new Date(nowMs - minutes * 60_000).toISOString()

async function over({ id }: Pick<WireRun, 'id'>): Promise<WireRun> {
  await at.engine.idle()
  return at.client.getRun({ id })
}

async function gapOf(ruleId: string): Promise<void> {
  const installed = await at.engine.rules.byRuleId(ruleId)
  if (installed === undefined) throw new Error(`${ruleId} is not installed`)
  const window = { fromMs: nowMs - 120 * 60_000, toMs: nowMs - 60 * 60_000 }
  const found = { window, executionUuid: 'an execution', nowMs }
  await gapBook(at.store.documents).record(installed, found)
}

test('a run over past time is begun, told of until its end, and its executions are listed', async () => {
  const begun = await at.client.startRun({ id: 'r-1', body: { from: ago(115), to: ago(85) } })
  expect(begun).toMatchObject({
    rule_id: 'r-1',
    purpose: 'asked',
    state: 'waiting',
    executions: { planned: 6, done: 0, failed: 0 },
  })
  const run = await over(begun)
  expect(run).toMatchObject({ state: 'finished', created: 2, executions: { done: 6, failed: 0 } })
  const { executions } = await at.client.listExecutions({ run: run.id })
  expect(executions).toHaveLength(6)
  const [first] = executions
  expect(await at.client.getExecution({ id: first?.id ?? '' })).toEqual(first)
  expect(first).toMatchObject({ kind: 'manual', status: 'succeeded', run: run.id })
  expect((await at.client.listRuns({ rule: 'r-1' })).runs).toEqual([run])
  expect(await at.client.cancelRun({ id: run.id })).toEqual(run)
})

test('gaps are listed, filled by one request, and gone', async () => {
  await gapOf('r-1')
  await gapOf('r-2')
  const { gaps } = await at.client.listGaps({})
  // They are of one time: which comes first, chance decides.
  expect(
    gaps.map(({ rule_id: id, state, filling }) => `${id} ${state} ${filling}`).toSorted(),
  ).toEqual(['r-1 unfilled false', 'r-2 unfilled false'])
  expect(gaps[0]).toMatchObject({ from: ago(120), to: ago(60), uncovered_ms: 3_600_000 })
  expect((await at.client.listGaps({ rule: ['r-2'] })).gaps).toHaveLength(1)
  expect((await at.client.listGaps({ to: ago(180) })).gaps).toEqual([])
  await at.client.setRuleEnabled({ id: 'r-2', body: { enabled: false } })
  const { runs, left } = await at.client.fillGaps({ body: {} })
  expect(runs.map(({ rule_id: id }) => id)).toEqual(['r-1'])
  expect(left).toEqual([
    { rule_id: 'r-2', reason: 'rule r-2 is off: only rules that are on run over past time' },
  ])
  for (const run of runs) {
    expect(await over(run)).toMatchObject({ state: 'finished', purpose: 'fill', created: 1 })
  }
  expect((await at.client.listGaps({ rule: ['r-1'] })).gaps).toEqual([])
  expect((await at.client.listGaps({ rule: ['r-1'], filled: true })).gaps).toMatchObject([
    { state: 'filled', uncovered: [] },
  ])
})

test('what a limit cut is told by the execution and by the run', async () => {
  const text = rule('r-3').replace(
    'max_signals = 2',
    'max_signals = 1\ninterval = "1h"\nfrom = "now-2h"',
  )
  await at.client.importRules({ body: { name: 'r-3.toml', text } })
  await at.client.setRuleEnabled({ id: 'r-3', body: { enabled: true } })
  // The rule runs at once, tells the oldest event, and cuts the others.
  const ofRule = async () => (await at.client.listExecutions({ rule: 'r-3' })).executions
  await expect.poll(ofRule).toHaveLength(1)
  expect((await ofRule())[0]).toMatchObject({
    status: 'partial failure',
    cut: { alerts: 2, more: false, events: { from: ago(90), to: ago(70) } },
    warnings: [{ kind: 'max_alerts' }],
  })
  const run = await over(
    await at.client.startRun({ id: 'r-3', body: { from: ago(115), to: ago(60) } }),
  )
  expect(run).toMatchObject({ created: 1, cut: 1 })
})

test('executions are listed by how they came about and ended, a page at a time', async () => {
  const { executions: manual } = await at.client.listExecutions({ kind: ['manual'] })
  expect(new Set(manual.map(({ kind }) => kind))).toEqual(new Set(['manual']))
  const all = await at.client.listExecutions({ limit: 1_000 })
  const paged: string[] = []
  let after: string | undefined
  do {
    const page = await at.client.listExecutions({ limit: 4, ...(after !== undefined && { after }) })
    paged.push(...page.executions.map(({ id }) => id))
    after = page.next
  } while (after !== undefined)
  expect(paged).toEqual(all.executions.map(({ id }) => id))
  const { executions: failed } = await at.client.listExecutions({ status: ['failed'] })
  expect(failed).toEqual([])
})

test('what cannot be run is refused with the reason', async () => {
  const ask = (id: string, from: string, to: string) =>
    at.client.startRun({ id, body: { from, to } })
  await expect(ask('nobody', ago(2), ago(1))).rejects.toMatchObject({ kind: 'not-found' })
  await expect(ask('r-2', ago(2), ago(1))).rejects.toMatchObject({ kind: 'conflict' })
  await expect(ask('r-1', ago(1), ago(2))).rejects.toMatchObject({
    kind: 'invalid',
    message: 'run rule r-1: a manual run ends after it starts',
  })
  await expect(ask('r-1', 'yesterday', ago(2))).rejects.toMatchObject({ kind: 'invalid' })
  await expect(at.client.getRun({ id: 'no-run' })).rejects.toMatchObject({ kind: 'not-found' })
  await expect(at.client.cancelRun({ id: 'no-run' })).rejects.toMatchObject({ kind: 'not-found' })
  await expect(at.client.getExecution({ id: 'none' })).rejects.toMatchObject({ kind: 'not-found' })
})

test('answers are what their routes promise', async () => {
  const read = [
    routes.listExecutions.answer.read(await at.client.listExecutions({}), 'executions'),
    routes.listGaps.answer.read(await at.client.listGaps({ filled: true }), 'gaps'),
    routes.listRuns.answer.read(await at.client.listRuns({}), 'runs'),
  ]
  expect(read.flatMap((result) => (result.ok ? [] : result.error))).toEqual([])
})

test('a manual run and a fill are asked for in the manner of Kibana', async () => {
  const act = async (body: object, query = '') => {
    const answer = await at.ask(`/api/detection_engine/rules/_bulk_action${query}`, {
      method: 'POST',
      headers: { 'kbn-xsrf': 'x', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: answer.status, body: await answer.json() }
  }
  const ids = await Promise.all(
    ['r-1', 'r-2'].map(async (id) => (await at.client.getRule({ id })).id),
  )
  const dates = { start_date: ago(40), end_date: ago(20) }
  const before = (await at.client.listRuns({})).runs.length
  expect(await act({ action: 'run', ids, run: dates }, '?dry_run=true')).toMatchObject({
    body: { attributes: { summary: { succeeded: 1, failed: 1 } } },
  })
  expect((await at.client.listRuns({})).runs).toHaveLength(before)
  expect(await act({ action: 'run', ids: ids.slice(0, 1), run: dates })).toMatchObject({
    status: 200,
    body: { success: true, attributes: { results: { updated: [{ rule_id: 'r-1' }] } } },
  })
  expect((await at.client.listRuns({})).runs[0]).toMatchObject({
    rule_id: 'r-1',
    purpose: 'asked',
    stretches: [{ from: dates.start_date, to: dates.end_date }],
  })
  await at.client.setRuleEnabled({ id: 'r-2', body: { enabled: true } })
  const range = { start_date: ago(200), end_date: ago(1) }
  const filled = await act({ action: 'fill_gaps', ids, fill_gaps: range })
  expect(filled.body).toMatchObject({
    attributes: {
      summary: { succeeded: 1, skipped: 1, failed: 0 },
      results: { skipped: [{ name: 'Rule r-1', skip_reason: 'NO_GAPS_TO_FILL' }] },
    },
  })
  expect((await at.client.listRuns({})).runs[0]).toMatchObject({ rule_id: 'r-2', purpose: 'fill' })
  expect((await act({ action: 'run', ids, run: {} })).status).toBe(400)
})
