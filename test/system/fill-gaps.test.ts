import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { WireRun } from '#api'
import { runCli, startServing, type RunningServer } from '../support/running-server.ts'

let directory: string
let data: string
let server: RunningServer
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vedette-gaps-'))
  data = join(directory, 'data')
  server = await startServing(data)
})
afterAll(async () => {
  await server.stop()
  await rm(directory, { recursive: true, force: true })
})

const cli = (...words: readonly string[]) => runCli(words, { env: { VEDETTE_DATA: data } })

/** Looks two seconds back each second: an absence of seconds is a gap. */
const rule = {
  rule_id: 'each-second',
  name: 'Each second',
  description: 'For a test.',
  type: 'saved_query',
  saved_id: 'evil-ones',
  index: ['logs-*'],
  severity: 'low',
  risk_score: 21,
  interval: '1s',
  from: 'now-2s',
  enabled: true,
}

async function send(): Promise<void> {
  const event = { '@timestamp': new Date().toISOString(), process: { name: 'evil' } }
  await server.bulk(`{"create":{"_index":"logs-x"}}\n${JSON.stringify(event)}\n`)
}

const gaps = async (...words: readonly string[]) => {
  const { stdout } = await cli('rule', 'gaps', ...words, '--format', 'json')
  const read: readonly { readonly uncovered_ms: number; readonly state: string }[] =
    JSON.parse(stdout)
  return read
}

test('what a stopped server did not read is listed as a gap, filled by one command, and alerts', async () => {
  const saved = await cli('saved-query', 'put', 'evil-ones', 'process.name: evil')
  expect(saved).toMatchObject({ code: 0, stdout: 'evil-ones\n' })
  const path = join(directory, 'rule.ndjson')
  await writeFile(path, `${JSON.stringify(rule)}\n`)
  expect(await cli('rule', 'import', path)).toMatchObject({ code: 0 })
  await server.until(async () => (await server.api.listExecutions({})).executions.length > 1)
  expect(await gaps()).toEqual([])
  await server.stop()
  await pause(10_000)
  server = await startServing(data)
  await server.until(async () => (await gaps()).length > 0)
  const [gap] = await gaps('each-second')
  expect(gap).toMatchObject({ state: 'unfilled' })
  expect(gap?.uncovered_ms).toBeGreaterThan(1_000)
  expect((await cli('doctor')).stdout).toMatch(/"gaps".*that rules have not read, of 1 rule"/)
  // It was late: what happened in the absence comes in only now.
  const { gaps: told } = await server.api.listGaps({})
  const event = { '@timestamp': told[0]?.from, process: { name: 'evil' } }
  await server.bulk(`{"create":{"_index":"logs-x"}}\n${JSON.stringify(event)}\n`)
  expect(await server.alerts()).toEqual([])

  const filled = await cli('rule', 'fill', 'each-second', '--format', 'ndjson')
  expect(filled).toMatchObject({ code: 0 })
  expect(JSON.parse(filled.stdout)).toMatchObject({
    rule_id: 'each-second',
    purpose: 'fill',
    state: 'finished',
    created: 1,
    executions: { failed: 0 },
  })
  expect(await gaps()).toEqual([])
  expect((await gaps('--filled')).map(({ state }) => state)).toEqual(['filled'])
  expect(await server.alerts()).toHaveLength(1)
  const again = await cli('rule', 'fill')
  expect(again).toMatchObject({ code: 0, stdout: '' })
  expect(again.stderr).toContain('there is nothing to fill')
})

test('a rule is run over past time, its run and executions are listed and shown', async () => {
  await send()
  const run = await cli('rule', 'run', 'each-second', '--from', '20s', '--format', 'ndjson')
  expect(run).toMatchObject({ code: 0 })
  const { id, executions }: WireRun = JSON.parse(run.stdout)
  const { planned } = executions
  expect(planned).toBeGreaterThanOrEqual(20)
  expect(executions).toEqual({ planned, done: planned, failed: 0 })
  const runs = await cli('rule', 'runs', 'each-second')
  expect(runs.stdout).toContain(id)
  const list = await cli('executions', 'list', '--run', id, '--limit', '3')
  expect(list.stdout.trim().split('\n')).toHaveLength(3)
  const [first = ''] = list.stdout.split('\n')
  const listed: { readonly id: string } = JSON.parse(first)
  const shown = await cli('execution', 'show', listed.id, '--format', 'table')
  expect(shown).toMatchObject({ code: 0 })
  for (const text of ['Each second', 'succeeded', 'manual', listed.id, id]) {
    expect(shown.stdout).toContain(text)
  }
  expect(await cli('rule', 'cancel', id.slice(0, 8))).toMatchObject({
    code: 0,
    stderr: `it was finished already: ${planned} of ${planned} executions of Each second are made\n`,
  })
})

test('a run that nobody waits for is canceled', async () => {
  const begun = await cli('rule', 'run', 'each-second', '--from', 'now-30d', '--no-wait')
  const { id }: { readonly id: string } = JSON.parse(begun.stdout)
  expect(await cli('rule', 'cancel', id)).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(
      /^canceled: \d+ of 259200\d executions of Each second are made\n$/,
    ),
  })
})

test('command lines that cannot be run say why', async () => {
  expect(await cli('rule', 'run', 'each-second', '--to', '1h')).toMatchObject({ code: 2 })
  expect(await cli('rule', 'run', 'each-second', '--from', 'now-91d')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('reaches back 90 days at most'),
  })
  expect(await cli('rule', 'gaps', 'nobody')).toMatchObject({ code: 1 })
  expect(await cli('rule', 'cancel', 'nobody')).toMatchObject({ code: 1 })
  expect(await cli('execution', 'show', 'nobody')).toMatchObject({ code: 1 })
  expect(await cli('execution', 'list', '--status', 'sideways')).toMatchObject({ code: 2 })
  await cli('rule', 'disable', 'each-second')
  expect(await cli('rule', 'run', 'each-second', '--from', '1m')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('rule each-second is off'),
  })
})

test('saved queries are listed with the rules that run them, and removed', async () => {
  expect((await cli('saved-query', 'list', '--format', 'json')).stdout).toContain('"each-second"')
  const shown = await cli('saved-query', 'show', 'evil-ones', '--format', 'table')
  expect(shown.stdout).toContain('process.name: evil')
  const wrong = await cli('saved-query', 'put', 'evil-ones', 'process.name: (')
  expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('save query evil-ones') })
  expect(await cli('saved-query', 'remove', 'evil-ones')).toMatchObject({
    code: 0,
    stderr: 'removed; these rules ran it: each-second\n',
  })
  expect(await cli('saved-query', 'show', 'evil-ones')).toMatchObject({ code: 1 })
})
