import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli, startServing, type RunningServer } from '../support/running-server.ts'

let directory: string
let server: RunningServer

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vedette-intel-'))
  server = await startServing(join(directory, 'data'))
})
afterAll(async () => {
  await server.stop()
  await rm(directory, { recursive: true, force: true })
})

const rule = {
  rule_id: 'known-bad-address',
  name: 'Known bad address',
  description: 'An address of a list.',
  type: 'threat_match',
  severity: 'high',
  risk_score: 73,
  enabled: true,
  index: ['logs-*'],
  query: 'destination.ip: *',
  threat_index: ['logs-ti_*'],
  threat_query: '@timestamp >= "now-30d/d" and event.module: ti_*',
  threat_mapping: [
    { entries: [{ field: 'destination.ip', type: 'mapping', value: 'threat.indicator.ip' }] },
  ],
}

async function importing(name: string, text: string, ...options: readonly string[]) {
  const path = join(directory, name)
  await writeFile(path, text)
  return runCli(['intel', 'import', path, '--data', join(directory, 'data'), ...options])
}

test('a list that is imported makes its rule alert on the next event, and is not stored twice', async () => {
  const rulePath = join(directory, 'rule.ndjson')
  await writeFile(rulePath, `${JSON.stringify(rule)}\n`)
  const data = join(directory, 'data')
  expect((await runCli(['rule', 'import', rulePath, '--data', data])).code).toBe(0)
  const list = 'value,confidence\n203.0.113.7,90\n198.51.100.0/24,50\n'
  const first = await importing('bad.csv', list, '--provider', 'test', '--expires', '30d')
  expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining('2 new, 0 known') })
  const again = await importing('bad.csv', list, '--provider', 'test', '--expires', '30d')
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('0 new, 2 known') })
  const event = { '@timestamp': new Date().toISOString(), destination: { ip: '198.51.100.9' } }
  await server.bulk(`{"create":{"_index":"logs-fw-default"}}\n${JSON.stringify(event)}\n`)
  await server.until(async () => (await server.alerts()).length > 0)
  const [alert] = await server.alerts()
  expect(alert?.document['threat']).toMatchObject({
    enrichments: [
      {
        indicator: { type: 'ipv4-addr', provider: 'test', confidence: 'Medium' },
        feed: { name: 'test' },
        matched: { atomic: '198.51.100.0/24', field: 'destination.ip' },
      },
    ],
  })
})

test('lines that say nothing are named, the others stored, and the exit code tells', async () => {
  const { code, stdout, stderr } = await importing('half.csv', 'value\n203.0.113.8\nnonsense\n')
  expect(code).toBe(6)
  expect(stdout).toContain('1 new, 0 known, 0 outdated, 0 not supported, 1 not read')
  expect(stderr).toContain('half.csv:3: ')
})

test('patterns that are not supported are listed and do not count as broken', async () => {
  const bundle = {
    type: 'bundle',
    objects: [
      {
        type: 'indicator',
        id: 'indicator--a',
        pattern_type: 'stix',
        pattern: "[mutex:name = 'x']",
      },
      {
        type: 'indicator',
        id: 'indicator--b',
        pattern_type: 'stix',
        pattern: "[url:value = 'http://x.example/']",
      },
    ],
  }
  const { code, stdout, stderr } = await importing('bundle.json', JSON.stringify(bundle))
  expect(code).toBe(0)
  expect(stdout).toContain('1 new, 0 known, 0 outdated, 1 not supported')
  expect(stderr).toContain('mutex:name is not supported (indicator--a)')
})

test('a format or a duration that is none is a slip on the command line', async () => {
  expect((await importing('x.csv', 'value\n', '--format', 'xml')).code).toBe(2)
  expect((await importing('x.csv', 'value\n', '--expires', 'soon')).code).toBe(2)
})
