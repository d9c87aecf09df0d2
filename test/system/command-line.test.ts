import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli, startServing, type RunningServer } from '../support/running-server.ts'

let directory: string
let data: string
let server: RunningServer
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vedette-cli-'))
  data = join(directory, 'data')
  server = await startServing(data, ['--no-sensor'])
})
afterAll(async () => {
  await server.stop()
  await rm(directory, { recursive: true, force: true })
})

const cli = (...words: readonly string[]) => runCli(words, { env: { VEDETTE_DATA: data } })

function dockerRun(parent: string, at = new Date().toISOString()) {
  return {
    '@timestamp': at,
    event: { category: ['process'], type: ['start'], action: 'exec', kind: 'event' },
    host: { name: 'h', os: { type: 'linux' } },
    process: {
      name: 'docker',
      args: ['docker', 'run', '--privileged', 'alpine'],
      parent: { executable: parent },
    },
  }
}

async function alertFrom(parent: string): Promise<string> {
  const index = 'logs-endpoint.events.process-default'
  await server.bulk(
    `${JSON.stringify({ create: { _index: index } })}\n${JSON.stringify(dockerRun(parent))}\n`,
  )
  for (;;) {
    const { alerts } = await server.api.listAlerts({})
    const found = alerts.find(({ document }) => JSON.stringify(document).includes(parent))
    if (found !== undefined) return found.id
  }
}

test('event histogram and event top count what the server holds', async () => {
  await alertFrom('/tmp/counted')
  const query = ['-q', 'process.parent.executable: "/tmp/counted"', '--format', 'json']
  const byTime = await cli('event', 'histogram', '--every', '1d', ...query)
  expect(byTime.code).toBe(0)
  expect(JSON.parse(byTime.stdout)).toMatchObject([{ events: 1 }])
  const byValue = await cli('event', 'top', 'process.name', ...query)
  expect(JSON.parse(byValue.stdout)).toEqual([{ value: 'docker', events: 1 }])
  const wrong = await cli('event', 'histogram', '--every', 'often')
  expect(wrong.code).toBe(2)
})

test('help, a single command and nothing at all succeed and name every verb', async () => {
  for (const words of [['help'], ['--help'], []]) {
    const { code, stdout } = await runCli(words)
    expect(code).toBe(0)
    for (const verb of ['serve', 'hunt', 'selftest', 'doctor', 'alert list']) {
      expect(stdout).toContain(verb)
    }
  }
  expect((await runCli(['hunt', '--help'])).stdout).toContain('usage: vedette hunt PATH…')
  expect((await runCli(['version'])).stdout).toMatch(/^vedette \d+\.\d+\.\d+/)
})

test.each([
  [['frobnicate'], 2],
  [['alert', 'list', '--stauts', 'open'], 2],
  [['alert', 'list', '--status', 'lost'], 2],
  [['hunt'], 2],
  [['serve', '--port', '70000'], 2],
  [['rule', 'check', '/no/such/path'], 1],
  [['alert', 'list', '--server', 'http://127.0.0.1:1'], 5],
  [['alert', 'list', '--data', '/no/such/data'], 5],
])('%j ends with exit code %i and says why on the error stream', async (words, expected) => {
  const { code, stdout, stderr } = await cli(...words)
  expect({ code, stdout }).toEqual({ code: expected, stdout: '' })
  expect(stderr).toMatch(/^error/)
})

test('a wrong token is exit code 4', async () => {
  const { code } = await runCli(['alert', 'list'], {
    env: { VEDETTE_DATA: data, VEDETTE_TOKEN: 'wrong-wrong-wrong-wrong' },
  })
  expect(code).toBe(4)
})

test('what only the owner may read is readable by the owner alone', async () => {
  expect((await stat(data)).mode & 0o777).toBe(0o700)
  expect((await stat(join(data, 'token'))).mode & 0o777).toBe(0o600)
  expect(server.stderr()).toContain(server.token)
})

test('a second server on the same data is refused, with the process that holds it', async () => {
  const { code, stderr } = await runCli(['serve', '--port', '0', '--no-sensor', '--data', data])
  expect(code).toBe(1)
  expect(stderr).toContain(String(server.process.pid))
})

test('alerts are listed, shown by prefix and by -1, and moved through triage', async () => {
  const first = await alertFrom('/opt/cli/first')
  const second = await alertFrom('/opt/cli/second')
  const listed = (await cli('alert', 'list')).stdout.trim().split('\n')
  expect(listed.map((line) => JSON.parse(line).id)).toEqual(expect.arrayContaining([first, second]))

  const latest = await cli('alert', 'show', '-1')
  expect(JSON.parse(latest.stdout).id).toBe(second)
  const page = await cli('alert', 'show', first.slice(0, 12), '--format', 'table')
  expect(page.stdout).toContain('new: /opt/cli/first')

  expect((await cli('alert', 'ack', first.slice(0, 12))).code).toBe(0)
  expect((await cli('alerts', 'close', '-1', '--reason', 'false_positive')).stdout.trim()).toBe(
    second,
  )
  const closed = await cli('alert', 'list', '--status', 'closed', '--format', 'csv')
  expect(closed.stdout).toContain('/opt/cli/second')
  expect(closed.stdout).not.toContain('/opt/cli/first')
  expect((await cli('alert', 'reopen', second)).code).toBe(0)
  const missing = await cli('alert', 'show', 'ffffffffffff')
  expect(missing.code).toBe(1)
})

test('rules are listed, run, switched, imported', async () => {
  const listed = (await cli('rule', 'list')).stdout.trim().split('\n')
  const rules = listed.map((line) => JSON.parse(line))
  const rule = rules.find(
    ({ name }) => name === 'Privileged Docker Container Started by a New Parent',
  )
  expect(rule).toMatchObject({ enabled: true, runnable: true, immutable: true })
  const ran = await cli('rule', 'run', rule.rule_id.slice(0, 8))
  expect(JSON.parse(ran.stdout)).toMatchObject({ status: 'succeeded' })
  expect((await cli('rule', 'disable', rule.rule_id)).code).toBe(0)
  expect((await cli('rule', 'enable', rule.rule_id)).code).toBe(0)
  const own = join(directory, 'own.toml')
  await writeFile(
    own,
    '[rule]\nrule_id = "own"\nname = "Own"\ndescription = "d"\ntype = "query"\nlanguage = "kuery"\nquery = "a: b"\nseverity = "low"\nrisk_score = 1\n',
  )
  expect((await cli('rule', 'import', own)).stderr).toContain('1 installed')
  expect((await cli('rule', 'import', own)).stderr).toContain('1 unchanged')
})

test('rule check shows the place of a mistake and ends with 3', async () => {
  const path = join(directory, 'broken.toml')
  await writeFile(
    path,
    '[rule]\nrule_id = "b"\nname = "B"\ndescription = "d"\ntype = "query"\nlanguage = "kuery"\nquery = "process.name: (docker"\nseverity = "low"\nrisk_score = 1\n',
  )
  const { code, stdout } = await runCli(['rule', 'check', path])
  expect(code).toBe(3)
  expect(stdout).toContain(`${path}:7:`)
  expect(stdout).toMatch(/\^/)
})

test('an exception made from an alert keeps its like away', async () => {
  await alertFrom('/opt/cli/noisy')
  const added = await cli(
    'exception',
    'add',
    '--alert',
    '-1',
    '-f',
    'host.name',
    '--expires',
    '30d',
  )
  expect(added.code).toBe(0)
  const list = /list (\S+)\)/.exec(added.stderr)?.[1] ?? ''
  const items = await cli('exception', 'list', list)
  expect(JSON.parse(items.stdout)).toMatchObject({ entries: [{ field: 'host.name', value: 'h' }] })
  expect((await cli('exception', 'remove', list, added.stdout.trim())).code).toBe(0)
})

test('doctor finds the server and that nobody watches the host', async () => {
  const { stdout, code } = await cli('doctor')
  const found = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(found).toContainEqual(expect.objectContaining({ check: 'server', state: 'good' }))
  expect(found).toContainEqual(expect.objectContaining({ check: 'sensor', state: 'warning' }))
  expect(code).toBe(0)
})

test('selftest says when nobody watches the host', async () => {
  const { code, stderr } = await cli('selftest')
  expect(code).toBe(1)
  expect(stderr).toContain('selftest.no-sensor')
})

const lines = (...values: readonly unknown[]): string =>
  values.map((value) => `${typeof value === 'string' ? value : JSON.stringify(value)}\n`).join('')

const told = (stdout: string): readonly unknown[] =>
  stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line)['kibana.alert.new_terms'])

test('rule explain tells what makes a rule be looked at, and measures it with events', async () => {
  const rule = join(import.meta.dirname, '../../rules/privileged-container-from-a-new-parent')
  const path = join(directory, 'explained.ndjson')
  const other = { event: { category: ['file'] }, host: { os: { type: 'linux' } } }
  const many = Array.from({ length: 40 }, () => other)
  await writeFile(path, lines(dockerRun('/a'), ...many))
  const text = await runCli(['rule', 'explain', rule, '--events', path])
  expect(text.code).toBe(0)
  expect(text.stdout).toMatch(/looked at {3}when process\.name: .*"docker"/)
  expect(text.stdout).toMatch(
    /of 41 events, matched 1\n.*by itself [\d.]+ µs an event; all \d+ rules/,
  )
  const json = await runCli(['rule', 'explain', rule, '--format', 'json'])
  expect(JSON.parse(json.stdout)).toMatchObject({ events: 0, looked: 0, sorts: [] })
})

test('hunt tells a new parent once, again after its history has passed, in plain and compressed files', async () => {
  const text = lines(
    dockerRun('/a', '2026-01-01T00:00:00Z'),
    dockerRun('/a', '2026-01-02T00:00:00Z'),
    dockerRun('/b', '2026-01-03T00:00:00Z'),
    dockerRun('/a', '2026-03-01T00:00:00Z'),
  )
  const rule = join(import.meta.dirname, '../../rules/privileged-container-from-a-new-parent')
  const expected = [['/a'], ['/b'], ['/a']]
  for (const [name, bytes] of [
    ['plain.ndjson', text],
    ['packed.ndjson.gz', gzipSync(text)],
    ['packed.ndjson.zst', zstdCompressSync(text)],
  ] as const) {
    const path = join(directory, name)
    await writeFile(path, bytes)
    const { code, stdout, stderr } = await runCli(['hunt', path, '--rules', rule])
    expect([name, code, told(stdout)]).toEqual([name, 0, expected])
    expect(stderr).toMatch(/4 events, 1 rule, 3 alerts in .* events\/s, peak memory \d+ MiB/)
  }
  const fromStdin = await runCli(['hunt', '-', '--rules', rule], { input: text })
  expect(told(fromStdin.stdout)).toEqual(expected)
  const failOn = await runCli(['hunt', '-', '--rules', rule, '--fail-on', 'low'], { input: text })
  expect(failOn.code).toBe(3)
  const later = await runCli(['hunt', '-', '--rules', rule, '--from', '2026-02-01'], {
    input: text,
  })
  expect(told(later.stdout)).toEqual([['/a']])
})

test('hunt goes on over what it cannot read, lists it and ends with 6', async () => {
  const rule = join(import.meta.dirname, '../../rules/privileged-container-from-a-new-parent')
  const cut = join(directory, 'cut.ndjson.gz')
  const whole = gzipSync(
    lines(dockerRun('/cut'), ...Array.from({ length: 2_000 }, (_, n) => ({ n }))),
  )
  await writeFile(cut, whole.subarray(0, whole.length - 9))
  const broken = join(directory, 'broken.ndjson')
  await writeFile(broken, lines('{"a":', dockerRun('/good'), '[]'))
  const { code, stdout, stderr } = await runCli([
    'hunt',
    cut,
    broken,
    '/no/such.ndjson',
    '--rules',
    rule,
  ])
  expect(code).toBe(6)
  expect(told(stdout)).toEqual([['/cut'], ['/good']])
  expect(stderr).toContain('/no/such.ndjson')
  expect(stderr).toContain(`${broken}:1`)
  expect(stderr).toContain(`${broken}:3`)
  expect(stderr).toContain(cut)
})

test('an export with _index and _source, and a bulk file, are read as the events they hold', async () => {
  const rule = join(import.meta.dirname, '../../rules/privileged-container-from-a-new-parent')
  const input = lines(
    { _index: 'x', _id: '1', _source: dockerRun('/export') },
    { create: { _index: 'y' } },
    dockerRun('/bulk'),
  )
  const { code, stdout } = await runCli(['hunt', '-', '--rules', rule], { input })
  expect(code).toBe(0)
  expect(told(stdout)).toEqual([['/export'], ['/bulk']])
})

test('an interrupted hunt tells what it found until then and ends with 130', async () => {
  const rule = join(import.meta.dirname, '../../rules/privileged-container-from-a-new-parent')
  const bin = join(import.meta.dirname, '../../bin/vedette.mjs')
  const child = spawn(process.execPath, [bin, 'hunt', '-', '--rules', rule], { stdio: 'pipe' })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  child.stdin.write(lines(dockerRun('/open')))
  await once(child.stdout, 'data')
  child.kill('SIGINT')
  await once(child, 'close')
  expect(child.exitCode).toBe(130)
  expect(stderr).toContain('1 event, 1 rule, 1 alert')
  expect(stderr).toContain('interrupted')
})
