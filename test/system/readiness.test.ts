import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli, startServing, type RunningServer } from '../support/running-server.ts'

let directory: string
let server: RunningServer
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vedette-ready-'))
  server = await startServing(join(directory, 'data'), ['--no-sensor'])
})
afterAll(async () => {
  await server.stop()
  await rm(directory, { recursive: true, force: true })
})

const cli = (...words: readonly string[]) =>
  runCli(words, { env: { VEDETTE_DATA: join(directory, 'data') } })

const index = 'logs-endpoint.events.process-default'
const start = {
  event: { category: ['process'], type: ['start'], action: 'exec', kind: 'event' },
  host: { id: 'h', name: 'h', os: { type: 'linux' } },
  process: { name: 'sh', args: ['sh'], executable: '/bin/sh', parent: { name: 'sshd' } },
}

async function rulesSaying(verdict: string): Promise<readonly string[]> {
  const { stdout, code } = await cli('rule', 'readiness', '--verdict', verdict, '--format', 'json')
  expect(code).toBe(0)
  const rows: readonly { readonly rule_id: string; readonly verdict: string }[] = JSON.parse(stdout)
  expect(rows.filter((row) => row.verdict !== verdict)).toEqual([])
  return rows.map((row) => row.rule_id)
}

test('no rule can fire without events, and some can after one: doctor, list and readiness agree', async () => {
  expect(await rulesSaying('could-fire')).toEqual([])
  const [some = ''] = await rulesSaying('cannot-fire')
  const one = await cli('rule', 'readiness', some, '--format', 'table')
  expect(one.stdout).toContain('there are no events in logs-endpoint.events.process*')
  expect(one.stdout).toContain('the sensor of this host, which writes')
  expect((await cli('doctor', '--format', 'table')).stdout).toContain('cannot fire here')
  expect((await cli('rule', 'list', '--format', 'csv')).stdout).toContain(',cannot fire,')
  expect((await cli('rule', 'readiness', some, '--strict')).code).toBe(3)

  const event = { '@timestamp': new Date().toISOString(), ...start }
  await server.bulk(`{"create":{"_index":"${index}"}}\n${JSON.stringify(event)}\n`)
  const could = await rulesSaying('could-fire')
  expect(could.length).toBeGreaterThan(0)
  expect((await rulesSaying('learning')).length).toBeGreaterThan(0)
  const listed = (await cli('rule', 'list', '--format', 'ndjson')).stdout
  expect(listed).toContain('"readiness":"learning"')
})

test('rules of files are judged by the events of files, without a server', async () => {
  const rules = join(import.meta.dirname, '../../rules')
  const events = join(directory, 'events.ndjson')
  const line = JSON.stringify({ '@timestamp': '2026-01-01T00:00:00Z', ...start })
  await writeFile(events, `${line}\n`)
  const judged = (...more: readonly string[]) =>
    runCli(
      ['rule', 'readiness', '--rules', rules, '--events', events, '--format', 'ndjson', ...more],
      {
        env: { VEDETTE_DATA: join(directory, 'nobody') },
      },
    )
  const nameless = await judged()
  expect(nameless.stderr).toContain('1 events name no index')
  expect(nameless.stdout).not.toContain('could-fire')
  const named = await judged('--index', index)
  expect(named.code).toBe(0)
  expect(named.stdout).toContain('could-fire')
  // The file is old, and judged as if it were not.
  expect(named.stdout).not.toContain('more than a day ago')
})

test('the rules of a folder are judged by what the server holds, and what cannot be read is said', async () => {
  const folder = join(directory, 'mine')
  const bad = join(directory, 'bad.toml')
  await writeFile(bad, 'this is no rule')
  const { stdout } = await cli('rule', 'new', 'mine', '--dir', folder)
  expect(stdout).not.toBe('')
  const asked = await cli('rule', 'readiness', '--rules', folder, '--rules', bad)
  expect(asked.code).toBe(3)
  expect(asked.stdout).toContain('"could-fire"')
  expect(asked.stderr).toContain('error[')
  expect((await cli('rule', 'readiness', '--events', bad)).code).toBe(2)
  expect((await cli('rule', 'readiness', '--verdict', 'perhaps')).code).toBe(2)
})
