import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stories } from '../../src/cli/demo/stories.ts'
import { runCli, startServing, type RunningServer } from '../support/running-server.ts'

/** The sample world: all of it by real executions of real rules, and never where real data lies. */

const bin = fileURLToPath(new URL('../../bin/vedette.mjs', import.meta.url))

let directory: string
let server: RunningServer
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vedette-demo-test-'))
  server = await startServing(join(directory, 'demo'), ['--demo'])
}, 120_000)
afterAll(async () => {
  await server?.stop()
  await rm(directory, { recursive: true, force: true })
})

const serve = (...words: string[]) => runCli(['serve', '--port', '0', ...words])

test('each story is told by its rules and by no other, and what people made of it stands with it', async () => {
  // The sample goes on, and what it does then is told too.
  const { started_at: to } = await server.api.getStatus({})
  const { rows } = await server.api.listAlertRows({ limit: 100, to })
  const { rules } = await server.api.listRules({})
  const ruleIdByUuid = new Map(rules.map(({ id, rule_id: ruleId }) => [id, ruleId]))
  const told = rows.map(({ rule_uuid: uuid }) => ruleIdByUuid.get(uuid) ?? '').toSorted()
  expect(told).toEqual(stories.flatMap(({ toldBy }) => toldBy).toSorted())
  const closed = rows.filter(({ status }) => status === 'closed')
  const reasons = new Set(closed.map(({ closed_as: reason }) => reason))
  expect(reasons).toEqual(new Set(['true_positive', 'false_positive', 'benign_positive']))
  const noted = rows.find(({ closed_as: reason }) => reason === 'false_positive')
  const { notes } = await server.api.getAlertCase({ id: noted?.id ?? '' })
  expect(notes.map(({ text }) => text)).toEqual(['The new runner, rolled out today.'])
})

test('an alert of the sample says why it is new, against two whole weeks, and has its container', async () => {
  const { rows } = await server.api.listAlertRows({ limit: 100 })
  const { id = '' } = rows.find(({ new_terms: terms }) => terms[0] === '/var/tmp/.cache/upd') ?? {}
  const { why, chain } = await server.api.getAlertContext({ id })
  expect(why).toMatchObject({ own: { count: 1, hosts: 1 }, coverage: 1 })
  expect(why?.others.map(({ value }) => value[0])).toEqual([
    '/opt/gitlab-runner/bin/gitlab-runner',
    '/usr/bin/make',
    '/opt/ci/runner',
  ])
  expect(chain?.processes.map(({ name }) => name)).toEqual(['sshd', 'bash', 'upd', 'docker'])
  const { evidence } = await server.api.getAlertCase({ id })
  expect(evidence?.facts).toMatchObject({ privileged: true })
})

test('an exception has kept something away, and another has ended', async () => {
  const { items } = await server.api.listExceptions({})
  expect(items.map(({ matches }) => matches)).toContainEqual(2)
  expect(items.map(({ verdict }) => verdict)).toContain('expired')
})

test('it is labelled: in the status, in the settings, in every event, on the first screen', async () => {
  const { demo, sensor } = await server.api.getStatus({})
  expect([demo, sensor.mode]).toEqual([true, 'off'])
  expect((await server.api.getSettings({})).demo).toBe(true)
  const { events } = await server.api.searchEvents({ query: 'not tags: "vedette-sample"' })
  expect(events).toEqual([])
  expect(server.stderr()).toContain('never happened')
})

test('real data and the sample never lie together', async () => {
  const real = join(directory, 'real')
  await mkdir(real)
  await writeFile(join(real, 'something'), '')
  const onReal = await serve('--demo', '--data', real)
  expect([onReal.code, onReal.stderr]).toEqual([
    2,
    expect.stringContaining('is not empty and no sample world'),
  ])
  const asReal = await serve('--data', join(directory, 'demo'))
  expect([asReal.code, asReal.stderr]).toEqual([2, expect.stringContaining('holds a sample world')])
  const watching = await serve('--demo', '--sensor-mode', 'bpf')
  expect([watching.code, watching.stderr]).toEqual([2, expect.stringContaining('--sensor-mode')])
})

test('without a directory it makes one, which goes with it', async () => {
  const temporary = await mkdtemp(join(directory, 'tmp-'))
  const child = spawn(process.execPath, [bin, 'serve', '--demo', '--port', '0'], {
    stdio: 'ignore',
    env: { ...process.env, TMPDIR: temporary, VEDETTE_DATA: join(directory, 'real') },
  })
  const ended = once(child, 'exit')
  const made = async () => {
    const names = await readdir(temporary, { recursive: true })
    return names.some((name) => name.endsWith('/server.json'))
  }
  await expect.poll(made, { timeout: 60_000 }).toBe(true)
  child.kill('SIGTERM')
  expect((await ended)[0]).toBe(0)
  expect((await readdir(temporary)).filter((name) => name.startsWith('vedette-demo-'))).toEqual([])
  expect(await readdir(join(directory, 'real'))).toEqual(['something'])
}, 90_000)
