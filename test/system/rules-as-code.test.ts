import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli, startServing } from '../support/running-server.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vedette-rules-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const bin = join(import.meta.dirname, '../../bin/vedette.mjs')
const shipped = join(import.meta.dirname, '../../rules')

test.each(['query', 'new_terms', 'eql'])(
  'a new rule of type %s is valid, and its tests pass and can fail',
  async (type) => {
    const dir = join(directory, type)
    const made = await runCli(['rule', 'new', 'A Rule, "quoted"', '--type', type, '--dir', dir])
    expect(made.code).toBe(0)
    const [rulePath = ''] = made.stdout.split('\n')
    expect(rulePath).toBe(join(dir, 'a-rule-quoted/rule.toml'))
    expect((await runCli(['rule', 'check', dir, '--strict'])).code).toBe(0)
    const tested = await runCli(['rule', 'test', dir])
    expect(tested).toMatchObject({ code: 0 })
    expect(tested.stderr).toContain('4 tests of 1 rule')

    const again = await runCli(['rule', 'new', 'A rule: quoted', '--type', type, '--dir', dir])
    expect(again).toMatchObject({ code: 1, stdout: '' })
    const text = await readFile(rulePath, 'utf8')
    await writeFile(rulePath, text.replace('curl or wget', 'curl'))
    const broken = await runCli(['rule', 'test', dir, '--json'])
    expect(broken.code).toBe(type === 'query' ? 3 : 0)
  },
)

test('every shipped rule passes its tests, and the report of it is written', async () => {
  const junit = join(directory, 'report.xml')
  const { code, stdout } = await runCli(['rule', 'test', shipped, '--junit', junit, '--json'])
  expect(code).toBe(0)
  const rows: readonly { readonly status: string }[] = JSON.parse(stdout)
  expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['passed']))
  expect(await readFile(junit, 'utf8')).toContain(`tests="${rows.length}" failures="0"`)
})

test('no tests at all are no success, and an unreadable report is said', async () => {
  expect((await runCli(['rule', 'test', join(import.meta.dirname, '../support')])).code).toBe(3)
  const { code, stderr } = await runCli(['rule', 'test', shipped, '--junit', '/no/such/x.xml'])
  expect(code).toBe(1)
  expect(stderr).toContain('/no/such/x.xml')
})

test('watching runs the tests again when a rule changes, and ends with Ctrl-C', async () => {
  const dir = join(directory, 'watched')
  const made = await runCli(['rule', 'new', 'watched', '--dir', dir])
  const [rulePath = ''] = made.stdout.split('\n')
  const child = spawn(process.execPath, [bin, 'rule', 'test', dir, '--watch'], { stdio: 'pipe' })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const heard = async (text: string): Promise<void> => {
    while (!said.includes(text)) await once(child.stderr, 'data')
  }
  await heard('watching for changes')
  expect(said).toContain('4 passed')
  said = ''
  await writeFile(rulePath, (await readFile(rulePath, 'utf8')).replace('curl or wget', 'curl'))
  await heard('1 failed')
  await heard('watching for changes')
  child.kill('SIGINT')
  await once(child, 'close')
  expect(child.exitCode).toBe(130)
})

const rule = join(shipped, 'privileged-container-from-a-new-parent')

function dockerRun(parent: string, at: string, host = 'h') {
  return {
    '@timestamp': at,
    event: { category: ['process'], type: ['start'], action: 'exec', kind: 'event' },
    host: { name: host, os: { type: 'linux' } },
    user: { name: 'u' },
    process: {
      name: 'docker',
      args: ['docker', 'run', '--privileged', 'alpine'],
      parent: { executable: parent },
    },
  }
}

const days = ['2026-01-01T01:00:00Z', '2026-01-02T02:00:00Z', '2026-01-04T03:00:00Z']
const lines = (events: readonly unknown[]): string =>
  events.map((event) => `${JSON.stringify(event)}\n`).join('')

test('a backtest tells alerts a day, the quiet days too, with examples and what was new', async () => {
  const path = join(directory, 'past.ndjson')
  const events = [
    dockerRun('/a', '2026-01-01T01:00:00Z'),
    dockerRun('/a', '2026-01-02T02:00:00Z'),
    dockerRun('/b', '2026-01-02T02:00:00Z'),
    dockerRun('/c', '2026-01-04T03:00:00Z'),
  ]
  await writeFile(path, lines([...events, '{"cut']))
  const { code, stdout, stderr } = await runCli(['rule', 'backtest', rule, '--events', path])
  expect(code).toBe(6)
  expect(stderr).toContain(`${path}:5`)
  expect(JSON.parse(stdout)).toMatchObject({
    alerts: 3,
    events_read: 4,
    events_matched: 4,
    first: '2026-01-01T01:00:00.000Z',
    last: '2026-01-04T03:00:00.000Z',
    days: [
      { day: '2026-01-01', alerts: 1 },
      { day: '2026-01-02', alerts: 1 },
      { day: '2026-01-03', alerts: 0 },
      { day: '2026-01-04', alerts: 1 },
    ],
    top_hosts: [{ value: 'h', alerts: 3 }],
    examples: [{ new_terms: '/a' }, { new_terms: '/b' }, { new_terms: '/c' }],
    notes: [expect.stringContaining('now-14d')],
  })
  const table = await runCli(['rule', 'backtest', rule, '--events', path, '--format', 'table'])
  expect(table.stdout).toContain('2026-01-03       0\n')
  const later = ['--from', '2026-01-03', '--to', '2026-01-05']
  const part = await runCli(['rule', 'backtest', rule, '--events', path, ...later])
  expect(JSON.parse(part.stdout)).toMatchObject({ alerts: 1, alerts_per_day: 0.5 })
})

test('a backtest looks into the indices that a rule names, and only there', async () => {
  const path = join(directory, 'indices.ndjson')
  const event = dockerRun('/a', '2026-01-01T01:00:00Z')
  await writeFile(
    path,
    lines([
      { create: { _index: 'logs-other-default' } },
      event,
      { _index: 'logs-endpoint.events.process-default', _id: '1', _source: event },
    ]),
  )
  const { stdout } = await runCli(['rule', 'backtest', rule, '--events', path])
  expect(JSON.parse(stdout)).toMatchObject({ events_read: 1, alerts: 1 })
})

test('exceptions of a file keep away what they name, from rules that have their list', async () => {
  const own = join(directory, 'with-list.toml')
  const text = await readFile(join(rule, 'rule.toml'), 'utf8')
  const list = `exceptions_list = [{ id = "x", list_id = "mine", type = "detection", namespace_type = "single" }]`
  await writeFile(own, text.replace('[rule]\n', `[rule]\n${list}\n`))
  const exceptions = join(directory, 'exceptions.ndjson')
  const entry = {
    field: 'process.parent.executable',
    operator: 'included',
    type: 'match',
    value: '/a',
  }
  const item = { item_id: 'i', list_id: 'mine', name: 'n', type: 'simple', entries: [entry] }
  await writeFile(exceptions, lines([{ ...item, namespace_type: 'single', os_types: [] }]))
  const events = join(directory, 'excepted.ndjson')
  await writeFile(events, lines(days.map((at, n) => dockerRun(n === 0 ? '/a' : '/b', at))))
  const words = ['--events', events, '--exceptions', exceptions]
  const with_ = await runCli(['rule', 'backtest', own, ...words])
  expect(JSON.parse(with_.stdout)).toMatchObject({ alerts: 1, examples: [{ new_terms: '/b' }] })
  const without = await runCli(['rule', 'backtest', rule, ...words])
  expect(JSON.parse(without.stdout)).toMatchObject({ alerts: 2 })
  expect(without.stderr).toContain('apply to no rule here')
})

test('a data directory gives the same through its server and by itself, with the exceptions installed there', async () => {
  const data = join(directory, 'data')
  const server = await startServing(data, ['--no-sensor', '--no-starter-rules'])
  const words = ['rule', 'backtest', rule, '--data', data, '--format', 'json']
  const index = 'logs-endpoint.events.process-default'
  const bulk = days.flatMap((at, n) => [{ create: { _index: index } }, dockerRun(`/p${n % 2}`, at)])
  expect((await server.bulk(lines(bulk))).errors).toBe(false)
  const text = await readFile(join(rule, 'rule.toml'), 'utf8')
  const { imported } = await server.api.importRules({ body: { name: 'rule.toml', text } })
  const entry = { field: 'process.parent.executable', operator: 'included', type: 'match' }
  await server.api.addRuleException({
    id: imported[0]?.id ?? '',
    body: { name: 'known', entries: [{ ...entry, value: '/p1' }] },
  })
  const asked = await runCli(words)
  expect(asked.stderr).toContain('its API is asked')
  await server.stop()
  const read = await runCli(words)
  expect(read.code).toBe(0)
  expect(JSON.parse(read.stdout)).toMatchObject([
    { alerts: 1, events_read: 3, examples: [{ new_terms: '/p0' }] },
  ])
  expect(JSON.parse(asked.stdout)).toEqual(JSON.parse(read.stdout))
})

test.each([
  [['rule', 'backtest', rule], 2],
  [['rule', 'backtest', rule, '--events', 'x', '--data', 'y'], 2],
  [['rule', 'backtest', rule, '--events', '-', '--format', 'csv'], 2],
  [['rule', 'backtest', rule, '--data', '/no/such/data'], 1],
  [['rule', 'new', '--', '...'], 2],
  [['rule', 'new', 'x', '--type', 'esql'], 2],
  [['rule', 'test', '/no/such/path'], 1],
])('%j ends with exit code %i and says why', async (words, expected) => {
  const { code, stdout, stderr } = await runCli(words)
  expect({ code, stdout }).toEqual({ code: expected, stdout: '' })
  expect(stderr).toMatch(/^error/)
})

test('an interrupted backtest tells what it found until then and ends with 130', async () => {
  const child = spawn(process.execPath, [bin, 'rule', 'backtest', rule, '--events', '-'], {
    stdio: 'pipe',
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  // More than a pipe holds: once it is written, the backtest has begun to read. The input stays open.
  const many = Array.from({ length: 2_000 }, () => dockerRun('/a', '2026-01-01T01:00:00Z'))
  await new Promise((resolve) => {
    child.stdin.write(lines(many), resolve)
  })
  child.kill('SIGINT')
  await once(child, 'close')
  expect(child.exitCode).toBe(130)
  expect(JSON.parse(stdout)).toMatchObject({ rule: expect.any(String) })
  expect(stderr).toContain('interrupted')
})
